/**
 * Where secrets come from: whoever sits at the terminal, or standard input;
 * never an argument, which every user of the machine can read.
 *
 * @module
 */
import { askSecret } from "../../program/ask.ts";
import type { CliContext } from "../../program/cli_context.ts";
import { UsageError } from "../../program/fail.ts";

/** Asks for a secret, or reads standard input to its end. */
export async function readSecret(
  what: string,
  context: CliContext,
): Promise<string> {
  if (Deno.stdin.isTerminal() && context.output.isInteractive) {
    return await askSecret(what, context);
  }
  const text = (await readAll(context.signal)).replace(/\r?\n$/, "");
  if (text !== "") return text;
  throw new UsageError(
    `Cannot read ${what}: standard input is empty; write it there, or run this at a terminal`,
  );
}

/** All of standard input. */
export async function readAll(signal: AbortSignal): Promise<string> {
  const stop = () => void Deno.stdin.close();
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await new Response(Deno.stdin.readable).text();
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
