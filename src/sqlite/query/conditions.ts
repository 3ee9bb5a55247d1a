/**
 * The conditions that a builder collects, each with its own parameters.
 *
 * @module
 */
import { clip } from "../../shared/text/clip.ts";
import { countParameters, quoteColumn, tokenize } from "../sql/sql_text.ts";
import { storeError } from "../store_error.ts";

/** One condition; all of a query's conditions must hold. */
export interface Condition {
  /** The SQL, with a `?` for each parameter. */
  readonly sql: string;
  /** The values, in the caller's form. */
  readonly parameters: readonly unknown[];
  /** The column that the values are of, where there is one. */
  readonly column?: string;
  /** Whether a later equality or null check on the column takes its place. */
  readonly replaceable: boolean;
  /** Whether the parameters are bound as one list in JSON. */
  readonly packed?: boolean;
  /** What is asked of the column; expressions of the caller's have none. */
  readonly question?: Question;
}

/** A question about a column, so that it can be asked of another form of it. */
export type Question =
  | { readonly kind: "among"; readonly not: boolean; readonly orNull: boolean }
  | {
    readonly kind: "order";
    readonly spell: (subject: string) => string;
    /** Whether the answers are one range, which an index can find. */
    readonly isRange: boolean;
  };

/** Up to how many values of a list are parameters of their own. */
const FEW_VALUES = 8;
/** More than these are never parameters of their own: SQLite takes 32,766. */
const MANY_VALUES = 30_000;

const OPERATORS: ReadonlySet<string> = new Set([
  "=",
  "!=",
  "<>",
  "<",
  "<=",
  ">",
  ">=",
  "LIKE",
  "GLOB",
  "IS",
  "IS NOT",
]);

/**
 * Adds a condition. Only equality and null checks take the place of an earlier
 * equality or null check on the same column; everything else accumulates.
 */
export function addCondition(
  conditions: Condition[],
  condition: Condition,
): void {
  if (condition.replaceable) {
    const earlier = conditions.findIndex((other) =>
      other.replaceable && other.column === condition.column
    );
    if (earlier >= 0) conditions.splice(earlier, 1);
  }
  conditions.push(condition);
}

/** The column equals the value; null and undefined mean IS NULL. */
export function equals(column: string, value: unknown): Condition {
  if (value === null || value === undefined) return isNull(column);
  return {
    sql: `${quoteColumn(column)} = ?`,
    parameters: [value],
    column,
    replaceable: true,
    question: IS_AMONG,
  };
}

const IS_AMONG: Question = { kind: "among", not: false, orNull: false };
const IS_NOT_AMONG: Question = { kind: "among", not: true, orNull: false };

/** The column is NULL. */
export function isNull(column: string): Condition {
  const sql = `${quoteColumn(column)} IS NULL`;
  return { sql, parameters: [], column, replaceable: true };
}

/** The column is not NULL. */
export function isNotNull(column: string): Condition {
  const sql = `${quoteColumn(column)} IS NOT NULL`;
  return { sql, parameters: [], column, replaceable: false };
}

/** The column compares with the value by one of the known operators. */
export function compares(
  column: string,
  operator: string,
  value: unknown,
): Condition {
  const known = String(operator).trim().toUpperCase().replace(/\s+/g, " ");
  if (!OPERATORS.has(known)) {
    throw storeError(`Invalid SQL operator: "${String(operator)}"`);
  }
  if (value === null || value === undefined) {
    if (known === "=" || known === "IS") return isNull(column);
    if (known === "!=" || known === "<>" || known === "IS NOT") {
      return isNotNull(column);
    }
  }
  if (known === "=") return equals(column, value);
  return {
    sql: `${quoteColumn(column)} ${known} ?`,
    parameters: [value],
    replaceable: known === "IS",
    // A pattern is text, whatever the column holds.
    ...(known === "LIKE" || known === "GLOB" ? {} : {
      column,
      question: questionOf(known),
    }),
  };
}

function questionOf(operator: string): Question {
  if (operator === "!=" || operator === "<>") return IS_NOT_AMONG;
  return {
    kind: "order",
    spell: (subject) => `${subject} ${operator} ?`,
    isRange: !operator.startsWith("IS"),
  };
}

/**
 * The column is, or is not, among the values; `null` and `undefined` among them
 * stand for NULL.
 */
