/**
 * The ways of importing by name.
 *
 * @module
 */
import { BlobImporter } from "./blob_importer.ts";
import { DataImporter } from "./data_importer.ts";
import type { ImporterName, PluginImporter } from "./plugin_importer.ts";

/** Creates an importer. */
export function createImporter(name: ImporterName): PluginImporter {
  return name === "data" ? new DataImporter() : new BlobImporter();
}
