/**
 * Runs the statements of one guest, each confined to one of its tables.
 *
 * @module
 */
import {
  ConstraintError,
  messageOf,
  PluginError,
} from "../../shared/errors.ts";
import { confinementError } from "../../sqlite/driver/confinement.ts";
import type { NodeSqliteDriver } from "../../sqlite/driver/node/node_sqlite_driver.ts";
import type {
  SqliteDriver,
  SqliteRow,
} from "../../sqlite/driver/sqlite_driver.ts";
import { Decoder } from "../wire/decoder.ts";
import { storeFrame } from "../wire/frame_pipe.ts";
import {
  packRows,
  type StoreLimits,
  type StoreRefusal,
  type StoreRequest,
  storeRequest,
  type StoreTable,
} from "../wire/store_protocol.ts";
import type { TableQuota } from "./open_store.ts";

/** What statements are run with. */
export interface TableServerOptions {
  /** The whole database. */
  readonly driver: NodeSqliteDriver;
  /** Who asks, for messages. */
  readonly plugin: string;
  /** The tables; the statements of each reach that one alone. */
  readonly tables: readonly Pick<StoreTable, "name">[];
  /** What a statement may return. */
  readonly limits: StoreLimits;
  /** How large the table may become. */
  readonly quota: TableQuota;
}

/**
 * After how many questions of SQLite to its authorizer, a few for each statement
 * that is compiled, the statements that nobody uses any more are freed: their
 * memory is SQLite's, and V8 does not see that there is any.
 */
const QUESTIONS = 20_000;

/** Runs the statements of one guest. */
export class TableServer {
  readonly #options: TableServerOptions;
  readonly #driver: NodeSqliteDriver;
  readonly #confined: readonly SqliteDriver[];
  /** The table that the last request was about. */
  #table: string;
  #collectedAt = 0;

  /**
   * @param options What statements are run with.
   */
  constructor(options: TableServerOptions) {
    this.#options = options;
    this.#driver = options.driver;
    const { plugin, driver, tables } = options;
    this.#confined = tables.map(({ name }) =>
      driver.confined({ plugin, table: name })
    );
    this.#table = tables[0]?.name ?? "";
  }

  /** Answers one request, whatever it is. */
  answer(asked: Uint8Array): Uint8Array {
    try {
      const request = storeRequest(new Decoder(asked).decode());
      const value = this.#runOrMakeRoom(request);
      return storeFrame({ value, inTransaction: this.#driver.inTransaction });
    } catch (error) {
      return storeFrame({
        ...this.#explain(error),
        inTransaction: this.#driver.inTransaction,
      });
    }
  }

  #runOrMakeRoom(request: StoreRequest): unknown {
    const { gate, inTransaction } = this.#driver;
    if (gate.compilations - this.#collectedAt > QUESTIONS) this.#makeRoom();
    try {
      return this.#run(request);
    } catch (error) {
      if (inTransaction || !/out of memory/.test(messageOf(error))) throw error;
      this.#makeRoom();
      return this.#run(request);
    }
  }

  #makeRoom(): void {
    this.#collectedAt = this.#driver.gate.compilations;
    (globalThis as { gc?: () => void }).gc?.();
  }

  #run(request: StoreRequest): unknown {
    const { sql } = request;
    if (request.op === "transaction") return this.#driver.exec(sql);
    const driver = this.#driverOf(request.table);
    switch (request.op) {
      case "all":
        return this.#rows(driver.all(sql, request.parameters));
      case "get":
        return driver.get(sql, request.parameters);
      case "run":
        return driver.run(sql, request.parameters);
      case "many":
        return many(driver, sql, request.rows);
    }
  }

  #driverOf(place: number): SqliteDriver {
    const driver = this.#confined[place];
    if (driver === undefined) {
      throw new PluginError(
        "STORE_FAILED",
        "Cannot run a statement: the plugin has no such table",
      );
    }
    this.#table = this.#options.tables[place]!.name;
    return driver;
  }

  #rows(rows: readonly SqliteRow[]): unknown {
    const { maxRows } = this.#options.limits;
    if (rows.length > maxRows) {
      throw new PluginError(
        "STORE_FAILED",
        `Cannot run a statement of a sandboxed plugin: it returns more than ${maxRows} rows; ask for pages`,
      );
    }
    return packRows(rows);
  }

  /** SQLite says the same of a table that is full and of a disk that is. */
  #explain(error: unknown): StoreRefusal {
    const message = messageOf(error);
    const [, missing] = /no such table: (.+)$/.exec(message) ?? [];
    // Other tables are not in this file: it is refused as it is inline.
    if (missing !== undefined) {
      const { message } = confinementError(
        { plugin: this.#options.plugin, table: this.#table },
        `reaches "${missing}"`,
      );
      return { error: message };
    }
    if (!/database or disk is full/.test(message)) return refusalOf(error);
    const { quota } = this.#options;
    const table = this.#table;
    const pages = this.#driver.get("PRAGMA page_count")?.page_count;
    const isNear = Number(pages) * 2 > quota.pages;
    const text =
      `Cannot write to the table "${table}": it would take more than the ${quota.bytes} bytes of sandbox.maxTableBytes${
        isNear ? "" : ", or the disk is full"
      }; delete rows first`;
    return isNear ? { error: text } : { error: text, status: 503 };
  }
}

/** What each row changed, and its id, one after the other. */
function many(
  driver: SqliteDriver,
  sql: string,
  rows: Extract<StoreRequest, { op: "many" }>["rows"],
): (number | bigint)[] {
  const statement = driver.prepare(sql);
  const results = new Array<number | bigint>(rows.length * 2);
  for (let index = 0; index < rows.length; index++) {
    const { changes, lastInsertRowid } = statement.run(...rows[index]!);
    results[2 * index] = changes;
    results[2 * index + 1] = lastInsertRowid;
  }
  return results;
}

/** Whose failure it is crosses with it. */
function refusalOf(error: unknown): StoreRefusal {
  const message = messageOf(error);
  if (error instanceof ConstraintError) {
    const { constraint, columns } = error;
    return { error: message, constraint, columns };
  }
  return error instanceof PluginError && error.status === 503
    ? { error: message, status: 503 }
    : { error: message };
}
