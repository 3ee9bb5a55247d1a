/**
 * Source texts for the loader's tests.
 *
 * @module
 */
import type { PluginLifecycleContext } from "../../src/plugin/plugin.ts";
import {
  type ImportedPlugin,
  loadSources,
  type PluginLoader,
  type PluginSource,
} from "../../src/loader/mod.ts";

/** The source of the plugin `name@1.0.0`. */
export function source(
  code: string,
  options: Partial<PluginSource> = {},
): PluginSource {
  return {
    id: 1,
    name: "my-plugin",
    version: "1.0.0",
    code,
    language: "javascript",
    ...options,
  };
}

/** Loads one plugin. */
export function loadOne(
  loader: PluginLoader,
  code: string,
  options: Partial<PluginSource> = {},
): Promise<ImportedPlugin> {
  return loadSources(loader, [source(code, options)])[0]!;
}

/** Source text that loads, with this expression as what `init` returns. */
export function returning(expression: string, before = ""): string {
  return `${before}export default { name: "p", init: () => (${expression}) };`;
}

/** What a plugin's `init` returns. */
export async function initOf(
  loaded: Promise<ImportedPlugin>,
): Promise<unknown> {
  const { definition } = await loaded;
  return await definition.init?.(NO_CONTEXT);
}

/** These plugins look at nothing of it. */
const NO_CONTEXT = {} as PluginLifecycleContext;

/** An inline source map comment that moves line 1 to `first`, and so on. */
export function sourceMapComment(
  source: string,
  options: { first?: "5" | "1"; charset?: boolean } = {},
): string {
  const start = options.first === "1" ? "AAAA" : "AAIA";
  const map = {
    version: 3,
    sources: [source],
    sourcesContent: ["the original text"],
    names: [],
    mappings: `${start};AACA;AACA;AACA;AACA`,
  };
  const charset = options.charset ? ";charset=utf-8" : "";
  return `//# sourceMappingURL=data:application/json${charset};base64,${
    btoa(JSON.stringify(map))
  }`;
}
