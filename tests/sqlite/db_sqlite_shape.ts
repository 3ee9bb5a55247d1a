/**
 * A `Database` with the shape of `@db/sqlite` over the SQLite that is at hand,
 * so that the adapter runs where the library itself cannot be resolved.
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type {
  DbSqliteDatabase,
  DbSqliteStatement,
} from "../../src/sqlite/mod.ts";

type Value = null | number | bigint | string | Uint8Array;

class ShapedStatement implements DbSqliteStatement {
  readonly #owner: ShapedDatabase;
  readonly #statement: StatementSync;
  #finalized = false;

  constructor(owner: ShapedDatabase, statement: StatementSync) {
    this.#owner = owner;
    this.#statement = statement;
    statement.setReadBigInts(true);
  }

  run(...values: Value[]): number {
    this.#assertAlive();
    const { changes, lastInsertRowid } = this.#statement.run(...values);
    this.#owner.lastInsertRowId = Number(lastInsertRowid);
    return Number(changes);
  }

  get(...values: Value[]): Record<string, unknown> | undefined {
    this.#assertAlive();
    const row = this.#statement.get(...values);
    return row && this.#cut(row);
  }

  all(...values: Value[]): Record<string, unknown>[] {
    this.#assertAlive();
    return this.#statement.all(...values).map((row) => this.#cut(row));
  }

  finalize(): void {
    this.#finalized = true;
  }

  /** Without `int64` the library reads 32 bits of an integer. */
  #cut(row: Record<string, unknown>): Record<string, unknown> {
    const { int64 } = this.#owner;
    return Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        typeof value === "bigint" && !int64
          ? Number(BigInt.asIntN(32, value))
          : value,
      ]),
    );
  }

  #assertAlive(): void {
    if (this.#finalized) throw new TypeError("statement has been finalized");
  }
}

export class ShapedDatabase implements DbSqliteDatabase, Disposable {
  readonly #handle: DatabaseSync;
  readonly path: string;
  int64 = false;
  lastInsertRowId = 0;

  constructor(path: string) {
    this.path = path;
    this.#handle = new DatabaseSync(path);
  }

  get open(): boolean {
    return this.#handle.isOpen;
  }

  get inTransaction(): boolean {
    return this.#handle.isTransaction;
  }

  prepare(sql: string): ShapedStatement {
    return new ShapedStatement(this, this.#handle.prepare(sql));
  }

  exec(sql: string): number {
    this.#handle.exec(sql);
    return 0;
  }

  loadExtension(path: string): void {
    this.#handle.loadExtension(path);
  }

  close(): void {
    this.#handle.close();
  }

  [Symbol.dispose](): void {
    if (this.open) this.close();
  }
}
