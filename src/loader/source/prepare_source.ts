/**
 * Makes stored source text ready to be imported, in this process or in one of
 * its own.
 *
 * @module
 */
import { PluginError } from "../../shared/errors.ts";
import { newSourcesKey } from "../../shared/stack/module_labels.ts";
import { bunPrologue } from "./bun_prologue.ts";
import { addressPrologue, moduleAddress } from "./module_address.ts";
import {
  type ModuleReferences,
  reachesOut,
  referencesOf,
} from "./module_references.ts";
import type {
  PluginSource,
  PreparedSource,
} from "../importer/plugin_importer.ts";
import { type Insertion, withInsertions } from "./source_edit.ts";
import { takesBunForGranted } from "./uses_bun.ts";

const MAX_SHIFTS = 1_000;

const BOM = "\uFEFF";

/** The first line of what `bun build --target=bun` makes. */
const BUN_PRAGMA = /^(?:#![^\n]*\n)?\s*\/\/ @bun\b([^\r\n]*)/;

/**
 * Makes source text ready to be imported: without a byte order mark and a
 * hashbang, with an inline source map that the runtime applies, with bare names
 * of built-in modules under their `node:` names, with an address of its own,
 * and with what a bundle made for Bun expects. Lines keep their numbers. Text
 * that does not parse is left for the runtime, which says what is wrong with it.
 *
 * @throws {PluginError} `LOAD_FAILED` where the bundle works on Bun only,
 * `INVALID_PLUGIN` where importing it would never end.
 */
export async function prepareSource(
  source: PluginSource,
): Promise<PreparedSource> {
  const { id, name, version, language, sourceMap } = source;
  const text = source.code.startsWith(BOM) ? source.code.slice(1) : source.code;
  const pragma = BUN_PRAGMA.exec(text);
  if (pragma?.[1]?.includes("@bun-cjs")) {
    throw bunOnly(source, "it is a CommonJS bundle");
  }
  const code = withoutHashbang(text);
  const references = await referencesOf(code);
  const foreign = references?.required.find((name) => /^bun(?:$|:)/.test(name));
  if (foreign !== undefined) throw bunOnly(source, `it imports "${foreign}"`);
  if (references?.exportsThen) throw thenable(source);
  const forBun = pragma !== null || references?.metaRequire === true ||
    takesBunForGranted(code);
  const sourcesKey = newSourcesKey();
  const added = insertions(source, references, forBun);
  const { shifts, ...edited } = await withInsertions(code, added, {
    sourcesKey,
    sourceMap,
  });
  return {
    plugin: { id, name, version },
    ...edited,
    // To look for a place among more would cost more than it tells.
    shifts: shifts.length > MAX_SHIFTS ? [] : shifts,
    sourcesKey,
    language,
    reachesOut: references === undefined ||
      references.specifiers.some(reachesOut),
  };
}

function insertions(
  source: PluginSource,
  references: ModuleReferences | undefined,
  forBun: boolean,
): Insertion[] {
  const address = moduleAddress(source);
  const prologue = [
    forBun ? bunPrologue(address) : "",
    forBun || references?.metaPlace ? addressPrologue(address) : "",
  ].filter((text) => text !== "");
  return [
    ...prologue.map((text) => ({ at: 0, text: `${text} ` })),
    ...(references?.bareBuiltins ?? []).map((at) => ({ at, text: "node:" })),
  ];
}

/** A hashbang counts at the very start only, where more may be put. */
function withoutHashbang(text: string): string {
  return text.startsWith("#!") ? `//${text.slice(2)}` : text;
}

function thenable({ id, name, version }: PluginSource): PluginError {
  return new PluginError(
    "INVALID_PLUGIN",
    `Cannot load plugin "${name}@${version}": it exports a function "then", so that whoever imports it would wait for it; rename the function`,
    { pluginId: id },
  );
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
