/**
 * Imports modules by blob URL: the default way.
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

/** Imports modules by blob URL, which is revoked once it has been read. */
export class BlobImporter implements PluginImporter {
  /** Which way this is. */
  readonly name = "blob";

  /**
   * Imports every source as a module instance of its own, side by side.
   *
   * @returns One module for each source, in order.
   */
  import(sources: readonly PreparedSource[]): ImportedModule[] {
    const entries = sources.map(({ code, language, reachesOut }) => {
      const type = MEDIA_TYPES[language];
      const url = URL.createObjectURL(new Blob([code], { type }));
      return { url, reachesOut, read: () => URL.revokeObjectURL(url) };
    });
    const modules = importBatched(entries);
    return entries.map(({ url }, index) => ({
      key: url.slice(url.lastIndexOf("/") + 1),
      ...modules[index]!,
    }));
  }
}
