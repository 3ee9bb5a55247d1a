/**
 * Builds row objects out of column names and values.
 *
 * @module
 */
import type { SqliteRow, SqliteValue } from "./sqlite_driver.ts";

/**
 * A plain object with the values under their column names; of equal names the
 * last one wins.
 */
export function makeRow(
  names: readonly string[],
  values: readonly SqliteValue[],
  shrink = false,
): SqliteRow {
  const row: SqliteRow = {};
  for (let i = 0; i < values.length; i++) {
    const value = shrink ? shrinkInteger(values[i]!) : values[i]!;
    if (names[i] === "__proto__") defineOwn(row, value);
    else row[names[i]!] = value;
  }
  return row;
}

/** A number for every integer that a number holds exactly. */
export function shrinkInteger(value: SqliteValue): SqliteValue {
  if (typeof value !== "bigint") return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

// Assigning it would set the prototype.
function defineOwn(row: SqliteRow, value: SqliteValue): void {
  Object.defineProperty(row, "__proto__", {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}
