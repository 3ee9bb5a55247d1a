/**
 * `publish`: everything of a release but the push.
 *
 * @module
 */
import { join } from "@std/path";
import { checkProject } from "../check/check_project.ts";
import { type CliCommand, defineCommand } from "../program/cli_command.ts";
import type { CliContext } from "../program/cli_context.ts";
import { PluginError } from "../../shared/errors.ts";
import { compareVersions } from "../../shared/version_order.ts";
import { requireManifest } from "../project/read_project.ts";
import { readRepository } from "../repository/repository_file.ts";
import { bundleProject } from "./bundle.ts";
import { renew } from "./repo.ts";
import { signProject } from "./sign.ts";

interface PublishOptions {
  readonly repo: string;
  readonly key?: string;
  readonly keyId?: string;
  readonly passphraseFile?: string;
  readonly minify?: boolean;
}

/** Prepares a release. */
export const command: CliCommand = defineCommand<PublishOptions>({
  examples: [
    "publish --key jane.key --key-id jane-2026",
    "publish plugins/greeter --repo . --key ci.key --passphrase-file pass.txt",
  ],
  permissions: "--allow-read --allow-write=. --allow-run=deno " +
    "--allow-env=DOCKSTAT_KEY_PASSPHRASE (where the passphrase is in it)",
  configure(command) {
    command
      .argument("[dir]", "the project's folder", ".")
      .option("--repo <folder>", "the repository's folder", ".")
      .option("--key <file>", "sign with this private key")
      .option("--key-id <id>", "how operators name it (default: its file)")
      .option("--passphrase-file <file>", "holds the key's passphrase")
      .option("--minify", "make the code small");
  },
  async run(context, options, [dir = "."]) {
    const { output, signal } = context;
    const { name, version } = await requireMoved(dir, options.repo);
    await requireSound(dir, context);
    const { minify = false, key } = options;
    await bundleProject(dir, { minify, sourcemap: "external", signal });
    if (key === undefined) {
      output.warn(
        "nobody signs it: give --key, so that operators can trust it",
      );
    } else await signProject(dir, { ...options, key }, context);
    const quiet = { signal, output: Object.create(output, SILENT) };
    const failures = await renew(options.repo, {}, quiet);
    if (failures > 0) {
      throw new PluginError(
        "INVALID_MANIFEST",
        `Cannot publish all of "${options.repo}": ${failures} plugins of it ` +
          "cannot be offered; run repo to see which",
      );
    }
    output.line(`${name} ${version} is ready. What is left:`);
    output.line(`  git add -A && git commit -m "Release ${name} ${version}"`);
    output.line(`  git tag "${name}@${version}" && git push --tags`);
    output.json({ name, version, repository: join(options.repo, "repo.json") });
  },
});

/** The repository's own lines would say the same twice. */
const SILENT = { line: { value: () => {} }, json: { value: () => {} } };

/** Refuses a version that was published before, or that no change log tells of. */
async function requireMoved(
  dir: string,
  repo: string,
): Promise<{ name: string; version: string }> {
  const { fields } = await requireManifest(dir);
  const [name, version] = [String(fields.name), String(fields.version)];
  const { plugins } = await readRepository(repo);
  const former = Array.isArray(plugins)
    ? plugins.find((entry) => entry?.name === name)
    : undefined;
  const order = former && compareVersions(version, String(former.version));
  if (former !== undefined && !(order !== undefined && order > 0)) {
    throw new PluginError(
      "INVALID_MANIFEST",
      `Cannot publish "${name}": version "${version}" is not newer than ` +
        `"${former.version}", which the repository offers; raise it`,
    );
  }
  const log = await Deno.readTextFile(join(dir, "CHANGELOG.md"))
    .catch(() => "");
  const heading = log.split("\n").some((line) =>
    /^#+\s/.test(line) && line.split(/[\s[\]()v]+/).includes(version)
  );
  if (!heading) {
    throw new PluginError(
      "INVALID_MANIFEST",
      `Cannot publish "${name}": CHANGELOG.md has no heading "## ${version}"; ` +
        "say what changed",
    );
  }
  return { name, version };
}

async function requireSound(
  dir: string,
  { output, signal }: CliContext,
): Promise<void> {
  const { findings } = await checkProject(dir, { types: true, signal });
  // Bundling renews the digest at once.
  const errors = findings.filter(({ level, where }) =>
    level === "error" && !where.endsWith(" integrity")
  );
  for (const { where, message, level } of findings) {
    if (level === "warning") output.warn(`${where}: ${message}`);
  }
  if (errors.length === 0) return;
  const said = errors.map(({ where, message }) => `${where}: ${message}`);
  throw new PluginError(
    "INVALID_PLUGIN",
    `Cannot publish "${dir}": ${said.join("; ")}`,
  );
}
