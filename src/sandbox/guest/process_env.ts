/**
 * Lets a plugin read `process.env` without a grant, where Deno would throw: most
 * bundles made for Node.js look at it as soon as they are imported.
 *
 * @module
 */
import { environment } from "../../loader/mod.ts";

/** The first look at `process` takes as long as a third of a start. */
const MENTIONED = /\bprocess\b/;
const IMPORT = /(\b(?:from|import)\s*\(?\s*)(["'])node:process\2/g;

/**
 * Puts another `process.env` in the place of Deno's, where the plugin's code may
 * look at it.
 *
 * @param code The plugin's code, ready to be imported.
 * @returns The code to import, which finds it under every name that it has.
 */
export function withProcessEnv(
  code: string,
  granted: readonly string[],
): string {
  if (!MENTIONED.test(code)) return code;
  const { process } = globalThis as unknown as { process: object };
  const env = environment(granted);
  Object.defineProperty(process, "env", {
    value: env,
    writable: true,
    enumerable: true,
    configurable: true,
  });
  if (!IMPORT.test(code)) return code;
  // The module's own `env` is not the object's, and cannot be replaced.
  const url = URL.createObjectURL(
    new Blob([PROCESS_MODULE], { type: "text/javascript" }),
  );
  return code.replaceAll(IMPORT, `$1$2${url}$2`);
}

const PROCESS_MODULE = `import process from "node:process";
export * from "node:process";
export { process as default };
export const { env } = process;`;