export function isIn(
  column: string,
  values: readonly unknown[],
  { not = false }: { not?: boolean } = {},
): Condition {
  if (!Array.isArray(values) || values.length === 0) {
    throw storeError("IN clause requires at least one value");
  }
  const present = values.filter((value) =>
    value !== null && value !== undefined
  );
  if (present.length === 0) return not ? isNotNull(column) : isNull(column);
  const orNull = !not && present.length < values.length;
  const { sql, packed } = isAmong(quoteColumn(column), present, not);
  return {
    sql: orNull ? `(${sql} OR ${quoteColumn(column)} IS NULL)` : sql,
    parameters: present,
    column,
    replaceable: false,
    question: { kind: "among", not, orNull },
    ...(packed ? { packed } : {}),
  };
}

/**
 * What asks whether something is among values that are not NULL. Many values
 * are one parameter: there is no limit to them then, and one statement serves
 * lists of every length.
 */
export function isAmong(
  subject: string,
  values: readonly unknown[],
  not: boolean,
): { sql: string; packed?: boolean } {
  const words = not ? "NOT IN" : "IN";
  if (values.length > FEW_VALUES && isPackable(values)) {
    // Without the sign a number would not equal its text in a column of text.
    const sql = `${subject} ${words} (SELECT +value FROM json_each(?))`;
    return { sql, packed: true };
  }
  return { sql: `${subject} ${words} (${values.map(() => "?").join(", ")})` };
}

// JSON holds no bytes, and older versions of SQLite read reals from it less
// exactly than they are bound.
function isPackable(values: readonly unknown[]): boolean {
  if (values.some(isBytes)) return false;
  return values.length > MANY_VALUES || !values.some(isReal);
}

function isBytes(value: unknown): boolean {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
}

function isReal(value: unknown): boolean {
  return typeof value === "number" && !Number.isSafeInteger(value);
}

/** The column is, or is not, between two values, both included. */
export function isBetween(
  column: string,
  range: readonly [unknown, unknown],
  { not = false }: { not?: boolean } = {},
): Condition {
  const words = not ? "NOT BETWEEN" : "BETWEEN";
  const spell = (subject: string) => `${subject} ${words} ? AND ?`;
  return {
    sql: spell(quoteColumn(column)),
    parameters: range,
    column,
    replaceable: false,
    question: { kind: "order", spell, isRange: !not },
  };
}

/** An expression of the caller's. */
export function expression(
  text: string,
  parameters: readonly unknown[] = [],
): Condition {
  assertExpression("use the expression", text);
  if (!Array.isArray(parameters)) {
    throw storeError("Cannot use the expression: its values are not an array");
  }
  const { sql, values } = positional(text, parameters);
  return { sql: `(${sql})`, parameters: values, replaceable: false };
}

/**
 * Refuses text that would not stay an expression where it is put.
 *
 * @throws {PluginError} `STORE_FAILED` when it is empty, holds a `;` or a NUL,
 * ends in a comment to the end of the line, or when quotes, comments or
 * parentheses do not match.
 */
export function assertExpression(doing: string, text: unknown): void {
  if (typeof text !== "string" || text.trim() === "") {
    throw storeError(`Cannot ${doing}: it must be a string that is not empty`);
  }
  let depth = 0;
  const shown = clip(text);
  const tokens = tokenize(text);
  for (const { kind, text: part } of tokens) {
    if (kind === "broken" || part.includes("\0")) {
      throw storeError(
        `Cannot ${doing} "${shown}": it holds an open quote or comment`,
      );
    }
    if (kind !== "symbol") continue;
    if (part === "(") depth++;
    if (part === ")") depth--;
    if (part === ";" || depth < 0) {
      throw storeError(
        `Cannot ${doing} "${shown}": it would end before its text does`,
      );
    }
  }
  if (depth !== 0) {
    throw storeError(`Cannot ${doing} "${shown}": a parenthesis stays open`);
  }
  // It would take what follows the text along.
  if (tokens.at(-1)!.text.startsWith("--")) {
    throw storeError(`Cannot ${doing} "${shown}": it ends in a comment`);
  }
}

// Numbered placeholders count from the start of the whole statement, in which
// the expression is only a part, so they are spelled out.
function positional(
  text: string,
  parameters: readonly unknown[],
): { sql: string; values: readonly unknown[] } {
  const expected = countParameters(text);
  if (expected !== parameters.length) {
    throw storeError(
      `Cannot use the expression "${
        clip(text)
      }": it takes ${expected} values, ` +
        `and ${parameters.length} were given`,
    );
  }
  if (expected === 0) return { sql: text, values: parameters };
  const values: unknown[] = [];
  let next = 0;
  const sql = tokenize(text).map(({ kind, text: part }) => {
    if (kind !== "parameter") return part;
    const index = part === "?" ? next : Number(part.slice(1)) - 1;
    next = index + 1;
    values.push(parameters[index]);
    return "?";
  }).join("");
  return { sql, values };
}
