/**
 * Runs the agent as a process of its own.
 *
 * @module
 */
import { fromFileUrl } from "@std/path";
import { assert } from "@std/assert";

/** The folder of this repository. */
export const repository = fromFileUrl(new URL("../..", import.meta.url));

/** The permissions of `deno task start`, and what it runs. */
export async function startTask(): Promise<string[]> {
  const text = await Deno.readTextFile(`${repository}deno.json`);
  const { command }: { command: string } = JSON.parse(text).tasks.start;
  const [deno, ...args] = command.split(" ");
  assert(deno === "deno");
  return args;
}

/** An agent in a process of its own. */
export interface AgentProcess extends AsyncDisposable {
  /** Where it listens. */
  readonly origin: string;
  /** What it printed until it was ready. */
  readonly printed: string;
  /** The address of the console, with the token of a first start. */
  readonly console: string;
  /** Sends a signal, and waits for the end. */
  end(signal: Deno.Signal): Promise<{ code: number; printed: string }>;
}

/**
 * Starts an agent, and waits until it has nothing more to say.
 *
 * @param args Deno's arguments.
 * @param options The folder to start in, and its environment.
 * @returns The process.
 */
export async function startProcess(
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<AgentProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: options.cwd ?? repository,
    env: { NO_COLOR: "1", ...options.env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const logged = new Response(child.stderr).text();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let printed = "";
  async function readUntil(isEnough: () => boolean): Promise<void> {
    while (!isEnough()) {
      const { done, value } = await reader.read();
      if (done) break;
      printed += value;
    }
  }
  await readUntil(() => printed.includes("\n"));
  const console = /^http:\/\/127\.0\.0\.1:\d+\/console\S*$/m.exec(printed)
    ?.[0];
  if (console === undefined) {
    await child.status;
    throw new Error(printed + await logged);
  }
  const { origin } = new URL(console);
  const end = async (signal: Deno.Signal) => {
    child.kill(signal);
    await readUntil(() => false);
    const { code } = await child.status;
    return { code, printed: printed + await logged };
  };
  return {
    origin,
    printed,
    console,
    end,
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended.
      }
      await readUntil(() => false);
      await child.status;
      await logged;
    },
  };
}
