/**
 * Makes tables, and decides what becomes of one that is there already.
 *
 * @module
 */
import { type ColumnMap, compileColumns } from "./column_compiler.ts";
import { migrateTable } from "./migration.ts";
import { meaningfulTokens, quoteIdentifier } from "../sql/sql_text.ts";
import type { SqliteDriver } from "../driver/sqlite_driver.ts";
import { storeError } from "../store_error.ts";
import type { TableMaker } from "./table_maker.ts";
import type { MigrationOptions, TableOptions } from "./table_options.ts";
import { readTable, sameTable } from "./table_text.ts";

/** Makes a table, or brings one that exists to the definition. */
export function makeTable(
  maker: TableMaker,
  name: string,
  { columns, options }: {
    readonly columns: ColumnMap;
    readonly options: TableOptions<never>;
  },
): void {
  const temporary = options.temporary === true || name === ":memory:";
  if (temporary) createTemporary(maker, name, tableBody(columns, options));
  else bringUpToDate(maker, name, { columns, options });
  if (options.comment !== undefined) {
    keepComment(maker.driver, name, options.comment);
  }
}

/**
 * The remark on a table.
 *
 * @returns The remark; null when there is none.
 */
export function readComment(
  driver: SqliteDriver,
  table: string,
): string | null {
  if (storedText(driver, COMMENTS) === undefined) return null;
  const row = driver.get(
    `SELECT comment FROM ${COMMENT_TABLE} WHERE table_name = ?`,
    [table],
  );
  return row === undefined || row.comment === null ? null : String(row.comment);
}

const COMMENTS = "__table_metadata__";
const COMMENT_TABLE = quoteIdentifier(COMMENTS);

function bringUpToDate(
  maker: TableMaker,
  name: string,
  { columns, options }: {
    readonly columns: ColumnMap;
    readonly options: TableOptions<never>;
  },
): void {
  const known = storedText(maker.driver, name);
  const kind = known === undefined ? {} : kindOf(name, known);
  const body = tableBody(columns, { ...kind, ...given(options) });
  const stored = known ?? create(maker, name, body);
  if (!mayMigrate(name, options) || isSame(stored, name, body)) return;
  refuseShadow(maker.driver, name);
  migrateTable(maker, name, { body, ...migrationOptions(options) });
}

type Kind = Pick<TableOptions<never>, "strict" | "withoutRowId">;

/** What a table that exists stays unless it is told otherwise. */
function kindOf(name: string, stored: string): Kind {
  if (/^\s*CREATE\s+VIRTUAL\b/i.test(stored)) {
    throw storeError(
      `Cannot create the table "${name}": a virtual table has this name; ` +
        "use db.table() for it, or choose another name",
    );
  }
  const tail = meaningfulTokens(stored.slice(stored.lastIndexOf(")") + 1))
    .map(({ text }) => text.toUpperCase());
  return {
    strict: tail.includes("STRICT"),
    withoutRowId: tail.includes("WITHOUT"),
  };
}

function given(options: TableOptions<never>): TableOptions<never> {
  const { strict, withoutRowId, ...rest } = options;
  return {
    ...rest,
    ...(strict === undefined ? {} : { strict }),
    ...(withoutRowId === undefined ? {} : { withoutRowId }),
  };
}

// It belongs to a virtual table, which is lost without it.
function refuseShadow(driver: SqliteDriver, name: string): void {
  const row = driver.get(`PRAGMA table_list(${quoteIdentifier(name)})`);
  if (row?.type !== "shadow") return;
  throw storeError(
    `Cannot migrate the table "${name}": a virtual table keeps its rows there`,
  );
}

/** The text after the name of a CREATE TABLE statement. */
function tableBody(columns: ColumnMap, options: TableOptions<never>): string {
  const { constraints, strict = false, withoutRowId = false } = options;
  const kinds = [
    ...(withoutRowId ? ["WITHOUT ROWID"] : []),
    ...(strict ? ["STRICT"] : []),
  ];
  const body = `(${compileColumns(columns, constraints, { strict })})`;
  return kinds.length === 0 ? body : `${body} ${kinds.join(", ")}`;
}

/** Makes a table, unless another process was faster; gives its text. */
function create(
  { driver, define }: TableMaker,
  name: string,
  body: string,
): string {
  const sql = `CREATE TABLE ${quoteIdentifier(name)} ${body}`;
  try {
    define(sql, name);
    return sql;
  } catch (error) {
    const stored = storedText(driver, name);
    if (stored === undefined) throw error;
    return stored;
  }
}

function createTemporary(
  { driver, define }: TableMaker,
  name: string,
  body: string,
): void {
  if (isTemporary(driver, name)) return;
  define(`CREATE TEMPORARY TABLE ${quoteIdentifier(name)} ${body}`, name);
}

function isTemporary(driver: SqliteDriver, name: string): boolean {
  const sql = "SELECT 1 FROM sqlite_temp_schema WHERE type = 'table' " +
    "AND name = ? COLLATE NOCASE";
  return driver.get(sql, [name]) !== undefined;
}

function storedText(driver: SqliteDriver, name: string): string | undefined {
  // The schema has no index by name, so that a search reads all of it.
  const known = "SELECT 1 FROM pragma_table_info(?, 'main') LIMIT 1";
  if (driver.get(known, [name]) === undefined) return undefined;
  const row = driver.get(
    "SELECT sql FROM main.sqlite_schema WHERE type = 'table' " +
      "AND name = ? COLLATE NOCASE",
    [name],
  );
  return row === undefined ? undefined : String(row.sql);
}

function isSame(stored: string, name: string, body: string): boolean {
  const wanted = `CREATE TABLE ${quoteIdentifier(name)} ${body}`;
  return stored === wanted || sameTable(readTable(stored), readTable(wanted));
}

function mayMigrate(name: string, options: TableOptions<never>): boolean {
  return !name.startsWith("temp_") && migrationOptions(options).enabled;
}

function migrationOptions(
  { migrate = {} }: TableOptions<never>,
): Required<MigrationOptions> {
  const given = typeof migrate === "boolean" ? { enabled: migrate } : migrate;
  return {
    enabled: given.enabled ?? true,
    preserveData: given.preserveData ?? true,
    onConflict: given.onConflict ?? "fail",
    tempTableSuffix: given.tempTableSuffix ?? "_migration_temp",
  };
}

function keepComment(
  driver: SqliteDriver,
  table: string,
  comment: string,
): void {
  driver.exec(
    `CREATE TABLE IF NOT EXISTS ${COMMENT_TABLE} (table_name TEXT PRIMARY KEY, ` +
      "comment TEXT, created_at TEXT DEFAULT CURRENT_TIMESTAMP)",
  );
  driver.run(
    `INSERT INTO ${COMMENT_TABLE} (table_name, comment) VALUES (?, ?) ` +
      "ON CONFLICT (table_name) DO UPDATE SET comment = excluded.comment",
    [table, comment],
  );
}
