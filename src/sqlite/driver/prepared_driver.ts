/**
 * What is the same for every driver, however it prepares its statements.
 *
 * @module
 */
import type {
  SqliteParameter,
  SqliteRow,
  SqliteRunResult,
  SqliteStatement,
} from "./sqlite_driver.ts";

/** Runs statements that a subclass prepares and keeps. */
export abstract class PreparedDriver {
  /** A statement from the cache, prepared at its first use. */
  abstract prepare(sql: string): SqliteStatement;

  run(
    sql: string,
    parameters: readonly SqliteParameter[] = [],
  ): SqliteRunResult {
    return this.prepare(sql).run(...parameters);
  }

  get(
    sql: string,
    parameters: readonly SqliteParameter[] = [],
  ): SqliteRow | undefined {
    return this.prepare(sql).get(...parameters);
  }

  all(sql: string, parameters: readonly SqliteParameter[] = []): SqliteRow[] {
    return this.prepare(sql).all(...parameters);
  }
}
