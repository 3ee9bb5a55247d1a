/**
 * Imports plugins in a process of its own, in the way, number and size that the
 * arguments say.
 *
 * @module
 */
import { SourceTextModule } from "node:vm";
import {
  createImporter,
  loadSources,
  PluginLoader,
  type PluginSource,
} from "../src/loader/mod.ts";

/** A plugin of a size, most of it code. */
function plugin(id: number, bytes: number): PluginSource {
  let code = `export default { name: "p${id}", init() {} };\n`;
  for (let n = 0; code.length < bytes; n++) {
    code += `export const f${n} = (a) => [a, "${id}"].map(String);\n`;
  }
  return { id, name: `p${id}`, version: "1.0.0", code, language: "javascript" };
}

function blobUrl(code: string): string {
  return URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
}

async function oneByOne(sources: readonly PluginSource[]): Promise<void> {
  for (const { code } of sources) {
    const url = blobUrl(code);
    await import(url);
    URL.revokeObjectURL(url);
  }
}

async function thunks(sources: readonly PluginSource[]): Promise<void> {
  const urls = sources.map(({ code }) => blobUrl(code));
  const imports = urls.map((url) => `()=>import("${url}")`);
  const batch = blobUrl(`export default [${imports}]`);
  const { default: load } = await import(batch);
  await Promise.all(load.map((thunk: () => Promise<unknown>) => thunk()));
  for (const url of [...urls, batch]) URL.revokeObjectURL(url);
}

async function vm(sources: readonly PluginSource[]): Promise<void> {
  for (const { code, name } of sources) {
    const module = new SourceTextModule(code, { identifier: name });
    await module.link(() => Promise.reject(new TypeError("nothing to link")));
    await module.evaluate();
  }
}

async function importer(
  name: "blob" | "data",
  sources: readonly PluginSource[],
): Promise<void> {
  const ready = sources.map((source) => ({
    ...source,
    plugin: source,
    reachesOut: false,
    sourcesKey: "s0",
    shifts: [],
  }));
  const modules = createImporter(name).import(ready);
  await Promise.all(modules.map((module) => module.evaluate()));
}

const WAYS: Record<
  string,
  (sources: readonly PluginSource[]) => Promise<unknown>
> = {
  "nothing": () => Promise.resolve(),
  "thunks over blob URLs, by hand": thunks,
  "blob URLs one by one, by hand": oneByOne,
  "vm.SourceTextModule, by hand": vm,
  "blob importer": (sources) => importer("blob", sources),
  "data importer": (sources) => importer("data", sources),
  "PluginLoader": (sources) =>
    Promise.all(loadSources(new PluginLoader(), sources)),
};

if (import.meta.main) {
  const [way = "", count, bytes] = Deno.args;
  const sources = Array.from(
    { length: Number(count) },
    (_, id) => plugin(id, Number(bytes)),
  );
  const start = performance.now();
  await WAYS[way]!(sources);
  const ms = (performance.now() - start) / sources.length;
  console.log(`${ms.toFixed(3)} ms a plugin`);
}
