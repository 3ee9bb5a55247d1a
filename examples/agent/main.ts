/**
 * Runs the example agent until it is told to stop: `deno task start`.
 *
 * Webhooks may go anywhere, which is why the task allows the whole network;
 * `--allow-net=127.0.0.1` is enough for everything else.
 *
 * @module
 */
import {
  configure,
  getConsoleSink,
  getLogger,
  type LogRecord,
  withFilter,
} from "@logtape/logtape";
import { startAgent } from "./agent.ts";
import { permittedCommand } from "./permitted_command.ts";
import { readSettings, USAGE } from "./settings.ts";

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help")) {
    console.log(USAGE);
    return 0;
  }
  const settings = readSettings(args, { PORT: portVariable() });
  if ("error" in settings) {
    console.error(`Cannot start the agent: ${settings.error}\n\n${USAGE}`);
    return 2;
  }
  const command = permittedCommand(settings, args);
  if (command !== undefined) {
    console.error(
      `Cannot start the agent: Deno permits too little; run\n\n  ${command}`,
    );
    return 1;
  }
  const logs = await configureLogs();
  const stopped = signalled();
  try {
    await using agent = await startAgent(settings, logs.say, logs.take);
    await Promise.race([agent.ready, stopped]);
    console.log(agent.console);
    await stopped;
  } catch (error) {
    console.error(`Cannot run the agent: ${explain(error)}`);
    return 1;
  }
  return 0;
}

function portVariable(): string | undefined {
  const env = { name: "env", variable: "PORT" } as const;
  return Deno.permissions.querySync(env).state === "granted"
    ? Deno.env.get("PORT")
    : undefined;
}

/** Where what the agent says goes. */
interface Logs {
  readonly say: (line: string) => void;
  /** Takes a sink that receives everything from now on. */
  readonly take: (sink: (record: LogRecord) => void) => void;
}

/**
 * What plugins and the handler log goes to standard error from warnings on, and
 * all of it to the console's log page.
 */
async function configureLogs(): Promise<Logs> {
  let page: (record: LogRecord) => void = () => {};
  await configure({
    sinks: {
      console: withFilter(getConsoleSink(), "warning"),
      page: (record) => page(record),
    },
    loggers: [
      {
        category: "agent",
        lowestLevel: "debug",
        sinks: ["console", "page"],
      },
      { category: "logtape", lowestLevel: "error", sinks: ["console"] },
    ],
  });
  const logger = getLogger(["agent", "start"]);
  return {
    say: (line) => logger.info("{line}", { line }),
    take(sink) {
      page = sink;
    },
  };
}

/** `deno task` passes on the Ctrl-C that the terminal has sent as well. */
const ONE_PRESS_MS = 500;

/** Resolves when the process is asked to end. */
function signalled(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let askedAt = Infinity;
  const ask = () => {
    // Who asks twice does not want to wait.
    if (performance.now() - askedAt > ONE_PRESS_MS) Deno.exit(130);
    askedAt = Math.min(askedAt, performance.now());
    resolve();
  };
  Deno.addSignalListener("SIGINT", ask);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", ask);
  return promise;
}

function explain(error: unknown): string {
  if (error instanceof Deno.errors.AddrInUse) {
    return "the port is in use; choose another one with --port";
  }
  return error instanceof Error ? error.message : String(error);
}

Deno.exit(await main(Deno.args));
