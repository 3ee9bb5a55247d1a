/**
 * A database, and the tables in it.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { type ColumnMap, compileColumns } from "./column_compiler.ts";
import { NodeSqliteDriver } from "./node_sqlite_driver.ts";
import { QueryBuilder } from "./query_builder.ts";
import { quoteIdentifier } from "./sql_text.ts";
import type { SqliteDriver } from "./sqlite_driver.ts";
import type { TableOptions } from "./table_options.ts";
import type { Parser, Row } from "./table_types.ts";

/** A database. */
export class DB {
  readonly #driver: NodeSqliteDriver;
  constructor(path: string | NodeSqliteDriver) {
    this.#driver = typeof path === "string"
      ? NodeSqliteDriver.open(path)
      : path;
  }
  static from(handle: DatabaseSync): DB {
    return new DB(NodeSqliteDriver.wrap(handle));
  }
  get driver(): SqliteDriver {
    return this.#driver;
  }
  getPath(): string {
    return this.#driver.path;
  }
  table<T = Row>(name: string, parser?: Parser<T>): QueryBuilder<T> {
    return new QueryBuilder<T>(this.#driver, name, parser);
  }
  createTable<T = Row>(
    name: string,
    columns: ColumnMap,
    options: TableOptions<T> = {},
  ): QueryBuilder<T> {
    const exists = options.ifNotExists ? "IF NOT EXISTS " : "";
    this.#driver.exec(
      `CREATE TABLE ${exists}${quoteIdentifier(name)} (${
        compileColumns(columns, options.constraints)
      })`,
    );
    return this.table<T>(name, detectParser<T>(columns, options.parser));
  }
  transaction<R>(fn: () => R): R {
    return this.#driver.transaction(fn);
  }
  run(sql: string): void {
    this.#driver.exec(sql);
  }
  close(): void {
    this.#driver.close();
  }
  [Symbol.dispose](): void {
    this.close();
  }
}

function detectParser<T>(columns: ColumnMap, user: Parser<T> = {}): Parser<T> {
  const of = (pattern: RegExp) =>
    Object.entries(columns).filter(([, c]) =>
      typeof c !== "string" && pattern.test(c.type)
    ).map(([name]) => name);
  return {
    ...user,
    JSON: [...of(/^JSON$/i), ...user.JSON ?? []],
    BOOLEAN: [...of(/^BOOLEAN$/i), ...user.BOOLEAN ?? []],
    DATE: [...of(/^(DATE|DATETIME|TIMESTAMP)$/i), ...user.DATE ?? []],
  } as unknown as Parser<T>;
}
