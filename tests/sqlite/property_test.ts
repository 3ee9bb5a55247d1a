/** The table against a plain array, on random schemas, rows and queries. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  column,
  type ColumnDefinition,
  DB,
  type QueryBuilder,
  type Row,
  type WhereOperator,
} from "../../src/sqlite/mod.ts";
import {
  type Cell,
  compareCells,
  type ModelCondition,
  type ModelRow,
  select,
} from "./table_model.ts";

type Kind = "integer" | "real" | "text";
interface Schema {
  readonly names: readonly string[];
  readonly kinds: readonly Kind[];
}

const MAKERS: Record<Kind, () => ColumnDefinition> = {
  integer: () => column.integer(),
  real: () => column.real(),
  text: () => column.text(),
};
const NAMES = ["a", "B", "order", "group by", 'q"u`o', "ünï"];
const CELLS: Record<Kind, fc.Arbitrary<Cell>> = {
  integer: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.maxSafeInteger()),
  // A REAL that is whole reads back as the same number.
  real: fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.double({
      noNaN: true,
      noDefaultInfinity: true,
    }).map((value) => value === 0 ? 0 : value),
  ),
  text: fc.oneof(
    fc.constantFrom("", "a", "A", "b", "1", "NULL", "' OR 1", "ä"),
    fc.string({ unit: "binary", maxLength: 6 }).filter((text) =>
      text.isWellFormed() && !text.includes("\0")
    ),
  ),
};

const schemas: fc.Arbitrary<Schema> = fc.record({
  names: fc.subarray(NAMES, { minLength: 1 }),
  kinds: fc.array(fc.constantFrom<Kind>("integer", "real", "text"), {
    minLength: NAMES.length,
    maxLength: NAMES.length,
  }),
});

function cellOf(kind: Kind): fc.Arbitrary<Cell> {
  return fc.option(CELLS[kind], { nil: null, freq: 4 });
}

function rowsOf(schema: Schema): fc.Arbitrary<Record<string, Cell>[]> {
  const shape = Object.fromEntries(
    schema.names.map((name, i) => [name, cellOf(schema.kinds[i]!)]),
  );
  return fc.array(fc.record(shape, { requiredKeys: [schema.names[0]!] }), {
    minLength: 1,
    maxLength: 12,
  });
}

function conditionOf(schema: Schema): fc.Arbitrary<ModelCondition> {
  return fc.nat(schema.names.length - 1).chain((i) => {
    const column = fc.constant(schema.names[i]!);
    const cell = CELLS[schema.kinds[i]!];
    return fc.oneof(
      fc.record({
        column,
        operator: fc.constantFrom("=", "!=", "<", "<=", ">", ">="),
        value: cell,
      }),
      fc.record({
        column,
        operator: fc.constantFrom("NULL", "NOT NULL", "="),
        value: fc.constant(null),
      }),
      fc.record({
        column,
        operator: fc.constantFrom("IN", "NOT IN"),
        value: fc.array(cell, { minLength: 1, maxLength: 3 }),
      }),
      fc.record({
        column,
        operator: fc.constantFrom("BETWEEN", "NOT BETWEEN"),
        value: fc.tuple(cell, cell),
      }),
    );
  });
}

/** At most one condition of a column that a later one would replace. */
function withoutReplaced(conditions: ModelCondition[]): ModelCondition[] {
  const replaceable = ({ operator }: ModelCondition) =>
    operator === "=" || operator === "NULL";
  return conditions.filter((condition, index) =>
    !replaceable(condition) ||
    !conditions.slice(index + 1).some((later) =>
      replaceable(later) && later.column === condition.column
    )
  );
}

function apply(
  table: QueryBuilder<Row>,
  { column, operator, value }: ModelCondition,
): QueryBuilder<Row> {
  const list = value as Cell[];
  switch (operator) {
    case "NULL":
      return table.whereNull(column);
    case "NOT NULL":
      return table.whereNotNull(column);
    case "IN":
      return table.whereIn(column, list);
    case "NOT IN":
      return table.whereNotIn(column, list);
    case "BETWEEN":
      return table.whereBetween(column, list[0], list[1]);
    case "NOT BETWEEN":
      return table.whereNotBetween(column, list[0], list[1]);
    case "=":
      return table.where({ [column]: value });
    default:
      return table.whereOp(column, operator as WhereOperator, value);
  }
}

