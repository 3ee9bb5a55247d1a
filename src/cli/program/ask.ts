/**
 * Asks whoever sits at the terminal.
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
export async function askText(
  { message, initial, validate }: Question,
  context: CliContext,
): Promise<string> {
  const { text } = await import("@clack/prompts");
  return answered(
    await text({
      message,
      ...(initial === undefined
        ? {}
        : { placeholder: initial, defaultValue: initial }),
      ...(validate === undefined
        ? {}
        : { validate: (answer) => validate(answer || initial || "") }),
      signal: context.signal,
    }),
  );
}

/** Asks for a secret, which is not shown. */
export async function askSecret(
  message: string,
  context: CliContext,
): Promise<string> {
  const { password } = await import("@clack/prompts");
  const validate = (answer: string | undefined) =>
    answer ? undefined : "it is empty";
  return answered(
    await password({ message, validate, signal: context.signal }),
  );
}

/**
 * Asks whether to go on.
 *
 * @throws {UsageError} Where nobody can be asked: `flag` says how to answer.
 */
export async function confirm(
  message: string,
  context: CliContext,
  flag = "--yes",
): Promise<boolean> {
  if (!context.output.isInteractive) {
    throw new UsageError(
      `Cannot ask "${message}" without a terminal: answer with ${flag}`,
    );
  }
  const prompts = await import("@clack/prompts");
  const { signal } = context;
  return answered(
    await prompts.confirm({ message, initialValue: false, signal }),
  );
}

function answered<T>(answer: T): Exclude<T, symbol> {
  if (typeof answer !== "symbol") return answer as Exclude<T, symbol>;
  throw new UsageError("Cannot go on: the question was not answered");
}
