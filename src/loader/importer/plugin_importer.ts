/**
 * How source text becomes a module: the one interface between the loader and
 * the runtime's ways of importing.
 *
 * @module
 */

import type { PluginIdentity } from "../../plugin/plugin.ts";
import type { ColumnShift } from "../../shared/text/column_shift.ts";

/** What the source text of a module is written in. */
export type SourceLanguage = "javascript" | "typescript";

/** The source of one plugin as it is stored, and whose it is. */
export interface PluginSource extends PluginIdentity {
  /** The source text of an ES module. */
  readonly code: string;
  /** What the source is written in. */
  readonly language: SourceLanguage;
  /** A source map that is kept beside the text, as JSON. */
  readonly sourceMap?: string | undefined;
}

/** Source text that is ready to be imported. */
export interface PreparedSource {
  /** Whose it is. */
  readonly plugin: PluginIdentity;
  /** The source text of an ES module. */
  readonly code: string;
  /** What stands for its sources in stack frames, where it has a source map. */
  readonly sourcesKey: string;
  /** What the source is written in. */
  readonly language: SourceLanguage;
  /**
   * Whether the module reaches for others that the runtime has to fetch or
   * find. Such a module is not imported together with others, which would have
   * to wait for what it reaches for.
   */
  readonly reachesOut: boolean;
  /** What was put in that stack traces are not to show. */
  readonly shifts: readonly ColumnShift[];
}

/** The exports of an imported module. */
export type ModuleNamespace = Readonly<Record<string, unknown>>;

/** A module on its way in. */
export interface ImportedModule {
  /** What stands for the module in the addresses of stack frames; unique. */
  readonly key: string;
  /**
   * Settles, and never rejects, when nothing but the module itself is left to
   * wait for.
   */
  readonly turn: Promise<void>;
  /**
   * Runs the module's code. Called once, in the asynchronous context that the
   * code is to run in.
   *
   * @returns The exports. It rejects with the module's own error, and stays
   * pending as long as its own top-level `await` does.
   */
  evaluate(): Promise<ModuleNamespace>;
}

/** The ways of importing. */
export type ImporterName = "blob" | "data";

/** Imports source text, many modules at a time. */
export interface PluginImporter {
  /** Which way this is. */
  readonly name: ImporterName;
  /**
   * Imports every source as a module instance of its own, side by side.
   *
   * @param sources What to import; the same code twice gives two instances.
   * @returns One module for each source, in order.
   */
  import(sources: readonly PreparedSource[]): ImportedModule[];
}
