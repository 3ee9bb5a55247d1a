/**
 * What a host and a guest say to the store process that keeps one plugin's
 * table, and what it answers. A frame is the length of the message (32 bits,
 * low byte first) and the message.
 *
 * @module
 */
import type { TableFile } from "../../execution/isolated_plugins.ts";
import { type ConstraintKind, PluginError } from "../../shared/errors.ts";
import { makeRow } from "../../sqlite/driver/row.ts";
import type {
  SqliteParameter,
  SqliteRow,
  SqliteValue,
} from "../../sqlite/driver/sqlite_driver.ts";
import type { ColumnMap } from "../../sqlite/schema/column_compiler.ts";
import type { Parser } from "../../sqlite/schema/table_types.ts";

/** The bytes in front of a message. */
export const STORE_HEADER_BYTES = 4;

/** What a store may cost. */
export interface StoreLimits {
  /** Bytes that the table's file may have. */
  readonly maxTableBytes: number;
  /** Rows that a statement may return. */
  readonly maxRows: number;
}

/**
 * Has the store open its file while the plugin's process still imports the
 * plugin; what its table is to be follows.
 */
export interface PrepareStoreMessage {
  readonly type: "prepare";
  readonly file: TableFile;
}

/** One table of a store. */
export interface StoreTable {
  readonly name: string;
  readonly columns: ColumnMap;
  readonly parser: Parser | undefined;
}

/** Has the store make its tables, or bring them up to date, and serve them. */
export interface OpenStoreMessage {
  readonly type: "open";
  /** Who it is, for messages. */
  readonly plugin: string;
  readonly file: TableFile;
  readonly tables: readonly StoreTable[];
  /** The dropped columns that some version may still want back, or all. */
  readonly kept: readonly string[] | undefined;
  readonly limits: StoreLimits;
  /** Whether the transaction stays open that brings the tables up to date. */
  readonly staysOpen: boolean;
  /** Whether the guest's statements come through the pipes made for them. */
  readonly direct: boolean;
}

/** Has a store copy a table out of another database, and end. */
export interface CopyTableMessage {
  readonly type: "copy";
  /** The database that the table is in. */
  readonly from: string;
  readonly table: string;
  readonly file: TableFile;
}

/** What a host says to a store. */
export type StoreBoundMessage =
  | PrepareStoreMessage
  | OpenStoreMessage
  | CopyTableMessage;

/** What a store answers the host. */
export type StoreReply =
  | { readonly type: "opened"; readonly warnings: readonly string[] }
  | { readonly type: "copied" }
  | { readonly type: "refused"; readonly message: string };

/** One statement of a guest. */
export interface StoreStatement {
  readonly op: "run" | "get" | "all";
  /** Whose builder asks: the place of the table among those of the store. */
  readonly table: number;
  readonly sql: string;
  readonly parameters: readonly SqliteParameter[];
}

/** What a guest asks of its store. */
export type StoreRequest =
  | StoreStatement
  | {
    readonly op: "many";
    readonly table: number;
    readonly sql: string;
    readonly rows: readonly (readonly SqliteParameter[])[];
  }
  /** Begins, keeps or undoes a transaction, or a savepoint in it. */
  | { readonly op: "transaction"; readonly sql: string };

/** Rows without their column names, which all of them have in common. */
export interface PackedRows {
  readonly columns: readonly string[];
  /** The values of all rows, one row after the other. */
  readonly values: readonly SqliteValue[];
}

/**
 * Takes the column names out of rows.
 *
 * @returns The same, smaller.
 */
export function packRows(rows: readonly SqliteRow[]): PackedRows {
  const columns = rows.length === 0 ? [] : Object.keys(rows[0]!);
  const values = new Array<SqliteValue>(rows.length * columns.length);
  let at = 0;
  for (const row of rows) {
    for (const column of columns) values[at++] = row[column]!;
  }
  return { columns, values };
}

/**
 * Puts the column names back.
 *
 * @param packed What {@linkcode packRows} made.
 */
export function unpackRows({ columns, values }: PackedRows): SqliteRow[] {
  const rows: SqliteRow[] = [];
  for (let at = 0; at < values.length; at += columns.length) {
    rows.push(makeRow(columns, values.slice(at, at + columns.length)));
  }
  return rows;
}

/** What a store answers a guest. */
export type StoreAnswer =
  & { readonly inTransaction: boolean }
  & ({ readonly value: unknown } | StoreRefusal);

/** Why a statement did not work. */
export interface StoreRefusal {
  /** What is to be said. */
  readonly error: string;
  /** The constraint that a row broke, where it is that. */
  readonly constraint?: ConstraintKind;
  /** The columns that it is about. */
  readonly columns?: readonly string[];
  /** The HTTP status, where it is the host's trouble. */
  readonly status?: number;
}

/** What a transaction may be controlled with. */
const TRANSACTION =
  /^(?:BEGIN (?:DEFERRED|IMMEDIATE|EXCLUSIVE)|COMMIT|ROLLBACK|(?:SAVEPOINT|RELEASE|ROLLBACK TO) "plugin_handler_\d{1,4}")$/;

/**
 * Checks what a guest asks of its store, field by field.
 *
 * @throws {PluginError} `STORE_FAILED` where it is none.
 */
export function storeRequest(value: unknown): StoreRequest {
  const { op, table, sql, parameters, rows } = Object(value) as Record<
    string,
    unknown
  >;
  if (typeof sql !== "string") throw notAsked();
  if (op === "transaction" && TRANSACTION.test(sql)) return { op, sql };
  if (typeof table !== "number") throw notAsked();
  switch (op) {
    case "run":
    case "get":
    case "all":
      if (isRow(parameters)) return { op, table, sql, parameters };
      break;
    case "many":
      if (Array.isArray(rows) && rows.every(isRow)) {
        return { op, table, sql, rows };
      }
  }
  throw notAsked();
}

function isRow(value: unknown): value is SqliteParameter[] {
  return Array.isArray(value) && value.every(isParameter);
}

function isParameter(value: unknown): boolean {
  return value === null || value instanceof Uint8Array ||
    value instanceof Date ||
    ["string", "number", "bigint", "boolean", "undefined"]
      .includes(typeof value);
}

function notAsked(): PluginError {
  return new PluginError(
    "STORE_FAILED",
    "Cannot run a statement: it is not what a table asks for",
  );
}

/**
 * Checks what a store answers its host.
 *
 * @throws {PluginError} `SANDBOX_CRASHED` where it is none.
 */
export function storeReply(value: unknown): StoreReply {
  const { type, warnings, message } = Object(value) as Record<string, unknown>;
  if (type === "copied") return { type };
  if (type === "refused" && typeof message === "string") {
    return { type, message };
  }
  if (type === "opened" && Array.isArray(warnings)) {
    return { type, warnings: warnings.map(String) };
  }
  throw new PluginError(
    "SANDBOX_CRASHED",
    "Cannot believe a table's store: it answered what it was not asked",
  );
}
