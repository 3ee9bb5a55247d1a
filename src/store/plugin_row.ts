/**
 * Converts between plugin records and the columns that hold them.
 *
 * @module
 */
import type {
  DBPluginSchema,
  PluginExtras,
  StoredPlugin,
  StoredPluginCode,
} from "./plugin_repository.ts";
import type {
  SqliteParameter,
  SqliteRow,
} from "../sqlite/driver/sqlite_driver.ts";

/** The kinds of repository that the original's table allows. */
const ORIGINAL_KINDS: ReadonlySet<string> = new Set([
  "github",
  "gitlab",
  "local",
  "default",
]);

/** The columns of a plugin without its code. */
export const STORED_COLUMNS = `p.id, p.repoType, p.name, p.description, p.tags,
  p.version, p.repository, p.manifest, p.author, x.digest, x.repo_type,
  x.language, x.manifest_fields, x.source_url, x.etag, x.signature, x.state,
  x.reason, x.granted, x.pin, x.trial_since`;

/** Where {@linkcode STORED_COLUMNS} come from. */
export const STORED_TABLES =
  `plugins p LEFT JOIN plugin_handler_plugins x ON x.plugin_id = p.id`;

/** The columns of `plugins` in the order of {@linkcode pluginParameters}. */
export const PLUGIN_COLUMNS = [
  "repoType",
  "name",
  "description",
  "tags",
  "version",
  "repository",
  "manifest",
  "author",
  "plugin",
] as const;

/** A plugin's row as parameters for {@linkcode PLUGIN_COLUMNS}. */
export function pluginParameters(row: DBPluginSchema): SqliteParameter[] {
  const kind = row.repoType ?? "default";
  return [
    ORIGINAL_KINDS.has(kind) ? kind : "default",
    row.name,
    row.description ?? null,
    row.tags == null ? null : JSON.stringify(row.tags),
    row.version,
    row.repository,
    row.manifest,
    JSON.stringify(row.author),
    row.plugin,
  ];
}

/** A row of {@linkcode STORED_COLUMNS} as a record. */
export function storedPlugin(row: SqliteRow): StoredPlugin {
  return {
    id: Number(row.id),
    repoType: text(row.repo_type ?? row.repoType) as StoredPlugin["repoType"],
    name: text(row.name),
    description: textOrNull(row.description),
    tags: json<string[] | null>(row.tags, null),
    version: text(row.version),
    repository: text(row.repository),
    manifest: text(row.manifest),
    author: json<object>(row.author, {}),
    ...storedExtras(row),
    digest: textOrNull(row.digest),
    state: text(row.state ?? "enabled") as StoredPlugin["state"],
    reason: textOrNull(row.reason),
    granted: json(row.granted, {}),
    pin: textOrNull(row.pin),
    trialSince: row.trial_since == null ? null : Number(row.trial_since),
  };
}

/** The same with the column `plugin`. */
export function storedPluginCode(row: SqliteRow): StoredPluginCode {
  return { ...storedPlugin(row), plugin: text(row.plugin) };
}

function storedExtras(row: SqliteRow): PluginExtras {
  return {
    language: row.language === "typescript" ? "typescript" : "javascript",
    manifestFields: json(row.manifest_fields, {}),
    sourceUrl: textOrNull(row.source_url),
    etag: textOrNull(row.etag),
    signature: text(row.signature ?? "unsigned") as PluginExtras["signature"],
  };
}

function text(value: unknown): string {
  return String(value ?? "");
}

function textOrNull(value: unknown): string | null {
  return value == null ? null : String(value);
}

/** Other programs write this table too, so its JSON may be anything. */
function json<T>(value: unknown, fallback: T): T {
  if (typeof value !== "string") return fallback;
  try {
    return (JSON.parse(value) ?? fallback) as T;
  } catch {
    return fallback;
  }
}
