/**
 * Makes stored source text ready to be imported.
 *
 * @module
 */
import { PluginError } from "../shared/errors.ts";
import { bunPrologue } from "./bun_prologue.ts";
import {
  mayReachOut,
  type ModuleReferences,
  reachesOut,
  referencesOf,
} from "./module_references.ts";
import type { ModuleSource, PluginSource } from "./plugin_importer.ts";
import { withRelativeSourceMap } from "./source_map.ts";

const BOM = "\uFEFF";

/** The first line of what `bun build --target=bun` makes. */
const BUN_PRAGMA = /^(?:#![^\n]*\n)?\s*\/\/ @bun\b([^\r\n]*)/;

/**
 * Makes source text ready to be imported: without a byte order mark and a
 * hashbang, with an inline source map that the runtime applies, and with what a
 * bundle made for Bun expects. Lines keep their numbers. Text that does not
 * parse is left for the runtime, which says what is wrong with it.
 *
 * @param source The stored source.
 * @returns What to import.
 * @throws {PluginError} `LOAD_FAILED` where the bundle works on Bun only.
 */
export function prepareSource(source: PluginSource): ModuleSource {
  const { language } = source;
  const text = source.code.startsWith(BOM) ? source.code.slice(1) : source.code;
  const pragma = BUN_PRAGMA.exec(text);
  const code = withRelativeSourceMap(withoutHashbang(text));
  if (pragma?.[1]?.includes("@bun-cjs")) {
    throw bunOnly(source, "it is a CommonJS bundle");
  }
  const references = worthLexing(code) ? referencesOf(code) : NONE;
  const foreign = references?.required.find((name) => /^bun(?:$|:)/.test(name));
  if (foreign !== undefined) throw bunOnly(source, `it imports "${foreign}"`);
  const forBun = pragma !== null || references?.metaRequire === true;
  return {
    code: forBun ? `${bunPrologue()} ${code}` : code,
    language,
    reachesOut: references === undefined ||
      references.specifiers.some(reachesOut),
  };
}

const NONE: ModuleReferences = {
  specifiers: [],
  required: [],
  metaRequire: false,
};

/** The lexer takes about as long as the import itself. */
function worthLexing(code: string): boolean {
  return mayReachOut(code) ||
    (code.includes("import.meta") && code.includes("require"));
}

/** A hashbang counts at the very start only, where more may be put. */
function withoutHashbang(text: string): string {
  return text.startsWith("#!") ? `//${text.slice(2)}` : text;
}

function bunOnly(
  { id, name, version }: PluginSource,
  state: string,
): PluginError {
  return new PluginError(
    "LOAD_FAILED",
    `Cannot load plugin "${name}@${version}": ${state}, which exists on Bun only; rebuild it for Deno as an ES module`,
    { pluginId: id },
  );
}
