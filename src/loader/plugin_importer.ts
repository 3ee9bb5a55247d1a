/**
 * How source text becomes a module: the one interface between the loader and
 * the runtime's ways of importing.
 *
 * @module
 */

/** The source of one plugin, and whose it is. */
export interface PluginSource {
  /** The id of the stored row. */
  readonly id: number;
  /** The plugin's unique name. */
  readonly name: string;
  /** The plugin's version. */
  readonly version: string;
  /** The source text of an ES module. */
  readonly code: string;
  /** What the source is written in. */
  readonly language: "javascript" | "typescript";
}

/** The exports of an imported module. */
export type ModuleNamespace = Readonly<Record<string, unknown>>;

/** The ways of importing. */
export type ImporterName = "blob" | "data" | "vm";

/** Imports source text, many modules at a time. */
export interface PluginImporter {
  /** Which way this is. */
  readonly name: ImporterName;
  /**
   * Imports every source as a module instance of its own, side by side.
   *
   * @param sources What to import; the same code twice gives two instances.
   * @returns One promise for each source, in order. Each rejects with its own
   * error, and stays pending as long as its own top-level `await` does.
   */
  import(sources: readonly PluginSource[]): Promise<ModuleNamespace>[];
}
