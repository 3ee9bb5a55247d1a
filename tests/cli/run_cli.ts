/**
 * Runs the command line as real processes.
 *
 * @module
 */
import { fromFileUrl } from "@std/path";

const MAIN = fromFileUrl(new URL("../../src/cli/main.ts", import.meta.url));
const CONFIG = fromFileUrl(new URL("../../deno.json", import.meta.url));

/** How a command came out. */
export interface CliResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** How it is run. */
export interface CliRun {
  /** Where. */
  readonly cwd: string;
  /** Flags for Deno. @default what authors' commands need */
  readonly flags?: readonly string[];
  /** What it reads. @default nothing */
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A process of the command line that goes on. */
export function startCli(
  args: readonly string[],
  { cwd, flags = ["--allow-all"], env = {}, stdin }: CliRun,
): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "-q",
      "--config",
      CONFIG,
      ...flags,
      MAIN,
      ...args,
    ],
    cwd,
    env: { NO_COLOR: "1", ...env },
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Runs a command to its end. */
export async function runCli(
  args: readonly string[],
  run: CliRun,
): Promise<CliResult> {
  const child = startCli(args, run);
  if (run.stdin !== undefined) {
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(run.stdin));
    await writer.close();
  }
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

/** A scratch folder outside the checkout, removed in the end. */
export async function scratch(): Promise<AsyncDisposable & { path: string }> {
  const path = await Deno.makeTempDir({ prefix: "cli_" });
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}
