/**
 * Turns a manifest and its code into what the store keeps.
 *
 * @module
 */
import type {
  DBPluginSchema,
  PluginExtras,
} from "../../store/plugin_repository.ts";
import type { Manifest } from "./manifest.ts";

/** The fields that have a column of their own. */
const COLUMNS: ReadonlySet<string> = new Set([
  "id",
  "repoType",
  "name",
  "description",
  "tags",
  "version",
  "repository",
  "manifest",
  "author",
  "plugin",
  "language",
]);

/** The row of a plugin: a manifest's fields in the original's columns. */
export function toRow(manifest: Manifest, code: string): DBPluginSchema {
  return {
    repoType: manifest.repoType ?? "default",
    name: manifest.name,
    description: manifest.description ?? null,
    tags: manifest.tags ?? null,
    version: manifest.version,
    repository: manifest.repository,
    manifest: manifest.manifest,
    author: manifest.author,
    plugin: code,
  };
}

/** What a manifest says that no column holds. */
export function toExtras(
  manifest: Pick<Manifest, "language">,
  known: Omit<PluginExtras, "language" | "manifestFields">,
): PluginExtras {
  const fields = Object.entries(manifest)
    .filter(([name, value]) => !COLUMNS.has(name) && value !== undefined);
  return {
    language: manifest.language ?? "javascript",
    manifestFields: Object.fromEntries(fields),
    ...known,
  };
}
