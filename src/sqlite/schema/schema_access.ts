/**
 * What a database says about its schema, and its indexes.
 *
 * @module
 */
import { Connection } from "../connection.ts";
import { assertExpression } from "../query/conditions.ts";
import { quoteIdentifier } from "../sql/sql_text.ts";
import { storeError } from "../store_error.ts";
import { readComment } from "./table_creation.ts";

/** A table, index, view or trigger. */
export interface SchemaEntry {
  /** Its name. */
  name: string;
  /** What it is. */
  type: string;
  /** The statement that made it; `null` for an automatic index. */
  sql: string | null;
}

/** A column of a table. */
export interface TableInfo {
  /** Its position, from 0. */
  cid: number;
  /** Its name. */
  name: string;
  /** Its declared type. */
  type: string;
  /** 1 when it refuses NULL. */
  notnull: number;
  /** Its default as SQL. */
  dflt_value: string | null;
  /** Its position in the primary key, from 1; 0 when it is not in it. */
  pk: number;
}

/** A column that refers to another table. */
export interface ForeignKeyInfo {
  /** The number of the reference. */
  id: number;
  /** The position of the column in it. */
  seq: number;
  /** The other table. */
  table: string;
  /** The column. */
  from: string;
  /** The other table's column. */
  to: string;
  /** What happens when the other column changes. */
  on_update: string;
  /** What happens when the other row is deleted. */
  on_delete: string;
  /** Always `NONE` in SQLite. */
  match: string;
}

/** An index of a table. */
export interface IndexInfo {
  /** Its number. */
  seq: number;
  /** Its name. */
  name: string;
  /** 1 when a value may occur once only. */
  unique: number;
  /** `c` from CREATE INDEX, `u` from UNIQUE, `pk` from PRIMARY KEY. */
  origin: string;
  /** 1 when it covers some rows only. */
  partial: number;
}

/** A column of an index. */
export interface IndexColumn {
  /** The column. */
  name: string;
  /** How it is sorted. @default "ASC" */
  order?: "ASC" | "DESC";
}

/** What `createIndex` takes beside names. */
export interface IndexOptions {
  /** Whether a value may occur once only. @default false */
  unique?: boolean;
  /** Whether an index that exists already is fine. @default false */
  ifNotExists?: boolean;
  /** Which rows it covers, as an SQL expression. */
  where?: string;
  /** The same as `where`, which wins. */
  partial?: string;
  /** A method, which SQLite knows none of: always a syntax error. */
  using?: string;
}

/** The schema of one database. */
export class SchemaAccess extends Connection {
  /**
   * Makes an index.
   *
   * @param name Its name.
   * @param table The table.
   * @param columns One column or several.
   * @param options What kind of index.
   * @throws {PluginError} `STORE_FAILED` when there is no such table or column,
   * or the name is taken.
   */
  createIndex(
    name: string,
    table: string,
    columns: string | IndexColumn | readonly (string | IndexColumn)[],
    options: IndexOptions = {},
  ): void {
    const parts: (string | IndexColumn)[] = Array.isArray(columns)
      ? columns
      : [columns];
    this.#assertColumns(name, table, parts);
    const list = parts.map(indexColumn).join(", ");
    const where = options.where ?? options.partial;
    if (where !== undefined) assertExpression("index rows where", where);
    if (options.using !== undefined) {
      throw storeError(
        `Cannot make the index "${name}": near "USING": syntax error`,
      );
    }
    this.run(
      `CREATE ${options.unique ? "UNIQUE " : ""}INDEX ` +
        `${options.ifNotExists ? "IF NOT EXISTS " : ""}` +
        `${quoteIdentifier(name)} ON ${quoteIdentifier(table)} (${list})` +
        (where === undefined ? "" : ` WHERE ${where}`),
    );
  }

  /**
   * Drops an index.
   *
   * @param name Its name.
   * @param options Whether it may be missing.
   */
  dropIndex(name: string, options: { ifExists?: boolean } = {}): void {
    const clause = options.ifExists ? "IF EXISTS " : "";
    this.run(`DROP INDEX ${clause}${quoteIdentifier(name)}`);
  }

  /**
   * The remark that a table was made with.
   *
   * @param table The table.
   * @returns The remark, or `null`.
   */
  getTableComment(table: string): string | null {
    return readComment(this.driver, table);
  }

  /**
   * Everything in the main schema, by type and name.
   *
   * @returns Tables, indexes, views and triggers.
   */
  getSchema(): SchemaEntry[] {
    return this.driver.all(
      "SELECT name, type, sql FROM main.sqlite_schema ORDER BY type, name",
    ) as unknown as SchemaEntry[];
  }

  /**
   * The columns of a table.
   *
   * @param table The table.
   * @returns The columns; none when there is no such table.
   */
  getTableInfo(table: string): TableInfo[] {
    return this.#pragma<TableInfo>("table_info", table);
  }

  /**
   * The references of a table to others.
   *
   * @param table The table.
   * @returns One entry for each column of each reference.
   */
  getForeignKeys(table: string): ForeignKeyInfo[] {
    return this.#pragma<ForeignKeyInfo>("foreign_key_list", table);
  }

  /**
   * The indexes of a table.
   *
   * @param table The table.
   * @returns The indexes.
   */
  getIndexes(table: string): IndexInfo[] {
    return this.#pragma<IndexInfo>("index_list", table);
  }

  // Some builds of SQLite take a name in quotes that no column has for a
  // string, and index that.
  #assertColumns(
    index: string,
    table: string,
    columns: readonly (string | IndexColumn)[],
  ): void {
    const known = new Set(
      this.#pragma<TableInfo>("table_xinfo", table)
        .map(({ name }) => name.toLowerCase()),
    );
    if (known.size === 0) return;
    for (const column of columns) {
      const name = typeof column === "string" ? column : column.name;
      if (known.has(String(name).toLowerCase())) continue;
      throw storeError(
        `Cannot make the index "${index}": ` +
          `the table "${table}" has no column "${name}"`,
      );
    }
  }

  #pragma<R>(name: string, table: string): R[] {
    const sql = `PRAGMA ${name}(${quoteIdentifier(table)})`;
    return this.driver.all(sql) as unknown as R[];
  }
}

function indexColumn(column: string | IndexColumn): string {
  const { name, order = "ASC" } = typeof column === "string"
    ? { name: column }
    : column;
  if (order !== "ASC" && order !== "DESC") {
    throw storeError(`Cannot sort an index: "${String(order)}" is no order`);
  }
  return `${quoteIdentifier(name)} ${order}`;
}
