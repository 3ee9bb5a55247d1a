/** A table as plain JavaScript: what the fuzzed one is compared with. */
import { column, type Row } from "../../src/sqlite/mod.ts";

/** Numbers that look random, and are the same for the same seed. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 to below `sides`. */
  roll(sides: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let x = this.#state;
    x = Math.imul(x ^ (x >>> 15), x | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) % sides;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.roll(values.length)]!;
  }

  chance(percent: number): boolean {
    return this.roll(100) < percent;
  }
}

/** What a column holds: how its values are made, read back and compared. */
export interface Kind {
  readonly definition: () => Row;
  /** A value to write. */
  readonly make: (dice: Dice) => unknown;
  /** What reads back for a value that was written. */
  readonly read: (value: unknown) => unknown;
  /** The number or text by which values are compared. */
  readonly rank: (value: unknown) => number | string;
  /** Whether values are less or greater than others. */
  readonly ordered: boolean;
}

const WORDS = ["", "a", "A", "b", "007", "12e4567", "ä😀", "'\"`", "5", "x y"];
const JSON_VALUES: readonly unknown[] = [
  { a: [1, null, "x"] },
  {},
  [],
  [1, 2.5],
  "hello",
  "007",
  "12e4567",
  "123456789012345678901234",
  "1.0",
  "{broken",
  '{ "a": 1 }',
  7,
  -1.5,
  true,
  false,
  "",
];
const same = (value: unknown) => value;

function dateOf(dice: Dice): Date {
  return new Date(1_700_000_000_000 + dice.roll(50) * 500 + dice.roll(2));
}

const numbers = (values: readonly number[], definition: () => Row): Kind => ({
  definition,
  make: (dice) => dice.pick(values),
  read: same,
  rank: (value) => value as number,
  ordered: true,
});

const moments = (definition: () => Row, unit: number): Kind => ({
  definition,
  make: (dice) =>
    dice.chance(80) ? dateOf(dice) : Math.floor(+dateOf(dice) / unit),
  read: (value) => value instanceof Date ? Math.floor(+value / unit) : value,
  rank: (value) =>
    value instanceof Date ? Math.floor(+value / unit) : value as number,
  ordered: true,
});

/** The kinds of columns by name. */
export const KINDS: Readonly<Record<string, Kind>> = {
  integer: numbers(
    [-3, -1, 0, 1, 2, 3, 2 ** 40, Number.MAX_SAFE_INTEGER],
    () => column.integer(),
  ),
  real: numbers([-1.5, 0, 0.1, 0.5, 2, 1e20, 1e-300], () => column.real()),
  text: {
    definition: () => column.text(),
    make: (dice) => dice.pick(WORDS),
    read: same,
    rank: (value) => bytesOf(value as string),
    ordered: true,
  },
  json: {
    definition: () => column.json(),
    make: (dice) => dice.pick(JSON_VALUES),
    read: same,
    rank: (value) => JSON.stringify(value),
    ordered: false,
  },
  boolean: {
    definition: () => column.boolean(),
    make: (dice) => dice.chance(50),
    read: same,
    rank: Number,
    ordered: true,
  },
  date: {
    definition: () => column.datetime(),
    make: (dice) =>
      dice.chance(70)
        ? dateOf(dice)
        : dateOf(dice).toISOString().slice(0, 19).replace("T", " "),
    read: (value) => typeof value === "string" ? new Date(`${value}Z`) : value,
    rank: (value) =>
      +(typeof value === "string" ? new Date(`${value}Z`) : value as Date),
    ordered: true,
  },
  seconds: moments(() => column.timestamp(), 1000),
  milliseconds: moments(() => column.timestamp({ unit: "ms" }), 1),
};

// SQLite compares text by its bytes; one letter for each keeps their order.
function bytesOf(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}

/** A condition on one column. */
export interface FuzzCondition {
  readonly column: string;
  readonly operator: string;
  readonly values: readonly unknown[];
}

/** A row, as the table gives it. */
export type FuzzRow = Record<string, unknown> & { id: number };

