/**
 * Brings a table to a changed definition: it is built anew, filled from the
 * old one, and takes its place, in one transaction.
 *
 * @module
 */
import { messageOf } from "../../shared/errors.ts";
import { copyRows } from "./migration_copy.ts";
import { quoteIdentifier } from "../sql/sql_text.ts";
import type {
  SqliteDriver,
  SqliteRow,
  SqliteValue,
} from "../driver/sqlite_driver.ts";
import { storeError } from "../store_error.ts";
import type { TableMaker } from "./table_maker.ts";
import type { MigrationOptions } from "./table_options.ts";

/** Up to how many rows a table is made anew instead of renamed. */
const FEW_ROWS = 1_000;

/** The new definition, and how rows get there. */
export interface Migration extends Required<MigrationOptions> {
  /** What follows the table's name in CREATE TABLE. */
  readonly body: string;
}

/**
 * Migrates a table that exists.
 *
 * @throws {PluginError} `STORE_FAILED` when rows do not fit the new definition,
 * or when it would not be safe; the table is as it was then.
 */
export function migrateTable(
  maker: TableMaker,
  table: string,
  migration: Migration,
): void {
  const { driver } = maker;
  withoutForeignKeys(
    driver,
    table,
    () =>
      withLegacyRename(driver, () =>
        driver.transaction(
          () => rebuild(maker, table, migration),
          "IMMEDIATE",
        )),
  );
}

function rebuild(
  maker: TableMaker,
  table: string,
  migration: Migration,
): void {
  const { driver } = maker;
  const related = [table, ...referringTables(driver, table)];
  const violations = violationsIn(driver, related).length;
  const dependents = dependentsOf(driver, table);
  const sequence = sequenceOf(driver, table);
  const temp = freeName(driver, table + migration.tempTableSuffix);
  maker.define(
    `CREATE TABLE ${quoteIdentifier(temp)} ${migration.body}`,
    temp,
  );
  if (migration.preserveData) copyRows(driver, { table, temp, ...migration });
  driver.exec(`DROP TABLE ${quoteIdentifier(table)}`);
  takePlace(maker, { temp, table, body: migration.body });
  restoreSequence(driver, table, sequence);
  for (const { name, sql } of dependents) recreate(maker, name, sql);
  refuseNewViolations(driver, related, violations);
}

/**
 * Gives a table its name. A rename reads the text of everything in the schema,
 * which takes longer than making the table anew and copying a few rows.
 */
function takePlace(
  { driver, define }: TableMaker,
  { temp, table, body }: { temp: string; table: string; body: string },
): void {
  const [from, to] = [quoteIdentifier(temp), quoteIdentifier(table)];
  const many = driver.get(`SELECT 1 FROM ${from} LIMIT 1 OFFSET ${FEW_ROWS}`);
  if (many !== undefined) {
    return driver.exec(`ALTER TABLE ${from} RENAME TO ${to}`);
  }
  define(`CREATE TABLE ${to} ${body}`, table);
  copyRows(driver, { table: temp, temp: table, onConflict: "fail" });
  driver.exec(`DROP TABLE ${from}`);
}

// The pragma does nothing inside a transaction, where dropping the old table
// would delete the rows that refer to it.
function withoutForeignKeys(
  driver: SqliteDriver,
  table: string,
  fn: () => void,
): void {
  if (driver.get("PRAGMA foreign_keys")?.foreign_keys !== 1) return fn();
  if (driver.inTransaction) {
    if (referringTables(driver, table).length === 0) return fn();
    throw storeError(
      `Cannot migrate the table "${table}": other rows refer to it, ` +
        "and inside a transaction they would be deleted; " +
        "call createTable before the transaction",
    );
  }
  driver.exec("PRAGMA foreign_keys = OFF");
  try {
    fn();
  } finally {
    driver.exec("PRAGMA foreign_keys = ON");
  }
}

// A plain rename checks every view, and one over the table has nothing to
// stand on at that moment.
function withLegacyRename(driver: SqliteDriver, fn: () => void): void {
  const pragma = "PRAGMA legacy_alter_table";
  const before = driver.get(pragma)?.legacy_alter_table;
  driver.exec(`${pragma} = ON`);
  try {
    fn();
  } finally {
    driver.exec(`${pragma} = ${before === 1 ? "ON" : "OFF"}`);
  }
}

function referringTables(driver: SqliteDriver, table: string): string[] {
  const candidates = driver.all(
    "SELECT name FROM sqlite_schema WHERE type = 'table' " +
      "AND sql LIKE '%references%'",
  );
  return candidates.map(({ name }) => String(name)).filter((name) =>
    driver.all(`PRAGMA foreign_key_list(${quoteIdentifier(name)})`)
      .some((key) => equalNames(String(key.table), table))
  );
}

function dependentsOf(
  driver: SqliteDriver,
  table: string,
): { name: string; sql: string }[] {
  return driver.all(
    "SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') " +
      "AND tbl_name = ? COLLATE NOCASE AND sql IS NOT NULL ORDER BY type",
    [table],
  ).map(({ name, sql }) => ({ name: String(name), sql: String(sql) }));
}

function recreate(
  { driver, warn }: TableMaker,
  name: string,
  sql: string,
): void {
  try {
    driver.exec(sql);
  } catch (error) {
    warn(`Cannot carry "${name}" over: ${messageOf(error)}`);
  }
}

function freeName(driver: SqliteDriver, wanted: string): string {
  let name = wanted;
  for (let i = 1; isTaken(driver, name); i++) name = `${wanted}_${i}`;
  return name;
}

function isTaken(driver: SqliteDriver, name: string): boolean {
  const sql = "SELECT 1 FROM sqlite_schema WHERE name = ? COLLATE NOCASE";
  return driver.get(sql, [name]) !== undefined;
}

// The highest id ever given, which AUTOINCREMENT must not give again.
function sequenceOf(
  driver: SqliteDriver,
  table: string,
): SqliteValue | undefined {
  if (!isTaken(driver, "sqlite_sequence")) return undefined;
  const sql = "SELECT seq FROM sqlite_sequence WHERE name = ? COLLATE NOCASE";
  return driver.get(sql, [table])?.seq;
}

function restoreSequence(
  driver: SqliteDriver,
  table: string,
  sequence: SqliteValue | undefined,
): void {
  const sql = String(
    driver.get(
      "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?",
      [table],
    )?.sql,
  );
  if (sequence === undefined || !/\bAUTOINCREMENT\b/i.test(sql)) return;
  driver.run("DELETE FROM sqlite_sequence WHERE name = ?", [table]);
  driver.run("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", [
    table,
    sequence,
  ]);
}

function violationsIn(
  driver: SqliteDriver,
  tables: readonly string[],
): SqliteRow[] {
  return tables.flatMap((table) =>
    driver.all(`PRAGMA foreign_key_check(${quoteIdentifier(table)})`)
  );
}

function refuseNewViolations(
  driver: SqliteDriver,
  tables: readonly string[],
  before: number,
): void {
  const violations = violationsIn(driver, tables);
  if (violations.length <= before) return;
  const rows = violations.slice(0, 5)
    .map(({ table, rowid }) => `row ${rowid} of "${table}"`).join(", ");
  throw storeError(
    `Cannot migrate the table "${tables[0]}": ` +
      `FOREIGN KEY constraint failed for ${rows}`,
  );
}

function equalNames(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
