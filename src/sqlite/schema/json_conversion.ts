/**
 * What becomes of cells when a column of text is made one of JSON, or one of
 * JSON a column of text: a string stays that string.
 *
 * @module
 */
import { packList } from "../query/settle_conditions.ts";
import { isExactJson } from "../query/stored_json.ts";
import { tableKey } from "../query/table_key.ts";
import { quoteIdentifier } from "../sql/sql_text.ts";
import type { SqliteDriver, SqliteParameter } from "../driver/sqlite_driver.ts";

/** SQL, and the values that it takes. */
export interface Conversion {
  readonly sql: string;
  readonly values: readonly SqliteParameter[];
}

/** A column before and after. */
export interface RetypedColumn {
  readonly table: string;
  readonly column: string;
  /** Its declared type before. */
  readonly from: string;
  /** Its declared type after. */
  readonly to: string;
}

const JSON_TYPE = /^JSON$/i;
const TEXT_TYPE = /CHAR|CLOB|TEXT/i;
/** How many cells are looked at at once. */
const CHUNK = 200;

/** The SQL that gives the new cell for the old one. */
export function convertCell(
  driver: SqliteDriver,
  { table, column, from, to }: RetypedColumn,
): Conversion {
  const cell = quoteIdentifier(column);
  if (JSON_TYPE.test(to) && !JSON_TYPE.test(from)) {
    return {
      sql: `CASE WHEN typeof(${cell}) <> 'text' THEN ${cell} ` +
        `WHEN json_valid(${cell}) AND ` +
        `${cell} NOT IN (SELECT value FROM json_each(?)) THEN ${cell} ` +
        `ELSE json_quote(${cell}) END`,
      values: [packList(inexactTexts(driver, table, column))],
    };
  }
  if (JSON_TYPE.test(from) && TEXT_TYPE.test(to)) {
    return {
      sql: `CASE WHEN typeof(${cell}) = 'text' AND json_valid(${cell}) AND ` +
        `json_type(${cell}) = 'text' THEN json_extract(${cell}, '$') ` +
        `ELSE ${cell} END`,
      values: [],
    };
  }
  return { sql: cell, values: [] };
}

/** Texts that are JSON, and would not read back as they are. */
function inexactTexts(
  driver: SqliteDriver,
  table: string,
  column: string,
): string[] {
  const inexact = new Set<string>();
  for (const text of jsonTexts(driver, table, column)) {
    if (!isExactJson(text)) inexact.add(text);
  }
  return [...inexact];
}

function* jsonTexts(
  driver: SqliteDriver,
  table: string,
  column: string,
): Generator<string> {
  const [name, cell] = [quoteIdentifier(table), quoteIdentifier(column)];
  const rows =
    `FROM ${name} WHERE typeof(${cell}) = 'text' AND json_valid(${cell})`;
  const { columns: [key], rowid } = tableKey(driver, table);
  if (!rowid) {
    for (const row of driver.all(`SELECT ${cell} AS cell ${rows}`)) {
      yield String(row.cell);
    }
    return;
  }
  const sql = `SELECT ${key} AS id, ${cell} AS cell ${rows} ` +
    `AND ${key} > ? ORDER BY ${key} LIMIT ${CHUNK}`;
  for (let last: SqliteParameter = -(2n ** 63n);;) {
    const chunk = driver.all(sql, [last]);
    for (const row of chunk) yield String(row.cell);
    if (chunk.length < CHUNK) return;
    last = chunk.at(-1)!.id!;
  }
}