/** The rows of a table, and what they must keep to. */
export class FuzzModel {
  readonly kinds: Record<string, Kind>;
  rows: FuzzRow[] = [];
  /** The column whose values may occur once only. */
  readonly unique: string | undefined;
  nextId = 1;

  constructor(kinds: Record<string, Kind>, unique: string | undefined) {
    this.kinds = kinds;
    this.unique = unique;
  }

  /** A copy to go back to. */
  snapshot(): { rows: FuzzRow[]; nextId: number } {
    return { rows: this.rows.map((row) => ({ ...row })), nextId: this.nextId };
  }

  restore({ rows, nextId }: { rows: FuzzRow[]; nextId: number }): void {
    this.rows = rows;
    this.nextId = nextId;
  }

  /** The row as it reads back, without an id. */
  readBack(row: Row): Record<string, unknown> {
    const read: Record<string, unknown> = {};
    for (const name of Object.keys(this.kinds)) {
      const value = row[name];
      read[name] = value === undefined || value === null
        ? null
        : this.kinds[name]!.read(value);
    }
    return read;
  }

  /** Adds a row; false where it breaks the constraint. */
  insert(row: Row): boolean {
    const id = row.id ?? this.nextId;
    const added = { id, ...this.readBack(row) };
    if (this.rows.some((other) => other.id === id)) return false;
    if (this.conflicts(added)) return false;
    this.rows.push(added);
    this.nextId = Math.max(this.nextId, id + 1);
    return true;
  }

  /** Sets columns of rows; false, and nothing done, where one breaks it. */
  update(matching: readonly FuzzRow[], changes: Row): boolean {
    const before = this.snapshot();
    for (const row of matching) {
      for (const [name, value] of Object.entries(changes)) {
        row[name] = value === null ? null : this.kinds[name]!.read(value);
      }
      if (this.conflicts(row)) {
        this.restore(before);
        return false;
      }
    }
    return true;
  }

  remove(matching: readonly FuzzRow[]): void {
    this.rows = this.rows.filter((row) => !matching.includes(row));
  }

  /** The rows that fulfil every condition, by id. */
  select(conditions: readonly FuzzCondition[]): FuzzRow[] {
    return this.rows
      .filter((row) => conditions.every((one) => this.#holds(row, one)))
      .sort((a, b) => a.id - b.id);
  }

  /** Below 0, 0 or above 0, as SQLite sorts. */
  compare(name: string, a: unknown, b: unknown): number {
    if (a === null || b === null) {
      return Number(a !== null) - Number(b !== null);
    }
    const { rank } = this.kinds[name]!;
    const [x, y] = [rank(a), rank(b)];
    return x < y ? -1 : Number(x > y);
  }

  conflicts(row: FuzzRow): boolean {
    const { unique } = this;
    if (unique === undefined || row[unique] === null) return false;
    return this.rows.some((other) =>
      other.id !== row.id && other[unique] !== null &&
      this.compare(unique, other[unique], row[unique]) === 0
    );
  }

  #holds(
    row: FuzzRow,
    { column: name, operator, values }: FuzzCondition,
  ): boolean {
    const cell = row[name];
    const order = (value: unknown) => this.compare(name, cell, value);
    const present = values.filter((value) => value !== null);
    const isAmong = present.some((value) =>
      cell !== null && order(value) === 0
    );
    switch (operator) {
      case "IS NULL":
        return cell === null;
      case "IS NOT NULL":
        return cell !== null;
      case "IN":
        return cell === null ? present.length < values.length : isAmong;
      case "NOT IN":
        return cell !== null && !isAmong;
      case "BETWEEN":
        return cell !== null && order(values[0]) >= 0 && order(values[1]) <= 0;
      case "=":
        return isAmong;
      case "!=":
        return cell !== null && !isAmong;
      case "<":
        return cell !== null && order(values[0]) < 0;
      case "<=":
        return cell !== null && order(values[0]) <= 0;
      case ">":
        return cell !== null && order(values[0]) > 0;
      default:
        return cell !== null && order(values[0]) >= 0;
    }
  }
}
