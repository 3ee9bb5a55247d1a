/**
 * Reads an author's `deno.json`.
 *
 * @module
 */
import { join } from "@std/path";
import { PluginError } from "../shared/errors.ts";

/** What the commands read of a `deno.json`. */
export type DenoJson = Readonly<Record<string, unknown>>;

/**
 * Reads the `deno.json` of a folder.
 *
 * @returns What it says; nothing where there is none.
 * @throws {PluginError} `INVALID_OPTIONS` where it is not JSON.
 */
export async function readDenoJson(folder: string): Promise<DenoJson> {
  const path = join(folder, "deno.json");
  try {
    return Object(JSON.parse(await Deno.readTextFile(path)));
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return {};
    if (!(cause instanceof SyntaxError)) throw cause;
    const message = `Cannot read "${path}": ${cause.message}`;
    throw new PluginError("INVALID_OPTIONS", message, { cause });
  }
}
