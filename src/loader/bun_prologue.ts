/**
 * What a bundle that was built for Bun finds in its own scope: `Bun` with `env`
 * and `version`, and `import.meta.require`. It is text on one line that goes in
 * front of the bundle, so that nothing global is defined, line numbers stay,
 * and the bundle works the same in a process of its own.
 *
 * @module
 */

/** The version of Bun whose bundles this stands in for. */
const BUN_VERSION = "1.4.0";

/** Runs in the plugin's module: it can use nothing of this one. */
function prologue(
  meta: ImportMeta & { require?: unknown },
  createRequire: (from: string) => (specifier: string) => unknown,
  version: string,
): unknown {
  const unknown = (what: string) =>
    new TypeError(
      `Cannot use "${what}": it exists on Bun only, so the bundle must be rebuilt for Deno`,
    );
  const granted = (name?: string) => {
    const asked = name === undefined
      ? { name: "env" as const }
      : { name: "env" as const, variable: name };
    return Deno.permissions.querySync(asked).state === "granted";
  };
  const read = (name: string | symbol) =>
    typeof name === "string" && name !== "" && granted(name)
      ? Deno.env.get(name)
      : undefined;
  const all = () => granted() ? Deno.env.toObject() : {};
  const env = new Proxy({}, {
    get: (_, name) => read(name),
    has: (_, name) => read(name) !== undefined,
    ownKeys: () => Reflect.ownKeys(all()),
    getOwnPropertyDescriptor: (_, name) => {
      const value = read(name);
      return value === undefined ? undefined : {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      };
    },
    set: (_, name, value) => (Deno.env.set(String(name), `${value}`), true),
    deleteProperty: (_, name) => (Deno.env.delete(String(name)), true),
  });
  const root = Deno.build.os === "windows" ? "file:///C:/" : "file:///";
  const require = createRequire(`${root}plugin.js`);
  meta.require = (specifier: string) => {
    if (`${specifier}`.split(":")[0] === "bun") throw unknown(specifier);
    return require(specifier);
  };
  const known: Record<string, unknown> = { env, version };
  return new Proxy(known, {
    get: (_, name) => {
      if (typeof name === "symbol" || name in known) {
        return Reflect.get(known, name);
      }
      throw unknown(`Bun.${name}`);
    },
    set: (_, name) => {
      throw unknown(`Bun.${String(name)}`);
    },
  });
}

/**
 * The text to put in front of a bundle that was built for Bun.
 *
 * @returns Statements on one line.
 */
export function bunPrologue(): string {
  return text;
}

const text = [
  `import { createRequire as $dockstatRequire } from "node:module";`,
  `const Bun = (${
    oneLine(prologue)
  })(import.meta, $dockstatRequire, "${BUN_VERSION}");`,
].join(" ");

/** None of its comments or texts holds what changes when lines are joined. */
function oneLine(code: typeof prologue): string {
  return String(code).replaceAll(/\s*\n\s*/g, " ");
}
