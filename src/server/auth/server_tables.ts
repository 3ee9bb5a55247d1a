/**
 * The tables of the server, beside the handler's in the same database.
 *
 * @module
 */
import type { SqliteDriver } from "../../sqlite/driver/sqlite_driver.ts";

const TABLES = `
CREATE TABLE IF NOT EXISTS plugin_handler_users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
  password TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS plugin_handler_sessions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL
    REFERENCES plugin_handler_users (id) ON DELETE CASCADE,
  refresh TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  address TEXT NOT NULL,
  agent TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS plugin_handler_sessions_by_user
  ON plugin_handler_sessions (user_id);
CREATE TABLE IF NOT EXISTS plugin_handler_api_keys (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
  digest TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS plugin_handler_server (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
`;

/** Makes the server's tables where they are missing. */
export function openServerTables(driver: SqliteDriver): void {
  driver.exec(TABLES);
}
