/**
 * Asks whoever sits at the terminal, by what Deno has built in: libraries for
 * prompts read the environment, and so need `--allow-env`.
 *
 * @module
 */
import type { CliContext } from "./cli_context.ts";
import { UsageError } from "./fail.ts";

/** What a question may be answered with. */
export interface Question {
  /** What is asked. */
  readonly message: string;
  /** What an empty answer stands for. */
  readonly initial?: string;
  /** What is wrong with an answer; it is asked again then. */
  readonly validate?: (answer: string) => string | undefined;
}

/** Asks for a line. */
export function askText(
  { message, initial, validate }: Question,
  { signal, output }: CliContext,
): Promise<string> {
  const shown = initial === undefined ? message : `${message} (${initial})`;
  for (;;) {
    signal.throwIfAborted();
    const line = prompt(shown);
    // Ctrl-C or Ctrl-D.
    if (line === null) throw unanswered();
    const answer = line.trim() || (initial ?? "");
    const problem = answer === "" ? "it is empty" : validate?.(answer);
    if (problem === undefined) return Promise.resolve(answer);
    output.note(problem);
  }
}

/** Asks for a secret, which is not shown. */
export async function askSecret(
  message: string,
  { signal, output }: CliContext,
): Promise<string> {
  for (;;) {
    signal.throwIfAborted();
    const secret = await readHidden(`${message}: `, signal);
    write("\n");
    if (secret !== "") return secret;
    output.note("it is empty");
  }
}

/**
 * Asks whether to go on.
 *
 * @throws {UsageError} Where nobody can be asked: `flag` says how to answer.
 */
export function confirm(
  message: string,
  context: CliContext,
  flag = "--yes",
): Promise<boolean> {
  if (!context.output.isInteractive) {
    throw new UsageError(
      `Cannot ask "${message}" without a terminal: answer with ${flag}`,
    );
  }
  context.signal.throwIfAborted();
  return Promise.resolve(globalThis.confirm(message));
}

const CTRL_C = 3;
const CTRL_D = 4;
const BACKSPACE = [8, 127];
const ENTER = [10, 13];

/** Reads a line without showing it; the terminal's own keys are read here too. */
async function readHidden(
  message: string,
  signal: AbortSignal,
): Promise<string> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort);
  // First, so that nothing that is typed early is shown.
  Deno.stdin.setRaw(true);
  try {
    write(message);
    const bytes: number[] = [];
    const buffer = new Uint8Array(1);
    while (
      await Promise.race([Deno.stdin.read(buffer), aborted]) !== null
    ) {
      const [byte] = buffer as unknown as [number];
      if (byte === CTRL_C || byte === CTRL_D) throw unanswered();
      if (ENTER.includes(byte)) break;
      if (BACKSPACE.includes(byte)) dropCharacter(bytes);
      else bytes.push(byte);
    }
    return new TextDecoder().decode(new Uint8Array(bytes));
  } finally {
    Deno.stdin.setRaw(false);
    signal.removeEventListener("abort", onAbort);
  }
}

/** A character has several bytes; those after the first begin with 10. */
function dropCharacter(bytes: number[]): void {
  while (((bytes.pop() ?? 0) & 0xc0) === 0x80);
}

function write(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(text));
}

function unanswered(): UsageError {
  return new UsageError("Cannot go on: the question was not answered");
}
