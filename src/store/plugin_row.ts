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
import type { RowSeal, SealedFields } from "./row_seal.ts";
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
  x.reason, x.granted, x.public_routes, x.upgrade_from, x.pin, x.trial_since, x.quarantines, x.retry_at,
  x.last_error, x.last_error_at, x.origin, x.seal, n.name AS known`;

/** The columns of a plugin's code. */
export const CODE_COLUMNS = `p.plugin, (SELECT m.map
  FROM plugin_handler_source_maps m WHERE m.digest = x.digest) AS source_map`;

/** Where {@linkcode STORED_COLUMNS} come from. */
export const STORED_TABLES =
  `plugins p LEFT JOIN plugin_handler_plugins x ON x.plugin_id = p.id
    LEFT JOIN plugin_handler_names n ON n.name = p.name`;

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
export function storedPlugin(row: SqliteRow, seal: RowSeal): StoredPlugin {
  return {
    trust: trustOf(row, seal),
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
    publicRoutes: json<string[]>(row.public_routes, []),
    pin: textOrNull(row.pin),
    upgradeFrom: textOrNull(row.upgrade_from),
    trialSince: numberOrNull(row.trial_since),
    quarantines: Number(row.quarantines ?? 0),
    retryAt: numberOrNull(row.retry_at),
    lastError: textOrNull(row.last_error),
    lastErrorAt: numberOrNull(row.last_error_at),
  };
}

/** The same with the columns of {@linkcode CODE_COLUMNS}. */
export function storedPluginCode(
  row: SqliteRow,
  seal: RowSeal,
): StoredPluginCode {
  const stored = { ...storedPlugin(row, seal), plugin: text(row.plugin) };
  return row.source_map == null
    ? stored
    : { ...stored, sourceMap: text(row.source_map) };
}

/** What of a row of {@linkcode STORED_COLUMNS} its seal is over. */
export function sealedFields(row: SqliteRow): SealedFields {
  return ["plugin", ...SEALED.map((column) => sealable(row[column]))];
}

/** What decides which code runs, as whose, and with which rights. */
const SEALED = [
  "id",
  "name",
  "version",
  "repository",
  "manifest",
  "digest",
  "language",
  "manifest_fields",
  "source_url",
  "signature",
  "origin",
  "state",
  "granted",
  "public_routes",
  "upgrade_from",
  "pin",
] as const;

function sealable(value: unknown): SealedFields[number] {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint") return value;
  return typeof value === "number" || typeof value === "string"
    ? value
    : String(value);
}

function trustOf(row: SqliteRow, seal: RowSeal): StoredPlugin["trust"] {
  if (seal.isOn && row.seal == null) return "unsealed";
  if (!seal.holds(sealedFields(row), row.seal)) return "forged";
  if (row.digest == null) return row.known == null ? "new" : "lost";
  return "kept";
}

function storedExtras(row: SqliteRow): PluginExtras {
  return {
    language: row.language === "typescript" ? "typescript" : "javascript",
    manifestFields: json(row.manifest_fields, {}),
    sourceUrl: textOrNull(row.source_url),
    etag: textOrNull(row.etag),
    signature: text(row.signature ?? "unsigned") as PluginExtras["signature"],
    origin: text(row.origin ?? "host"),
  };
}

function text(value: unknown): string {
  return String(value ?? "");
}

function textOrNull(value: unknown): string | null {
  return value == null ? null : String(value);
}

function numberOrNull(value: unknown): number | null {
  return value == null ? null : Number(value);
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
