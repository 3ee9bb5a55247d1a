/**
 * The tables that the handler itself needs: the original's `plugins` table,
 * and its own, whose names start with `plugin_handler_`.
 *
 * @module
 */
import { PluginError } from "../shared/errors.ts";
import { VERSION } from "../shared/version.ts";
import type { SqliteDriver } from "../sqlite/driver/sqlite_driver.ts";

/**
 * The original compares this text with its own and rebuilds a table that is
 * declared otherwise, so the order and the wording stay as they are.
 */
const PLUGINS = `CREATE TABLE IF NOT EXISTS "plugins" (` +
  `"author" JSON NOT NULL, ` +
  `"description" TEXT, ` +
  `"id" INTEGER PRIMARY KEY AUTOINCREMENT, ` +
  `"manifest" TEXT NOT NULL, ` +
  `"name" TEXT NOT NULL UNIQUE, ` +
  `"plugin" TEXT NOT NULL, ` +
  `"repository" TEXT NOT NULL, ` +
  `"repoType" TEXT NOT NULL ` +
  `CHECK ("repoType" IN ('github', 'gitlab', 'local', 'default')), ` +
  `"tags" JSON, ` +
  `"version" TEXT NOT NULL)`;

/**
 * The version of the handler's own tables. A change that an older handler would
 * not understand makes it one higher; a further table or column does not.
 */
const SCHEMA = 1;

/** A table of the handler's own. */
interface OwnTable {
  /** The declarations of its columns; a column that is missing is added. */
  readonly columns: Readonly<Record<string, string>>;
  /** What else its declaration says. */
  readonly constraint?: string;
  /** What is made along with it. */
  readonly extras?: string;
}

