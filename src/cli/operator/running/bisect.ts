/**
 * `bisect`: the plugin that breaks the host.
 *
 * @module
 */
import type { CliCommand } from "../../program/cli_command.ts";
import { confirm } from "../../program/ask.ts";
import type { CliContext } from "../../program/cli_context.ts";
import { UsageError } from "../../program/fail.ts";
import { type Agent, AgentError, type AgentPlugin } from "../agent/agent.ts";
import { agentCommand, type OperatorCall } from "../operator_command.ts";
import { findCulprit, type Probe } from "./find_culprit.ts";

interface BisectOptions {
  readonly run?: string;
  readonly wait: string;
  readonly restore?: boolean;
}

/** By this what was disabled here is told from what the operator disabled. */
const REASON = "bisect";
const OUT_OF_SERVICE = new Set(["disabled", "quarantined"]);

/** Finds the plugin, and leaves every plugin as it was. */
export const command: CliCommand = agentCommand<BisectOptions>({
  writes: true,
  examples: [
    "bisect --db agent.db --run ./is-it-well.sh",
    "bisect --url http://127.0.0.1:8787",
    "bisect --restore --db agent.db",
  ],
  permissions: "--allow-run=/bin/sh for the command of --run",
  configure(command) {
    command
      .option(
        "--run <command>",
        "a shell command that exits with 0 where all is well (default: ask)",
      )
      .option(
        "--wait <ms>",
        "how long the agent gets to load what is enabled",
        "2000",
      )
      .option(
        "--restore",
        "only enable what a bisect that was killed left disabled",
      );
  },
  async run(agent, call) {
    const { output, options: { restore } } = call;
    const all = await agent.list();
    const left = all.filter(({ state, reason }) =>
      state === "disabled" && reason === REASON
    );
    await enableAll(agent, left);
    if (restore) {
      const names = left.map(({ name }) => name);
      output.line(`Enabled ${names.join(", ") || "nothing"}`);
      return output.json({ enabled: names });
    }
    const plugins = all.filter((plugin) =>
      left.includes(plugin) || !OUT_OF_SERVICE.has(plugin.state)
    );
    const disabled = new Set<AgentPlugin>();
    const probe = probeOf(agent, plugins, { ...call, disabled });
    let culprit: AgentPlugin;
    try {
      culprit = await findCulprit(plugins, probe);
    } finally {
      await enableAll(agent, [...disabled]);
    }
    const { id, name, version } = culprit;
    output.line(`${name} ${version} breaks it (id ${id}); see disable`);
    output.json({ culprit: { id, name, version } });
  },
});

/** Enables some plugins, and tells whether all is well then. */
function probeOf(
  agent: Agent,
  plugins: readonly AgentPlugin[],
  call: OperatorCall<BisectOptions> & {
    /** What is disabled at the time. */
    readonly disabled: Set<AgentPlugin>;
  },
): Probe<AgentPlugin> {
  const { output, signal, disabled, options: { run, wait } } = call;
  const waitMs = Number(wait);
  if (!/^\d+$/.test(wait) || waitMs > 600_000) {
    throw new UsageError(`Cannot wait "${wait}": --wait takes 0 to 600000`);
  }
  if (run === undefined && !output.isInteractive) {
    throw new UsageError(
      "Cannot ask without a terminal: name a command with --run",
    );
  }
  return async (some) => {
    for (const plugin of plugins) {
      signal.throwIfAborted();
      if (some.includes(plugin) !== disabled.has(plugin)) continue;
      if (disabled.has(plugin)) {
        await agent.enable(plugin.id);
        disabled.delete(plugin);
      } else {
        disabled.add(plugin);
        await agent.disable(plugin.id, REASON);
      }
    }
    await sleep(waitMs, signal);
    const isWell = run === undefined
      ? await confirm(`${some.length} plugins are enabled. Is all well?`, call)
      : await exitsWell(run, call);
    const names = some.map(({ name }) => name).join(", ") || "no plugin";
    output.line(`${names}: ${isWell ? "well" : "broken"}`);
    return isWell;
  };
}

/** One that does not load must not keep the others from it. */
async function enableAll(
  agent: Agent,
  plugins: readonly AgentPlugin[],
): Promise<void> {
  const failures: unknown[] = [];
  for (const { id } of plugins) {
    await agent.enable(id).catch((error) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

async function exitsWell(
  command: string,
  { signal }: CliContext,
): Promise<boolean> {
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", command],
    stdin: "null",
    // Standard output is for what is found.
    stdout: "null",
    stderr: "inherit",
    signal,
  }).spawn();
  const { code } = await child.status;
  signal.throwIfAborted();
  if (code !== 127) return code === 0;
  throw new AgentError(
    "FAILED",
    `Cannot run "${command}": the shell has no such command`,
  );
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    reject(signal.reason);
  }, { once: true });
  return promise;
}
