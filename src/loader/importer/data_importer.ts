/**
 * Imports modules by data URL: slower and larger than a blob, and the way where
 * blobs cannot be had.
 *
 * @module
 */
import type {
  ImportedModule,
  PluginImporter,
  PreparedSource,
  SourceLanguage,
} from "./plugin_importer.ts";
import { importBatched } from "./thunk_batch.ts";

const MEDIA_TYPES: Readonly<Record<SourceLanguage, string>> = {
  javascript: "text/javascript",
  typescript: "application/typescript",
};

let imported = 0;

/** Imports modules by data URL. */
export class DataImporter implements PluginImporter {
  /** Which way this is. */
  readonly name = "data";

  /**
   * Imports every source as a module instance of its own, side by side.
   *
   * @returns One module for each source, in order.
   */
  import(sources: readonly PreparedSource[]): ImportedModule[] {
    const keys = sources.map(() => `dockstat-${++imported}`);
    const modules = importBatched(sources.map((source, index) => ({
      url: dataUrl(source, keys[index]!),
      reachesOut: source.reachesOut,
    })));
    return keys.map((key, index) => ({ key, ...modules[index]! }));
  }
}

/**
 * The key comes last: it sets equal code apart, and stack frames show the last
 * 20 characters of a long address.
 */
function dataUrl({ code, language }: PreparedSource, key: string): string {
  const body = encodeURIComponent(code.toWellFormed());
  return `data:${MEDIA_TYPES[language]},${body}%0A//${key}.`;
}