const OWN: Readonly<Record<string, OwnTable>> = {
  plugin_handler_meta: {
    columns: { key: "TEXT PRIMARY KEY", value: "TEXT NOT NULL DEFAULT ''" },
  },
  plugin_handler_policy: {
    columns: {
      name: "TEXT PRIMARY KEY",
      value: "TEXT NOT NULL DEFAULT 'null'",
    },
  },
  plugin_handler_plugins: {
    columns: {
      plugin_id: "INTEGER PRIMARY KEY",
      digest: "TEXT",
      repo_type: "TEXT",
      language: "TEXT NOT NULL DEFAULT 'javascript'",
      manifest_fields: "TEXT NOT NULL DEFAULT '{}'",
      source_url: "TEXT",
      etag: "TEXT",
      signature: "TEXT NOT NULL DEFAULT 'unsigned'",
      origin: "TEXT NOT NULL DEFAULT 'host'",
      state: "TEXT NOT NULL DEFAULT 'enabled'",
      reason: "TEXT",
      granted: "TEXT NOT NULL DEFAULT '{}'",
      public_routes: "TEXT NOT NULL DEFAULT '[]'",
      pin: "TEXT",
      trial_since: "INTEGER",
      upgrade_from: "TEXT",
      quarantines: "INTEGER NOT NULL DEFAULT 0",
      retry_at: "INTEGER",
      last_error: "TEXT",
      last_error_at: "INTEGER",
      seal: "TEXT",
    },
    extras: `CREATE INDEX IF NOT EXISTS plugin_handler_plugins_by_digest
      ON plugin_handler_plugins (digest);`,
  },
  plugin_handler_names: {
    columns: {
      name: "TEXT PRIMARY KEY",
      highest: "TEXT NOT NULL DEFAULT ''",
      seal: "TEXT",
    },
  },
  plugin_handler_versions: {
    columns: {
      id: "INTEGER PRIMARY KEY",
      plugin_id: "INTEGER NOT NULL DEFAULT 0",
      version: "TEXT NOT NULL DEFAULT ''",
      digest: "TEXT NOT NULL DEFAULT ''",
      replaced_at: "INTEGER NOT NULL DEFAULT 0",
      row: "TEXT NOT NULL DEFAULT '{}'",
      extras: "TEXT NOT NULL DEFAULT '{}'",
      seal: "TEXT",
    },
    extras: `CREATE INDEX IF NOT EXISTS plugin_handler_versions_by_plugin
      ON plugin_handler_versions (plugin_id, id);
    CREATE INDEX IF NOT EXISTS plugin_handler_versions_by_digest
      ON plugin_handler_versions (digest);`,
  },
  plugin_handler_tables: {
    columns: {
      name: "TEXT PRIMARY KEY COLLATE NOCASE",
      plugin_id: "INTEGER NOT NULL DEFAULT 0",
      plugin_name: "TEXT NOT NULL DEFAULT ''",
      origin: "TEXT NOT NULL DEFAULT 'host'",
      declared: "TEXT",
      seal: "TEXT",
      file: "INTEGER",
    },
  },
  plugin_handler_kept_columns: {
    columns: {
      table_name: "TEXT NOT NULL COLLATE NOCASE",
      column_name: "TEXT NOT NULL COLLATE NOCASE",
      row_id: "INTEGER NOT NULL",
      value: "ANY",
    },
    constraint: "PRIMARY KEY (table_name, column_name, row_id)",
  },
  plugin_handler_contributions: {
    columns: {
      digest: "TEXT PRIMARY KEY",
      contributions: "TEXT NOT NULL DEFAULT ''",
      activation: "TEXT NOT NULL DEFAULT ''",
    },
  },
  plugin_handler_source_maps: {
    columns: { digest: "TEXT PRIMARY KEY", map: "TEXT NOT NULL DEFAULT ''" },
  },
  plugin_handler_schedules: {
    columns: {
      plugin_id: "INTEGER NOT NULL",
      name: "TEXT NOT NULL",
      started_at: "INTEGER NOT NULL DEFAULT 0",
      duration_ms: "REAL NOT NULL DEFAULT 0",
      ok: "INTEGER NOT NULL DEFAULT 1",
      error: "TEXT",
    },
    constraint: "PRIMARY KEY (plugin_id, name)",
  },
  plugin_handler_settings: {
    columns: {
      plugin_id: "INTEGER NOT NULL",
      name: "TEXT NOT NULL",
      value: "TEXT NOT NULL DEFAULT 'null'",
      secret: "INTEGER NOT NULL DEFAULT 0",
    },
    constraint: "PRIMARY KEY (plugin_id, name)",
  },
  plugin_handler_audit: {
    columns: {
      id: "INTEGER PRIMARY KEY AUTOINCREMENT",
      at: "INTEGER NOT NULL DEFAULT 0",
      actor: "TEXT NOT NULL DEFAULT ''",
      action: "TEXT NOT NULL DEFAULT ''",
      plugin_id: "INTEGER",
      plugin: "TEXT NOT NULL DEFAULT ''",
      url: "TEXT",
      digest_before: "TEXT",
      digest_after: "TEXT",
      outcome: "TEXT NOT NULL DEFAULT ''",
      detail: "TEXT",
    },
    extras: `CREATE INDEX IF NOT EXISTS plugin_handler_audit_by_plugin
      ON plugin_handler_audit (plugin_id, id);
    CREATE TRIGGER IF NOT EXISTS plugin_handler_audit_append_only
      BEFORE UPDATE ON plugin_handler_audit
      BEGIN SELECT RAISE(ABORT, 'the audit log is only ever appended to'); END;`,
  },
};

/**
 * Makes the handler's tables and their columns where they are missing.
 *
 * @throws {PluginError} `STORE_FAILED` where a newer handler wrote it.
 */
export function createHandlerSchema(driver: SqliteDriver): void {
  const found = columnsOf(driver);
  if (found.has("plugin_handler_meta")) refuseNewerSchema(driver);
  // A database that has it all is not written to, so that it may be read-only.
  if (isCurrent(driver, found)) return;
  driver.transaction(() => {
    driver.exec(PLUGINS);
    const now = columnsOf(driver);
    for (const [name, table] of Object.entries(OWN)) {
      make(driver, name, { table, columns: now.get(name) });
    }
    if (!now.has("plugin_handler_names")) rememberStored(driver);
    driver.run(SAVE_META, ["schema", String(SCHEMA)]);
    driver.run(SAVE_META, ["version", VERSION]);
  }, "IMMEDIATE");
}

