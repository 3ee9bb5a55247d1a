/**
 * `repo`: the file that a repository of plugins is found by, and its server.
 *
 * @module
 */
import { join } from "@std/path";
import {
  type CliCommand,
  defineCommand,
  EXIT,
} from "../program/cli_command.ts";
import type { CliContext } from "../program/cli_context.ts";
import { UsageError } from "../program/fail.ts";
import { collectPlugins } from "../repository/collect_plugins.ts";
import {
  readRepository,
  renewRepository,
  type RepositoryConfig,
  writeRepository,
} from "../repository/repository_file.ts";
import { serveFolder } from "../repository/serve_folder.ts";

interface RepoOptions extends RepositoryConfig {
  readonly serve?: boolean;
  readonly port: string;
}

/** Writes a repository's files, and serves them. */
export const command: CliCommand = defineCommand<RepoOptions>({
  examples: [
    "repo --name my-plugins --type github",
    "repo plugins --serve --port 8080",
  ],
  permissions:
    "--allow-read=. --allow-write=., with --serve --allow-net=127.0.0.1",
  configure(command) {
    const choice = (flags: string, text: string, values: string[]) =>
      command.createOption(flags, text).choices(values);
    command
      .argument("[dir]", "the folder with all plugins", ".")
      .option("--name <name>", "how the repository is called")
      .addOption(choice("--type <type>", "what hosts it", [
        "github",
        "gitlab",
        "gitea",
        "http",
        "local",
      ]))
      .addOption(
        choice("--policy <policy>", "without a verdict of a service", [
          "strict",
          "relaxed",
        ]),
      )
      .option("--verification-api <url>", "a verification service")
      .option("--serve", "serve it on 127.0.0.1 until Ctrl-C")
      .option("--port <number>", "where; 0 for any", "8080");
  },
  async run(context, options, [dir = "."]) {
    const port = portOf(options.port);
    const { verificationApi } = options;
    if (verificationApi !== undefined && !URL.canParse(verificationApi)) {
      throw new UsageError(
        `Cannot use "${verificationApi}" as the verification service: it is no URL`,
      );
    }
    const failures = await renew(dir, options, context);
    if (options.serve) await serve(dir, port, context);
    return failures > 0 ? EXIT.failed : EXIT.done;
  },
});

/** Renews a repository; returns how many plugins could not be offered. */
export async function renew(
  dir: string,
  config: RepositoryConfig,
  { output, signal }: CliContext,
): Promise<number> {
  const former = await readRepository(dir);
  const collected = await collectPlugins(dir);
  const { file, kept } = renewRepository(former, collected, config);
  signal.throwIfAborted();
  await writeRepository(dir, file);
  const { entries, failed, warnings } = collected;
  for (const warning of warnings) output.warn(warning);
  for (const { folder, reason } of failed) {
    output.note(
      `${output.errorStyle.red("error:")} ${folder || "."}: ${reason}`,
    );
  }
  for (const name of kept) output.warn(`"${name}" keeps its former entry`);
  output.line(`${join(dir, "repo.json")}: ${entries.length} plugins`);
  output.json({
    repository: join(dir, "repo.json"),
    plugins: entries.map(({ name, version }) => ({ name, version })),
    failed,
    kept,
    warnings,
  });
  return failed.length;
}

async function serve(
  dir: string,
  port: number,
  { output, signal }: CliContext,
): Promise<void> {
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port,
    signal,
    onListen: ({ port }) =>
      output.line(`Serving http://127.0.0.1:${port}/repo.json`),
  }, await serveFolder(dir));
  await server.finished;
}

/** The port that an option names. */
export function portOf(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port < 65_536) return port;
  throw new UsageError(`Cannot listen on port "${text}": it is no port`);
}
