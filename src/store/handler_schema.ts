/**
 * The tables that the handler itself needs: the original's `plugins` table,
 * and its own, whose names start with `plugin_handler_`.
 *
 * @module
 */
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

const OWN = `
CREATE TABLE IF NOT EXISTS plugin_handler_plugins (
  plugin_id INTEGER PRIMARY KEY,
  digest TEXT,
  repo_type TEXT,
  language TEXT NOT NULL DEFAULT 'javascript',
  manifest_fields TEXT NOT NULL DEFAULT '{}',
  source_url TEXT,
  etag TEXT,
  signature TEXT NOT NULL DEFAULT 'unsigned',
  state TEXT NOT NULL DEFAULT 'enabled',
  reason TEXT,
  granted TEXT NOT NULL DEFAULT '{}',
  pin TEXT,
  trial_since INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS plugin_handler_plugins_by_digest
  ON plugin_handler_plugins (digest);
CREATE TABLE IF NOT EXISTS plugin_handler_versions (
  id INTEGER PRIMARY KEY,
  plugin_id INTEGER NOT NULL,
  version TEXT NOT NULL,
  digest TEXT NOT NULL,
  replaced_at INTEGER NOT NULL,
  row TEXT NOT NULL,
  extras TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS plugin_handler_versions_by_plugin
  ON plugin_handler_versions (plugin_id, id);
CREATE INDEX IF NOT EXISTS plugin_handler_versions_by_digest
  ON plugin_handler_versions (digest);
CREATE TABLE IF NOT EXISTS plugin_handler_tables (
  name TEXT PRIMARY KEY COLLATE NOCASE,
  plugin_id INTEGER NOT NULL,
  plugin_name TEXT NOT NULL,
  declared TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS plugin_handler_kept_columns (
  table_name TEXT NOT NULL COLLATE NOCASE,
  column_name TEXT NOT NULL COLLATE NOCASE,
  row_id INTEGER NOT NULL,
  value ANY,
  PRIMARY KEY (table_name, column_name, row_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS plugin_handler_contributions (
  digest TEXT PRIMARY KEY,
  contributions TEXT NOT NULL,
  activation TEXT NOT NULL,
  table_name TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS plugin_handler_audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  plugin_id INTEGER,
  plugin TEXT NOT NULL,
  url TEXT,
  digest_before TEXT,
  digest_after TEXT,
  outcome TEXT NOT NULL,
  detail TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS plugin_handler_audit_by_plugin
  ON plugin_handler_audit (plugin_id, id);
CREATE TRIGGER IF NOT EXISTS plugin_handler_audit_append_only
  BEFORE UPDATE ON plugin_handler_audit
  BEGIN SELECT RAISE(ABORT, 'the audit log is only ever appended to'); END;
`;

/**
 * Makes the handler's tables where they are missing.
 *
 * @param driver The database.
 */
export function createHandlerSchema(driver: SqliteDriver): void {
  // A database that has them all is not written to, so that it may be read-only.
  const { count } = driver.get(
    `SELECT count(*) AS count FROM sqlite_master WHERE type = 'table' AND name IN
      ('plugins', 'plugin_handler_plugins', 'plugin_handler_versions',
       'plugin_handler_tables', 'plugin_handler_kept_columns',
       'plugin_handler_contributions', 'plugin_handler_audit')`,
  ) ?? {};
  if (count === 7) return;
  driver.transaction(() => {
    driver.exec(PLUGINS);
    driver.exec(OWN);
  }, "IMMEDIATE");
}
