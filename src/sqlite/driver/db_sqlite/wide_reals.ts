/**
 * Whole numbers beyond 2^53, which `@db/sqlite` would bind as an integer, from
 * 2^63 on as a wrong one, and `node:sqlite` binds as REAL.
 *
 * @module
 */
import { tokenize } from "../../sql/sql_text.ts";
import type { SqliteValue } from "../sqlite_driver.ts";

/** A statement, and the values that it takes. */
export interface BoundSql {
  readonly sql: string;
  readonly values: SqliteValue[];
}

/**
 * Spells such numbers as a division of two that are not whole, which the
 * library binds as REAL and which loses nothing.
 *
 * @returns The statement and its values; undefined where there is no such
 * number.
 */
export function spellWideReals(
  sql: string,
  values: readonly SqliteValue[],
): BoundSql | undefined {
  if (!values.some(isWide)) return undefined;
  const all = [...values];
  const divisors = new Map<number, number>();
  values.forEach((value, i) => {
    if (!isWide(value)) return;
    const { dividend, divisor } = split(value);
    all[i] = dividend;
    divisors.set(i + 1, all.push(divisor));
  });
  return { sql: numbered(sql, divisors), values: all };
}

// Binding made every other whole number an integer.
function isWide(value: SqliteValue): value is number {
  return typeof value === "number" && Number.isInteger(value);
}

function split(value: number): { dividend: number; divisor: number } {
  let dividend = value;
  let divisor = 1;
  while (Number.isInteger(dividend)) {
    dividend /= 2;
    divisor /= 2;
  }
  return { dividend, divisor };
}

function numbered(sql: string, divisors: ReadonlyMap<number, number>): string {
  let last = 0;
  return tokenize(sql).map(({ kind, text }) => {
    if (kind !== "parameter") return text;
    const index = text === "?" ? last + 1 : Number(text.slice(1));
    last = Math.max(last, index);
    const divisor = divisors.get(index);
    return divisor === undefined ? `?${index}` : `(?${index} / ?${divisor})`;
  }).join("");
}