const SAVE_META = `INSERT INTO plugin_handler_meta (key, value) VALUES (?, ?)
  ON CONFLICT (key) DO UPDATE SET value = excluded.value`;

/** The names of the columns of every table that concerns the handler. */
function columnsOf(driver: SqliteDriver): Map<string, Set<string>> {
  const rows = driver.all(
    `SELECT m.name AS "table", c.name AS "column"
      FROM sqlite_master m JOIN pragma_table_info(m.name) c
      WHERE m.type = 'table'
      AND (m.name = 'plugins' OR m.name GLOB 'plugin_handler_*')`,
  );
  return new Map(
    [...Map.groupBy(rows, (row) => String(row.table))].map(([table, own]) =>
      [table, new Set(own.map(({ column }) => String(column)))] as const
    ),
  );
}

function isCurrent(
  driver: SqliteDriver,
  found: ReadonlyMap<string, ReadonlySet<string>>,
): boolean {
  return found.has("plugins") &&
    metaOf(driver, found, "schema") !== undefined &&
    Object.entries(OWN).every(([name, { columns }]) =>
      Object.keys(columns).every((column) => found.get(name)?.has(column))
    );
}

function metaOf(
  driver: Pick<SqliteDriver, "get">,
  found: ReadonlyMap<string, unknown>,
  key: string,
): string | undefined {
  if (!found.has("plugin_handler_meta")) return undefined;
  const row = driver.get(
    `SELECT value FROM plugin_handler_meta WHERE key = ?`,
    [key],
  );
  return row === undefined ? undefined : String(row.value);
}

/**
 * Refuses a database that a newer handler wrote.
 *
 * @param driver The database, which has the table of what is known about it.
 * @throws {PluginError} `STORE_FAILED`.
 */
export function refuseNewerSchema(driver: Pick<SqliteDriver, "get">): void {
  const found = new Map([["plugin_handler_meta", true]]);
  const schema = Number(metaOf(driver, found, "schema") ?? SCHEMA);
  if (schema <= SCHEMA) return;
  const version = metaOf(driver, found, "version") ?? "a newer one";
  throw new PluginError(
    "STORE_FAILED",
    `Cannot open the database: version ${version} of the plugin handler wrote it in schema ${schema}, and this is version ${VERSION} with schema ${SCHEMA}; open it with version ${version} or later, or restore a backup`,
  );
}

function make(
  driver: SqliteDriver,
  name: string,
  { table, columns }: {
    readonly table: OwnTable;
    readonly columns: ReadonlySet<string> | undefined;
  },
): void {
  const declared = Object.entries(table.columns)
    .map(([column, type]) => `${column} ${type}`);
  if (columns === undefined) {
    const parts = [
      ...declared,
      ...(table.constraint ? [table.constraint] : []),
    ];
    const options = table.constraint ? "STRICT, WITHOUT ROWID" : "STRICT";
    driver.exec(`CREATE TABLE ${name} (${parts.join(", ")}) ${options}`);
  }
  for (const [column, type] of Object.entries(table.columns)) {
    if (columns === undefined || columns.has(column)) continue;
    driver.exec(`ALTER TABLE ${name} ADD COLUMN ${column} ${type}`);
  }
  if (table.extras !== undefined) driver.exec(table.extras);
}

/** What was pinned before names were kept is known all the same. */
function rememberStored(driver: SqliteDriver): void {
  driver.exec(
    `INSERT OR IGNORE INTO plugin_handler_names (name, highest)
      SELECT p.name, p.version FROM plugins p
      JOIN plugin_handler_plugins x ON x.plugin_id = p.id
      WHERE x.digest IS NOT NULL`,
  );
}
