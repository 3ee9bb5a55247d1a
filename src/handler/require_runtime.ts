/**
 * Refuses runtimes that lack what the handler needs.
 *
 * @module
 */
import { PluginError } from "../shared/errors.ts";

/** The lowest version of Deno: before it, SQLite has no authorizer and limits. */
export const LOWEST_DENO = "2.8.0";

/**
 * Checks the version of Deno.
 *
 * @throws {PluginError} `UNSUPPORTED_RUNTIME` where it is too old.
 */
export function requireRuntime(): void {
  const { deno } = Deno.version;
  if (!isOlder(deno, LOWEST_DENO)) return;
  throw new PluginError(
    "UNSUPPORTED_RUNTIME",
    `Cannot open a plugin handler on Deno ${deno}: it needs ${LOWEST_DENO} or newer; run "deno upgrade"`,
  );
}

function isOlder(version: string, than: string): boolean {
  const [major = 0, minor = 0] = numbersOf(version);
  const [lowestMajor = 0, lowestMinor = 0] = numbersOf(than);
  return major < lowestMajor || (major === lowestMajor && minor < lowestMinor);
}

function numbersOf(version: string): number[] {
  return version.split(".").map((part) => Number.parseInt(part, 10));
}
