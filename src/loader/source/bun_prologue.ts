/**
 * What a bundle that was built for Bun finds in its own scope: `Bun` with `env`
 * and `version`, and Bun's parts of `import.meta`. It is text on one line that
 * goes in front of the bundle, so that nothing global is defined, line numbers
 * stay, and the bundle works the same in a process of its own.
 *
 * @module
 */
import { environment } from "./environment.ts";
import { type ModuleAddress, oneLine } from "./module_address.ts";

/** The version of Bun whose bundles this stands in for. */
const BUN_VERSION = "1.4.0";

/** What Bun adds to `import.meta`. */
interface BunMeta extends ImportMeta {
  env?: unknown;
  dir?: string;
  path?: string;
  file?: string;
  require?: unknown;
}

/** Runs in the plugin's module: it can use nothing of this one. */
function prologue(
  meta: BunMeta,
  given: {
    readonly createRequire: (from: string) => (specifier: string) => unknown;
    readonly version: string;
    readonly address: ModuleAddress;
    readonly env: unknown;
  },
): unknown {
  const { address, createRequire, env, version } = given;
  const require = createRequire(address.url);
  Object.assign(meta, {
    env,
    dir: address.dirname,
    path: address.filename,
    file: "index.js",
    require: (specifier: string) => {
      if (`${specifier}`.split(":")[0] === "bun") {
        throw new TypeError(
          `Cannot use "${specifier}": it exists on Bun only, so the bundle must be rebuilt for Deno`,
        );
      }
      return require(specifier);
    },
  });
  return { env, version };
}

/**
 * The text to put in front of a bundle that was built for Bun.
 *
 * @param address The address that the module has for itself.
 */
export function bunPrologue(address: ModuleAddress): string {
  const given = `{createRequire:$dockstatRequire,version:"${BUN_VERSION}",` +
    `address:${JSON.stringify(address)},env:(${oneLine(environment)})()}`;
  return `import { createRequire as $dockstatRequire } from "node:module"; ` +
    `const Bun = (${oneLine(prologue)})(import.meta,${given});`;
}
