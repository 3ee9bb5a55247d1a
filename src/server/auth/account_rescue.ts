/**
 * The users of a database without a server, for whoever is locked out.
 *
 * @module
 */
import type { SqliteDriver } from "../../sqlite/driver/sqlite_driver.ts";
import { openServerTables } from "./server_tables.ts";
import { Users } from "./users.ts";

/**
 * Opens the users of a database. A password that is reset ends all sessions.
 */
export function openUsers(driver: SqliteDriver): Users {
  openServerTables(driver);
  return new Users(driver, (id) => {
    driver.run("DELETE FROM plugin_handler_sessions WHERE user_id = ?", [id]);
  });
}
