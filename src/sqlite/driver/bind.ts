/**
 * From JavaScript values to what SQLite stores.
 *
 * @module
 */
import type { SqliteParameter, SqliteValue } from "./sqlite_driver.ts";
import { storeError } from "../store_error.ts";

const MAX_INTEGER = 2n ** 63n - 1n;
const MIN_INTEGER = -(2n ** 63n);

/**
 * Converts one parameter. Whole numbers become `bigint`, since `node:sqlite`
 * binds every number as REAL, which a TEXT column would keep as `5.0`.
 *
 * @param value Anything; what SQLite cannot store is refused.
 * @throws {PluginError} `STORE_FAILED` for an object, a function, a symbol, an
 * invalid date, an integer beyond 64 bits and a string with a NUL in it.
 */
export function toSqliteValue(value: SqliteParameter | unknown): SqliteValue {
  switch (typeof value) {
    case "string":
      if (value.includes("\0")) throw refused("a string that holds a NUL");
      return value;
    case "number":
      return Number.isSafeInteger(value) ? BigInt(value) : value;
    case "boolean":
      return value ? 1n : 0n;
    case "undefined":
      return null;
    case "bigint":
      if (value > MAX_INTEGER || value < MIN_INTEGER) {
        throw refused("an integer of more than 64 bits");
      }
      return value;
    case "object":
      return value === null ? null : objectToSqlite(value);
    default:
      throw refused(`a ${typeof value}`);
  }
}

function objectToSqlite(value: object): SqliteValue {
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw refused("an invalid date");
    return value.toISOString();
  }
  if (value instanceof Uint8Array) return value;
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  throw refused(
    "an object or array (declare the column as JSON to store it)",
  );
}

function refused(what: string): Error {
  return storeError(`Cannot bind ${what}: SQLite has no such value`);
}

/** Converts all parameters of a statement. */
export function toSqliteValues(parameters: readonly unknown[]): SqliteValue[] {
  const values = new Array<SqliteValue>(parameters.length);
  for (let i = 0; i < parameters.length; i++) {
    values[i] = toSqliteValue(parameters[i]);
  }
  return values;
}
