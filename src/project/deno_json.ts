/**
 * Reads an author's `deno.json` or `deno.jsonc`.
 *
 * @module
 */
import { parse } from "@std/jsonc";
import { join } from "@std/path";
import { PluginError } from "../shared/errors.ts";

/** What the commands read of a `deno.json`. */
export type DenoJson = Readonly<Record<string, unknown>>;

/** Deno's configuration file, by the names in the order of its search. */
export const DENO_JSON_NAMES: readonly string[] = ["deno.json", "deno.jsonc"];

/**
 * Reads the `deno.json` of a folder, or its `deno.jsonc`.
 *
 * @returns What it says; nothing where there is none.
 * @throws {PluginError} `INVALID_OPTIONS` where it is not JSON with comments.
 */
export async function readDenoJson(folder: string): Promise<DenoJson> {
  for (const name of DENO_JSON_NAMES) {
    const found = await readIfThere(join(folder, name));
    if (found !== undefined) return found;
  }
  return {};
}

async function readIfThere(path: string): Promise<DenoJson | undefined> {
  try {
    return Object(parse(await Deno.readTextFile(path)));
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    if (!(cause instanceof SyntaxError)) throw cause;
    const message = `Cannot read "${path}": ${cause.message}`;
    throw new PluginError("INVALID_OPTIONS", message, { cause });
  }
}
