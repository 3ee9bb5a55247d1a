/**
 * Writes files so that an interruption leaves none half written.
 *
 * @module
 */
import { UsageError } from "../program/fail.ts";

/**
 * Writes a file that must not exist yet.
 *
 * @throws {UsageError} Where it exists.
 */
export async function writeNewFile(
  path: string,
  text: string,
  { mode }: { readonly mode?: number } = {},
): Promise<void> {
  const options = mode === undefined ? {} : { mode };
  try {
    await Deno.writeTextFile(path, text, { createNew: true, ...options });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    throw new UsageError(
      `Cannot write "${path}": it exists; move it away, or name another place`,
      { cause: error },
    );
  }
}

/** Puts a file in the place of what is there, at once. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const beside = `${path}.${crypto.randomUUID()}.new`;
  try {
    await Deno.writeTextFile(beside, text, { createNew: true });
    await Deno.rename(beside, path);
  } catch (error) {
    await Deno.remove(beside).catch(() => {});
    throw error;
  }
}
