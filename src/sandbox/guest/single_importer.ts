/**
 * Imports the one plugin of this process. The host's importers prepare for
 * thousands, with a module in front that takes as long as the plugin itself.
 *
 * @module
 */
import type {
  ImportedModule,
  ModuleSource,
  PluginImporter,
} from "../../loader/plugin_importer.ts";

/** Imports each module by a blob URL of its own. */
export class SingleImporter implements PluginImporter {
  readonly name = "blob";

  /** Imports every source by itself. */
  import(sources: readonly ModuleSource[]): ImportedModule[] {
    return sources.map(({ code, language }) => {
      const type = language === "typescript"
        ? "application/typescript"
        : "text/javascript";
      const url = URL.createObjectURL(new Blob([code], { type }));
      return {
        key: url.slice(url.lastIndexOf("/") + 1),
        turn: Promise.resolve(),
        // The address is left to the end of the process, which has no other.
        evaluate: () => import(url),
      };
    });
  }
}
