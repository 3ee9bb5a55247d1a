/**
 * The types of values that a column takes when it was defined to be strict.
 * SQLite would turn `5` into `"5"` in a column of text.
 *
 * @module
 */
import { ConstraintError } from "../../shared/errors.ts";

/** What a strict column takes, beside `null` and `undefined`. */
export type ValueType =
  | "string"
  | "integer"
  | "number"
  | "boolean"
  | "bytes"
  | "date"
  | "moment";

const TAKES: Readonly<
  Record<ValueType, { name: string; test(value: unknown): boolean }>
> = {
  string: { name: "a string", test: (value) => typeof value === "string" },
  integer: { name: "a whole number", test: isInteger },
  number: {
    name: "a number",
    test: (value) => typeof value === "number" || typeof value === "bigint",
  },
  boolean: {
    name: "a boolean",
    test: (value) => typeof value === "boolean" || value === 0 || value === 1,
  },
  bytes: {
    name: "bytes",
    test: (value) => ArrayBuffer.isView(value) || value instanceof ArrayBuffer,
  },
  date: {
    name: "a Date or a string",
    test: (value) => value instanceof Date || typeof value === "string",
  },
  moment: {
    name: "a Date or a whole number",
    test: (value) => value instanceof Date || isInteger(value),
  },
};

/**
 * Refuses a value of another type.
 *
 * @throws {ConstraintError} `CONSTRAINT_FAILED`.
 */
export function assertType(
  column: string,
  value: unknown,
  { type, table }: { readonly type: ValueType; readonly table: string },
): void {
  const { name, test } = TAKES[type];
  if (value === null || value === undefined || test(value)) return;
  throw new ConstraintError(
    `Cannot write ${describe(value)} to "${column}": it takes ${name}`,
    { constraint: "data type", columns: [`${table}.${column}`] },
  );
}

function isInteger(value: unknown): boolean {
  return typeof value === "bigint" || Number.isInteger(value);
}

function describe(value: unknown): string {
  if (typeof value === "string") return `the string ${JSON.stringify(value)}`;
  return typeof value === "object" ? "an object" : String(value);
}