function filled(db: DB, schema: Schema, rows: Record<string, Cell>[]) {
  db.dropTable("t", { ifExists: true });
  const table = db.createTable("t", {
    id: column.id(),
    ...Object.fromEntries(schema.names.map((name, i) => [
      name,
      MAKERS[schema.kinds[i]!](),
    ])),
  });
  table.insertBatch(rows);
  const model = rows.map((row, index) => ({
    id: index + 1,
    ...Object.fromEntries(
      schema.names.map((name) => [name, row[name] ?? null]),
    ),
  })) as ModelRow[];
  return { table, model };
}

const worlds = schemas.chain((schema) =>
  fc.record({
    schema: fc.constant(schema),
    rows: rowsOf(schema),
    queries: fc.array(
      fc.record({
        conditions: fc.array(conditionOf(schema), { maxLength: 4 }),
        orderBy: fc.constantFrom(...schema.names),
        descending: fc.boolean(),
        limit: fc.option(fc.nat(5), { nil: undefined }),
        offset: fc.option(fc.nat(5), { nil: undefined }),
        change: fc.record({ [schema.names[0]!]: cellOf(schema.kinds[0]!) }),
        action: fc.constantFrom("read", "read", "read", "update", "delete"),
      }),
      { minLength: 10, maxLength: 10 },
    ),
  })
);

type World = typeof worlds extends fc.Arbitrary<infer W> ? W : never;
type Query = World["queries"][number];

function collect(table: QueryBuilder<Row>, query: Query): QueryBuilder<Row> {
  return query.conditions.reduce(apply, table);
}

function readBoth(table: QueryBuilder<Row>, model: ModelRow[], query: Query) {
  const conditions = withoutReplaced(query.conditions);
  const expected = select(model, { ...query, conditions });
  const ordered = collect(table, query).orderBy(query.orderBy);
  if (query.descending) ordered.desc();
  if (query.limit !== undefined) ordered.limit(query.limit);
  if (query.offset !== undefined) ordered.offset(query.offset);
  // Rows that tie may come in any order.
  const actual = ordered.pluck(query.orderBy);
  assertEquals(actual, expected.map((row) => row[query.orderBy]!));
  const all = select(model, { conditions });
  assertEquals(collect(table, query).orderBy("id").all(), all);
  assertEquals(collect(table, query).count(), all.length);
  assertEquals(collect(table, query).exists(), all.length > 0);
  assertEquals(collect(table, query).orderBy("id").first(), all[0] ?? null);
}

function changeBoth(
  table: QueryBuilder<Row>,
  model: ModelRow[],
  query: Query,
): ModelRow[] {
  const conditions = withoutReplaced(query.conditions);
  if (conditions.length === 0) return model;
  const hit = new Set(select(model, { conditions }).map(({ id }) => id));
  const pending = collect(table, query);
  if (query.action === "delete") {
    assertEquals(pending.delete(), { changes: hit.size });
    return model.filter(({ id }) => !hit.has(id));
  }
  const change = query.change as Record<string, Cell>;
  const result = pending.update(change) as unknown as { changes: number };
  assertEquals(result.changes, hit.size);
  return model.map((row) => hit.has(row.id) ? { ...row, ...change } : row);
}

// 1,200 schemas of ten queries each: 12,000 cases.
Deno.test("a table reads and changes like a plain array", () => {
  using db = new DB(":memory:");
  fc.assert(
    fc.property(worlds, ({ schema, rows, queries }) => {
      const { table, model } = filled(db, schema, rows);
      let current = model;
      for (const query of queries) {
        if (query.action === "read") readBoth(table, current, query);
        else current = changeBoth(table, current, query);
      }
      assertEquals(table.orderBy("id").all(), current);
    }),
    { numRuns: 1200 },
  );
});

Deno.test("a pattern filters like the same pattern on an array", () => {
  using db = new DB(":memory:");
  const table = db.createTable("t", { id: column.id(), s: column.text() });
  const texts = fc.array(fc.stringMatching(/^[ab]{0,4}$/), { minLength: 1 });
  const patterns = fc.constantFrom(/a/, /^a/g, /b$/y, "ab", /^$/, /(a)\1/);
  fc.assert(
    fc.property(texts, patterns, fc.nat(4), (values, pattern, limit) => {
      table.truncate();
      table.insert(values.map((s) => ({ s })));
      const copy = new RegExp(
        pattern instanceof RegExp ? pattern.source : pattern,
      );
      const expected = values.filter((value) => copy.test(value))
        .sort((a, b) => compareCells(a, b));
      const query = () => table.whereRgx({ s: pattern }).orderBy("s");
      assertEquals(query().pluck("s"), expected);
      assertEquals(query().limit(limit).pluck("s"), expected.slice(0, limit));
      assertEquals(query().count(), expected.length);
    }),
    { numRuns: 300 },
  );
});
