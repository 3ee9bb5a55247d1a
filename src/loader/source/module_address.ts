/**
 * The address that a plugin's module has for itself. A blob's is no place that
 * others could be relative to, which `createRequire(import.meta.url)`,
 * `new URL("./x", import.meta.url)` and what bundlers write at the top of their
 * output for Node.js expect.
 *
 * @module
 */
import type { PluginIdentity } from "../../plugin/plugin.ts";

/** Where a module believes itself to be. Nothing is there. */
export interface ModuleAddress {
  /** Its `import.meta.url`. */
  readonly url: string;
  /** Its `import.meta.filename`. */
  readonly filename: string;
  /** Its `import.meta.dirname`. */
  readonly dirname: string;
}

/** The address of a plugin's module, its own among all plugins. */
export function moduleAddress(
  { id, name, version }: PluginIdentity,
): ModuleAddress {
  const isWindows = Deno.build.os === "windows";
  const folder = [`${id}`, name, version]
    // Whatever the name holds, the path is plain.
    .map((part) => part.replaceAll(/[^\w@.-]+/g, "-").replace(/^\.+$/, "-"))
    .join("/");
  const path = `/dockstat-plugins/${folder}`;
  const local = (path: string) =>
    isWindows ? `C:${path}`.replaceAll("/", "\\") : path;
  return {
    url: `file://${isWindows ? "/C:" : ""}${path}/index.js`,
    filename: local(`${path}/index.js`),
    dirname: local(path),
  };
}

/** The text that gives a module this address, on one line. */
export function addressPrologue(address: ModuleAddress): string {
  return `(${oneLine(takeAddress)})(import.meta,${JSON.stringify(address)});`;
}

/** Runs in the plugin's module: it can use nothing of this one. */
function takeAddress(meta: ImportMeta, address: ModuleAddress): void {
  const { resolve } = meta;
  Object.assign(meta, address, {
    resolve: (specifier: string) =>
      /^\.{0,2}\//.test(specifier)
        ? new URL(specifier, address.url).href
        : resolve(specifier),
  });
}

/** None of its comments or strings holds what changes when lines are joined. */
export function oneLine(code: CallableFunction): string {
  return String(code).replaceAll(/\s*\n\s*/g, " ");
}
