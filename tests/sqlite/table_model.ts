/** A table as a plain array: what the real one is compared with. */

export type Cell = number | string | null;
export type ModelRow = Record<string, Cell> & { id: number };

export interface ModelCondition {
  readonly column: string;
  readonly operator: string;
  readonly value: Cell | readonly Cell[];
}

/** Order of SQLite: NULL, numbers, text by bytes. */
export function compareCells(a: Cell, b: Cell): number {
  const rank = rankOf(a) - rankOf(b);
  if (rank !== 0) return rank;
  if (a === null || b === null || a === b) return 0;
  if (typeof a === "number") return a - (b as number);
  const [x, y] = [encode(a), encode(b as string)];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    if (x[i] !== y[i]) return x[i]! - y[i]!;
  }
  return x.length - y.length;
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function rankOf(cell: Cell): number {
  return cell === null ? 0 : typeof cell === "number" ? 1 : 2;
}

export function holds(row: ModelRow, condition: ModelCondition): boolean {
  const cell = row[condition.column]!;
  const { operator, value } = condition;
  if (operator === "NULL") return cell === null;
  if (operator === "NOT NULL") return cell !== null;
  if (operator === "=" && value === null) return cell === null;
  if (cell === null) return false;
  if (Array.isArray(value)) return holdsOfList(cell, operator, value);
  const order = compareCells(cell, value as Cell);
  switch (operator) {
    case "=":
      return order === 0;
    case "!=":
      return order !== 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    default:
      return order >= 0;
  }
}

function holdsOfList(
  cell: Cell,
  operator: string,
  values: readonly Cell[],
): boolean {
  const among = values.some((value) => compareCells(cell, value) === 0);
  const between = compareCells(cell, values[0]!) >= 0 &&
    compareCells(cell, values[1] ?? values[0]!) <= 0;
  switch (operator) {
    case "IN":
      return among;
    case "NOT IN":
      return !among;
    case "BETWEEN":
      return between;
    default:
      return !between;
  }
}

/** The rows that match, in the order of a query. */
export function select(
  rows: readonly ModelRow[],
  query: {
    readonly conditions: readonly ModelCondition[];
    readonly orderBy?: string;
    readonly descending?: boolean;
    readonly limit?: number;
    readonly offset?: number;
  },
): ModelRow[] {
  const matching = rows.filter((row) =>
    query.conditions.every((condition) => holds(row, condition))
  );
  const column = query.orderBy ?? "id";
  const sign = query.descending ? -1 : 1;
  matching.sort((a, b) => sign * compareCells(a[column]!, b[column]!));
  const start = query.offset ?? 0;
  return matching.slice(
    start,
    query.limit === undefined ? undefined : start + query.limit,
  );
}
