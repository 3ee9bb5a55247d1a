/**
 * Copies a plugin's table, which the host kept in its own database so far, into
 * a file of its own. Whatever the table's definition computes, it computes here.
 *
 * @module
 */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import type { NodeStatement } from "../../sqlite/driver/node/node_sqlite_types.ts";
import { quoteIdentifier } from "../../sqlite/sql/sql_text.ts";
import type { CopyTableMessage } from "../wire/store_protocol.ts";
import { openFile } from "./open_store.ts";
import { limitStatements } from "./statement_limits.ts";

/**
 * Copies a table: all of it, or nothing.
 *
 * @param message Which table, and where to.
 */
export function copyTable({ from, table, file }: CopyTableMessage): void {
  const target = openFile(file);
  const source = new DatabaseSync(from, { readOnly: true });
  limitStatements(source);
  try {
    // One view of all that is read, whatever the host writes meanwhile.
    source.exec("BEGIN");
    target.exec("BEGIN");
    // What was copied before and never noted, since the host was killed.
    target.exec(`DROP TABLE IF EXISTS ${quoteIdentifier(table)}`);
    target.prepare(
      "DELETE FROM plugin_handler_kept_columns WHERE table_name = ?",
    ).run(table);
    copyOne(source, target, table);
    copyKeptColumns(source, target, table);
    target.exec("COMMIT");
  } finally {
    source.close();
    target.close();
  }
}

function copyOne(
  source: DatabaseSync,
  target: DatabaseSync,
  table: string,
): void {
  const [definition, ...indexes] = source.prepare(
    `SELECT name, sql FROM sqlite_schema WHERE tbl_name = ? COLLATE NOCASE
      AND type IN ('table', 'index') AND sql IS NOT NULL ORDER BY type DESC`,
  ).all(table);
  if (definition === undefined) return;
  const name = String(definition.name);
  target.exec(String(definition.sql));
  copyRows(source, target, {
    table: name,
    columns: columnsOf(source, name),
  });
  for (const { sql } of indexes) target.exec(String(sql));
  if (!/\bAUTOINCREMENT\b/i.test(String(definition.sql))) return;
  target.prepare("DELETE FROM sqlite_sequence WHERE name = ?").run(name);
  copyRows(source, target, {
    table: "sqlite_sequence",
    columns: ["name", "seq"],
    where: ["name", name],
  });
}

/** The columns that hold something, and the rowid, which kept ones know. */
function columnsOf(source: DatabaseSync, name: string): string[] {
  const table = quoteIdentifier(name);
  const columns = source.prepare(`PRAGMA table_xinfo(${table})`).all()
    // A generated column is computed again.
    .filter(({ hidden }) => hidden === 0)
    .map((column) => String(column.name));
  const taken = new Set(columns.map((column) => column.toLowerCase()));
  const rowid = ["rowid", "_rowid_", "oid"].find((id) => !taken.has(id));
  const hasRowid =
    source.prepare(`PRAGMA table_list(${table})`).get()?.wr === 0;
  return hasRowid && rowid !== undefined ? [rowid, ...columns] : columns;
}

function copyKeptColumns(
  source: DatabaseSync,
  target: DatabaseSync,
  table: string,
): void {
  copyRows(source, target, {
    table: "plugin_handler_kept_columns",
    columns: ["table_name", "column_name", "row_id", "value"],
    where: ["table_name", table],
  });
}

/** Copies values as they are stored, one row at a time. */
function copyRows(
  source: DatabaseSync,
  target: DatabaseSync,
  { table, columns, where }: {
    readonly table: string;
    readonly columns: readonly string[];
    readonly where?: readonly [column: string, value: string];
  },
): void {
  const list = columns.map(quoteIdentifier).join();
  const name = quoteIdentifier(table);
  const insert = target.prepare(
    `INSERT INTO ${name} (${list}) VALUES (${columns.map(() => "?").join()})`,
  );
  const condition = where === undefined ? "" : ` WHERE ${where[0]} = ?`;
  const read = source
    .prepare(`SELECT ${list} FROM ${name}${condition}`) as NodeStatement;
  // A number would bind a whole real as an integer.
  read.setReadBigInts(true);
  read.setReturnArrays(true);
  const rows = read.iterate(...where?.slice(1) ?? []);
  for (const row of rows as Iterable<unknown>) {
    insert.run(...row as SQLInputValue[]);
  }
}
