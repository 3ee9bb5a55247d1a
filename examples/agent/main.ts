/**
 * Runs the example agent until it is told to stop: `deno task start`.
 *
 * Webhooks may go anywhere, which is why the task allows the whole network;
 * `--allow-net=127.0.0.1` is enough for everything else.
 *
 * @module
 */
import { configure, getConsoleSink } from "@logtape/logtape";
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
  await configureLogs();
  const stopped = signalled();
  try {
    await using agent = await startAgent(settings, console.log);
    await Promise.race([agent.ready, stopped]);
    console.log(`\nReady; Ctrl-C shuts the agent down\n${agent.origin}`);
    await stopped;
    console.log("Shutting down");
  } catch (error) {
    console.error(`Cannot run the agent: ${explain(error)}`);
    return 1;
  }
  console.log("Everything is saved");
  return 0;
}

function portVariable(): string | undefined {
  const env = { name: "env", variable: "PORT" } as const;
  return Deno.permissions.querySync(env).state === "granted"
    ? Deno.env.get("PORT")
    : undefined;
}

/** Logs of plugins and of the handler go to standard error. */
async function configureLogs(): Promise<void> {
  await configure({
    sinks: { console: getConsoleSink() },
    loggers: [
      { category: "agent", lowestLevel: "info", sinks: ["console"] },
      { category: "logtape", lowestLevel: "error", sinks: ["console"] },
    ],
  });
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
