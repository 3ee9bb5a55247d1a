/**
 * Where a passphrase comes from: a file, the environment, or whoever sits at the
 * terminal; never an argument, which every user of the machine can read.
 *
 * @module
 */
import type { CliContext } from "../program/cli_context.ts";
import { UsageError } from "../program/fail.ts";
import { askSecret } from "../program/ask.ts";

/** The variable that a passphrase may be in. */
export const PASSPHRASE_VARIABLE = "DOCKSTAT_KEY_PASSPHRASE";

/** How a passphrase is come by. */
export interface PassphraseOptions {
  /** A file whose first line it is. */
  readonly passphraseFile?: string;
}

/** Reads or asks for a passphrase; `confirm` asks twice. */
export async function readPassphrase(
  context: CliContext,
  { passphraseFile, confirm = false }: PassphraseOptions & {
    readonly confirm?: boolean;
  },
): Promise<string> {
  const given = passphraseFile === undefined
    ? await fromEnvironment()
    : (await Deno.readTextFile(passphraseFile)).split(/\r?\n/, 1)[0];
  if (given) return given;
  if (!context.output.isInteractive) {
    throw new UsageError(
      "Cannot ask for the passphrase of the key without a terminal: put it " +
        `into a file and name that with --passphrase-file, or into ` +
        `${PASSPHRASE_VARIABLE} with --allow-env=${PASSPHRASE_VARIABLE}`,
    );
  }
  const passphrase = await askSecret("Passphrase of the key", context);
  if (confirm) {
    const again = await askSecret("The same again", context);
    if (again !== passphrase) {
      throw new UsageError("Cannot use the passphrase: the two differ");
    }
  }
  return passphrase;
}

/** Asking for a permission that nobody gave would stop a script. */
async function fromEnvironment(): Promise<string | undefined> {
  const name = "env";
  const variable = PASSPHRASE_VARIABLE;
  const { state } = await Deno.permissions.query({ name, variable });
  return state === "granted" ? Deno.env.get(variable) : undefined;
}
