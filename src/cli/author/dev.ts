/**
 * `dev`: the plugin on a host of its own, built anew at each save.
 *
 * @module
 */
import { join } from "@std/path";
import { configure } from "@logtape/logtape";
import { type CliCommand, defineCommand } from "../program/cli_command.ts";
import type { CliContext } from "../program/cli_context.ts";
import { type Build, DevHost, devSecretsKey } from "../dev/dev_host.ts";
import { saves } from "../dev/watch_project.ts";
import { portOf } from "./repo.ts";

interface DevOptions {
  readonly port: string;
  readonly inline?: boolean;
  readonly docker?: boolean;
}

/** Serves a plugin while it is written. */
export const command: CliCommand = defineCommand<DevOptions>({
  examples: ["dev", "dev my-plugin --port 0", "dev --docker"],
  permissions: "--allow-read --allow-write=. --allow-run=deno " +
    "--allow-net=127.0.0.1 --unstable-no-legacy-abort",
  configure(command) {
    command
      .argument("[dir]", "the project's folder", ".")
      .option("--port <number>", "where it listens; 0 for any", "8788")
      .option("--isolated", "run the plugin in a sandbox, as always by default")
      .option(
        "--inline",
        "run the plugin in this process, with all that this command may do",
      )
      .option("--docker", "let the plugin hear the local Docker Engine");
  },
  async run(context, { inline = false, ...options }, [dir = "."]) {
    const port = portOf(options.port);
    const data = join(dir, "data");
    await using host = new DevHost({
      folder: dir,
      secretsKey: await devSecretsKey(data),
      db: join(data, "dev.sqlite"),
      isIsolated: !inline,
    });
    await showLogs(host, context);
    await using undo = new AsyncDisposableStack();
    const { signal } = context;
    if (options.docker) {
      const { connectDocker } = await import("../../docker/mod.ts");
      undo.use(connectDocker(host.handler));
    }
    show(await host.build(signal), context);
    const server = serveHost(host, port, context);
    for await (const _ of saves(dir, signal)) {
      show(await host.build(signal), context);
    }
    await server.finished;
  },
});

/** Serves a host on this machine until Ctrl-C. */
export function serveHost(
  host: DevHost,
  port: number,
  { output, signal }: CliContext,
): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({
    hostname: "127.0.0.1",
    port,
    signal,
    onListen: ({ port }) => {
      const url = `http://127.0.0.1:${port}`;
      output.line(`Console: ${url}/console`);
      output.line(`Errors, and events to fire: ${url}/dev`);
      output.json({ url });
    },
  }, (request, info) => host.fetch(request, info));
}

/** Says what became of a build. */
export function show({ ms, error }: Build, { output }: CliContext): void {
  if (error === undefined) {
    output.line(`${output.style.green("loaded")} in ${Math.round(ms)} ms`);
  } else output.note(`${output.errorStyle.red("error:")} ${error}`);
}

/** Shows what the plugin logs, and gives the console's page the same. */
export async function showLogs(
  { server }: DevHost,
  { output }: CliContext,
): Promise<void> {
  await configure({
    reset: true,
    sinks: {
      console: server.logSink,
      terminal: ({ category, level, message }) =>
        output.line(
          `${level} ${category.slice(1).join(".")}: ${message.join("")}`,
        ),
    },
    loggers: [
      {
        category: ["plugin-handler"],
        lowestLevel: "debug",
        sinks: ["console", "terminal"],
      },
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: [] },
    ],
  });
}
