/**
 * A `Database` that behaves as the one of `@db/sqlite` does, hazards included,
 * over the SQLite that is at hand: so that the adapter is tested where the
 * library itself cannot be resolved.
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type {
  DbSqliteDatabase,
  DbSqliteStatement,
} from "../../src/sqlite/mod.ts";

type Value = null | number | bigint | string | Uint8Array;
type Cells = Value[];
type RowMaker = (cells: unknown[]) => Record<string, unknown>;

/**
 * What kills the process when it happens to the library itself. Nobody can
 * catch it: it is also thrown where no code is around it.
 */
export class SegmentationFault extends Error {
  override name = "SegmentationFault";

  constructor(what: string) {
    super(what);
    queueMicrotask(() => {
      throw this;
    });
  }
}

/** The error of a call that is told nothing but a result code. */
export class SqliteError extends Error {
  override name = "SqliteError";
  readonly code: number;

  constructor(code: number) {
    super(`${code}`);
    this.code = code;
  }
}

class ShapedStatement implements DbSqliteStatement {
  readonly #owner: ShapedDatabase;
  readonly #statement: StatementSync;
  readonly #makesJson: boolean;
  #lastError = 0;
  #freed = false;

  constructor(owner: ShapedDatabase, statement: StatementSync, sql: string) {
    this.#owner = owner;
    this.#statement = statement;
    this.#makesJson = /\bjsonb?(?:_array|_object|_group\w+|_set|_patch)?\(/i
      .test(sql);
    statement.setReadBigInts(true);
    (statement as unknown as { setReturnArrays(on: boolean): void })
      .setReturnArrays(true);
  }

  run(...values: Value[]): number {
    const result = this.#step(() => this.#statement.run(...bound(values)));
    return Number(result.changes);
  }

  values(...values: Value[]): unknown[][] {
    const rows = this.#step(() => this.#statement.all(...bound(values)));
    return (rows as unknown as Cells[]).map((cells) => this.#read(cells));
  }

  value(...values: Value[]): unknown[] | undefined {
    const row = this.#step(() => this.#statement.get(...bound(values)));
    return row && this.#read(row as unknown as Cells);
  }

  columnNames(): string[] {
    this.#assertAlive("columnNames()");
    return this.#statement.columns().map(({ name }) => name);
  }

  all(...values: Value[]): Record<string, unknown>[] {
    const make = this.#rowMaker();
    return this.values(...values).map(make);
  }

  get(...values: Value[]): Record<string, unknown> | undefined {
    const make = this.#rowMaker();
    const cells = this.value(...values);
    return cells && make(cells);
  }

  finalize(): void {
    if (this.#freed) return;
    this.free();
    if (this.#lastError !== 0) throw new SqliteError(this.#lastError);
  }

  /** What closing the database does to it. */
  free(): void {
    this.#freed = true;
    this.#owner.statements.delete(this);
  }

  /** The names are read before the step, and become code. */
  #rowMaker(): RowMaker {
    const body = this.columnNames()
      .map((name, i) => `"${name}": cells[${i}]`).join(",\n");
    return new Function("cells", `return {${body}};`) as RowMaker;
  }

  #step<R>(step: () => R): R {
    this.#assertAlive("a step");
    this.#lastError = 0;
    try {
      return step();
    } catch (error) {
      const { errcode, message } = error as { errcode?: number } & Error;
      this.#lastError = (errcode ?? 1) & 0xff;
      throw new Error(message);
    }
  }

  #read(cells: Cells): unknown[] {
    const { int64, parseJson } = this.#owner;
    const columns = this.#statement.columns();
    return cells.map((value, i) => {
      if (typeof value === "bigint") return readInteger(value, int64);
      const isJson = this.#makesJson && columns[i]?.column === null;
      return isJson && parseJson && typeof value === "string"
        ? parsed(value)
        : value;
    });
  }

  #assertAlive(doing: string): void {
    if (this.#freed) {
      throw new SegmentationFault(`${doing} of a statement that was freed`);
    }
  }
}

/** A `Database` of `@db/sqlite`, as Debian's library makes it. */
export class ShapedDatabase implements DbSqliteDatabase, Disposable {
  readonly #handle: DatabaseSync;
  readonly path: string;
  /** The statements that were not freed. */
  readonly statements = new Set<ShapedStatement>();
  int64 = false;
  parseJson = true;
  #open = true;

  constructor(path: string) {
    this.path = path;
    this.#handle = new DatabaseSync(path, {
      enableForeignKeyConstraints: false,
      enableDoubleQuotedStringLiterals: true,
    });
  }

  get open(): boolean {
    return this.#open;
  }

  get inTransaction(): boolean {
    return this.#alive.isTransaction;
  }

  /** Read as a number of 32 bits. */
  get lastInsertRowId(): number {
    const statement = this.#alive.prepare("SELECT last_insert_rowid() AS id");
    statement.setReadBigInts(true);
    return Number(BigInt.asIntN(32, statement.get()!.id as bigint));
  }

  prepare(sql: string): ShapedStatement {
    const handle = this.#alive;
    const text = cutOff(sql);
    try {
      const statement = new ShapedStatement(this, handle.prepare(text), text);
      this.statements.add(statement);
      return statement;
    } catch (error) {
      throw new Error((error as Error).message);
    }
  }

  exec(sql: string): number {
    const handle = this.#alive;
    try {
      handle.exec(sql);
    } catch (error) {
      throw new Error((error as Error).message);
    }
    return Number(handle.prepare("SELECT changes() AS n").get()!.n);
  }

  /** Registers a function, as a host may. */
  function(name: string, fn: (...values: unknown[]) => Value): void {
    this.#alive.function(name, { varargs: true }, fn as never);
  }

  loadExtension(path: string): void {
    this.#alive.loadExtension(path);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const statement of [...this.statements]) statement.free();
    this.#handle.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  get #alive(): DatabaseSync {
    if (!this.#open) {
      throw new SegmentationFault("a database was used after it was closed");
    }
    return this.#handle;
  }
}

/** It counts UTF-16 units where SQLite counts bytes. */
function cutOff(sql: string): string {
  const bytes = new TextEncoder().encode(sql);
  return new TextDecoder().decode(bytes.subarray(0, sql.length));
}

/** A whole number is taken for 64 bits, of which it may have more. */
function bound(values: readonly Value[]): Value[] {
  return values.map((value) => {
    if (typeof value === "bigint") return BigInt.asIntN(64, value);
    return typeof value === "number" && Number.isInteger(value)
      ? BigInt.asIntN(64, BigInt(value))
      : value;
  });
}

function readInteger(value: bigint, int64: boolean): number | bigint {
  if (!int64) return Number(BigInt.asIntN(32, value));
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
