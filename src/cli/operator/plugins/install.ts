/**
 * `install`: what a plugin is and does is shown, then it is stored.
 *
 * @module
 */
import { type CliCommand, EXIT } from "../../program/cli_command.ts";
import { confirm } from "../../program/ask.ts";
import { UsageError } from "../../program/fail.ts";
import type { Output } from "../../program/output.ts";
import { AgentError, type AgentPreview } from "../agent/agent.ts";
import { readSource } from "./plugin_source.ts";
import { agentCommand } from "../operator_command.ts";
import { permissionsLine, plainText } from "../show.ts";

interface InstallOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly grant?: boolean;
}

/** Installs a plugin. */
export const command: CliCommand = agentCommand<InstallOptions>({
  writes: true,
  examples: [
    "install https://example.com/notifier/manifest.json --db agent.db",
    "install ./notifier/manifest.json --url http://127.0.0.1:8787 --yes",
  ],
  permissions: "--allow-net for the plugin's address; --allow-read for its " +
    "files; --allow-run to try it in a sandbox first",
  configure(command) {
    command.argument("<source>", "the manifest's address or file")
      .option("--dry-run", "only show what it is and does")
      .option("--grant", "grant what its manifest asks for")
      .option("--yes", "do not ask");
  },
  async run(agent, call) {
    const { output, signal, options: { yes, dryRun, grant }, args } = call;
    const source = await readSource(args[0]!);
    const preview = await agent.preview(source, signal);
    if (dryRun || !output.isJson) show(preview, output);
    refuseProblems(preview);
    if (preview.installed !== undefined) {
      throw new AgentError(
        "CONFLICT",
        `Cannot install "${preview.name}": version ${preview.installed.version} is installed; see update`,
      );
    }
    if (dryRun) return output.json(preview);
    if (!yes && !await confirm(`Install ${preview.name}?`, call)) {
      throw new UsageError(
        `Cannot install ${preview.name}: the answer was no`,
      );
    }
    signal.throwIfAborted();
    const { integrity, permissions } = preview;
    const looked = { integrity, ...(grant ? { grant: permissions } : {}) };
    const { id, warnings } = await agent.install(source, looked, signal);
    for (const warning of warnings) output.warn(plainText(warning));
    const { name, version } = preview;
    output.line(plainText(`${name} ${version} is installed as plugin ${id}`));
    output.json({ id, name, version, warnings, preview });
    return EXIT.done;
  },
});

function show(preview: AgentPreview, output: Output): void {
  const { contributions, sizeBytes, signature, keyId } = preview;
  const list = (items: readonly string[] = []) => items.join(", ") || "none";
  const by = keyId === undefined ? "" : ` (key ${keyId})`;
  const lines: [string, string][] = [
    ["Plugin", `${preview.name} ${preview.version}`],
    ["Signature", `${signature}${by}`],
    ["Asks for", permissionsLine(preview.permissions)],
    ["Size", `${(sizeBytes / 1024).toFixed(1)} KiB`],
    ["Digest", preview.integrity],
    ...(contributions === undefined ? [] : [
      ["Routes", list(contributions.routes)],
      ["Tables", list(contributions.tables)],
      ["Hooks", list(contributions.hooks)],
      ["Pages", list(contributions.pages)],
    ] as [string, string][]),
  ];
  for (const [name, value] of lines) {
    output.line(`${`${name}:`.padEnd(11)}${plainText(value)}`);
  }
  for (const warning of preview.warnings) output.warn(plainText(warning));
}

/** @throws {AgentError} The first of what stands in the way, all told. */
function refuseProblems({ name, problems, installed }: AgentPreview): void {
  const [first] = problems;
  if (first === undefined || installed !== undefined) return;
  const rest = problems.slice(1).map(({ detail }) => `; ${detail}`).join("");
  throw new AgentError(
    first.code,
    plainText(
      first.detail.startsWith("Cannot ")
        ? `${first.detail}${rest}`
        : `Cannot install "${name}": ${first.detail}${rest}`,
    ),
  );
}
