import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
} from "@std/assert";
import fc from "fast-check";
import { column, DB } from "../../src/sqlite/mod.ts";
import { RowTransformer } from "../../src/sqlite/query/row_transformer.ts";
import { assertStoreError, People } from "./fixtures.ts";

function decode(kind: "JSON" | "BOOLEAN" | "DATE", value: unknown): unknown {
  const transformer = new RowTransformer({ [kind]: ["c"] });
  return (transformer.decode({ c: value }) as { c: unknown }).c;
}

Deno.test("reading keeps null and undefined of every kind", () => {
  for (const kind of ["JSON", "BOOLEAN", "DATE"] as const) {
    assertEquals(decode(kind, null), null);
    assertEquals(decode(kind, undefined), undefined);
  }
});

Deno.test("reading parses JSON text and keeps what is none", () => {
  assertEquals(decode("JSON", '{"a":[1,null]}'), { a: [1, null] });
  assertEquals(decode("JSON", "not json"), "not json");
  assertEquals(decode("JSON", 5), 5);
});

for (
  const [value, expected] of [
    [1, true],
    [0, false],
    [2, false],
    [1n, true],
    ["1", true],
    [" TRUE ", true],
    ["t", true],
    ["Yes", true],
    ["0", false],
    ["false", false],
    ["F", false],
    ["no", false],
    ["1.0", true],
    ["7", false],
    ["maybe", "maybe"],
    ["", ""],
  ] as const
) {
  Deno.test(`reading makes ${typeof value} "${value}" the boolean ${expected}`, () => {
    assertEquals(decode("BOOLEAN", value), expected);
  });
}

Deno.test("reading keeps bytes of a boolean column", () => {
  const bytes = new Uint8Array([1]);
  assertStrictEquals(decode("BOOLEAN", bytes), bytes);
});

Deno.test("reading makes dates of text and keeps numbers", () => {
  assertEquals(
    decode("DATE", "2024-02-29T12:00:00.123Z"),
    new Date(Date.UTC(2024, 1, 29, 12, 0, 0, 123)),
  );
  assert(Number.isNaN((decode("DATE", "garbage") as Date).getTime()));
  assertEquals(decode("DATE", 1700000000), 1700000000);
});

Deno.test("reading applies JSON before BOOLEAN", () => {
  const both = new RowTransformer({ JSON: ["c"], BOOLEAN: ["c"] });
  assertEquals(both.decode({ c: '"yes"' }), { c: true as unknown as string });
});

Deno.test("reading makes the source of a module importable", async () => {
  const transformer = new RowTransformer({ MODULE: { c: {} } });
  const source = "export const answer: number = 42;";
  const { c: url } = transformer.decode({ c: source });
  assertEquals((await import(url)).answer, 42);
  assertEquals(transformer.decode({ c: source }).c, url);
  assertEquals(transformer.decode({ c: 5 }), { c: 5 });
  URL.revokeObjectURL(url);
});

Deno.test("writing makes text of objects in a JSON column only", () => {
  const transformer = new RowTransformer({ JSON: ["c"] });
  assertEquals(transformer.encode("c", { a: [1] }), '{"a":[1]}');
  assertEquals(transformer.encode("c", []), "[]");
  assertEquals(transformer.encode("c", "text"), '"text"');
  assertEquals(transformer.encode("d", "text"), "text");
  assertEquals(transformer.encode("c", 5), 5);
  assertEquals(transformer.encode("c", null), null);
  const object = {};
  assertStrictEquals(transformer.encode("d", object), object);
});

Deno.test("writing neither changes rows nor keeps them", () => {
  using db = new DB(":memory:");
  const table = db.createTable("t", { id: column.id(), j: column.json() });
  const row = Object.freeze({ j: Object.freeze({ a: 1 }) });
  table.insert(row);
  table.where({ id: 1 }).update(row);
  assertEquals(row, { j: { a: 1 } });
});

Deno.test("writing binds booleans as 1 and 0, and undefined as NULL", () => {
  using db = new DB(":memory:");
  const table = db.createTable("t", { id: "INTEGER PRIMARY KEY", x: "" });
  table.insert([{ x: true }, { x: false }, { x: 5 }]);
  table.where({ id: 3 }).update({ x: undefined });
  assertEquals(table.pluck("x"), [1, 0, null]);
});

Deno.test("writing refuses objects outside JSON columns", () => {
  using db = new DB(":memory:");
  const table = db.createTable("t", { id: column.id(), x: column.text() });
  for (
    const value of [{}, [], () => {}, Symbol("s"), new Date(NaN), 2n ** 63n]
  ) {
    assertStoreError(() => table.insert({ x: value }), "Cannot bind");
  }
  assertEquals(table.count(), 0);
});

const ROUND_TRIPS: Record<string, unknown> = {
  "a nested object": { a: { b: { c: [1, { d: null }] } } },
  "an empty object": {},
  "an array": [1, "two", null, true],
  "an empty array": [],
  "null": null,
  "unicode": { text: "Grüße 😀 日本 \u202e" },
  "quotes and backslashes": { text: `'"\\\`; DROP TABLE t; --` },
  "10,000 characters": { text: "x".repeat(10_000) },
  "a negative number": { n: -1.5 },
  "zero": { n: 0 },
  "true": true,
  "false": false,
  "text": "hello",
  "text with a leading zero": "007",
  "text with a plus sign": "+5",
  "an empty text": "",
};

for (const [name, value] of Object.entries(ROUND_TRIPS)) {
  Deno.test(`a JSON column gives back ${name}`, () => {
    using db = new DB(":memory:");
    const table = db.createTable("t", { id: column.id(), j: column.json() });
    table.insert({ j: value });
    assertEquals(table.value("j"), value);
  });
}

Deno.test("a DATE column gives back milliseconds from 1970 to 2099", () => {
  using db = new DB(":memory:");
  const table = db.createTable("t", { id: column.id(), d: column.datetime() });
  const dates = [0, 1, 999, Date.UTC(2099, 11, 31, 23, 59, 59, 999)]
    .map((time) => new Date(time));
  table.insert(dates.map((d) => ({ d })));
  assertEquals(table.orderBy("id").pluck("d"), dates);
});

const integer = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const text = fc.string({ unit: "binary", maxLength: 40 })
  // SQLite stores UTF-8, and node:sqlite reads text up to a NUL.
  .filter((value) => value.isWellFormed() && !value.includes("\0"));
const scalars = fc.oneof(
  text,
  fc.constantFrom("", "NULL", "'; DROP TABLE t; --", '"', "`", "\\", "?1"),
  fc.double({ noNaN: true }),
  fc.integer(),
  integer,
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.uint8Array({ maxLength: 30 }),
);

/** What a column without a type gives back for a value. */
function expected(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  return Object.is(value, -0) ? 0 : value;
}

Deno.test("a column without a type gives every value back", () => {
  using db = new DB(":memory:");
  const table = db.createTable("t", { id: "INTEGER PRIMARY KEY", v: "" });
  fc.assert(
    fc.property(scalars, (value) => {
      const stored = table.insertAndGet({ id: 1, v: value }, {
        orReplace: true,
      });
      assertEquals(stored, { id: 1, v: expected(value) });
      if (value !== undefined && value !== null) {
        assertEquals(table.where({ v: value }).count(), 1);
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("a TEXT column keeps whole numbers whole", () => {
  using db = new DB(":memory:");
  const table = db.createTable("t", { id: column.id(), v: column.text() });
  fc.assert(
    fc.property(integer, (value) => {
      table.insert({ id: 1, v: value }, { orReplace: true });
      assertEquals(table.value("v"), String(value));
    }),
    { numRuns: 300 },
  );
});

Deno.test("JSON, BOOLEAN and DATE columns give random values back", () => {
  using db = new DB(":memory:");
  const table = db.createTable("t", {
    id: column.id(),
    j: column.json(),
    b: column.boolean(),
    d: column.datetime(),
  });
  const rows = fc.record({
    j: fc.oneof(fc.dictionary(text, fc.jsonValue()), fc.array(fc.jsonValue())),
    b: fc.option(fc.boolean()),
    d: fc.option(fc.date({ noInvalidDate: true })),
  });
  fc.assert(
    fc.property(rows, (row) => {
      const stored = table.insertAndGet({ id: 1, ...row }, { orReplace: true });
      const json = JSON.parse(JSON.stringify(row.j));
      assertEquals(stored, { id: 1, ...row, j: json });
      assertEquals(table.where({ j: row.j, b: row.b, d: row.d }).count(), 1);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("a value that JSON cannot hold is refused as a store error", () => {
  using people = new People();
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  for (const meta of [{ n: 1n }, circle]) {
    const error = assertStoreError(() => people.table.insert({ meta }), "JSON");
    assertInstanceOf(error.cause, TypeError);
  }
  assertEquals(people.table.count(), 0);
});

Deno.test("a parser of null, or with parts of null, is an empty one", () => {
  for (const parser of [null, { JSON: null, MODULE: null }]) {
    const transformer = new RowTransformer(parser as never);
    assertEquals(transformer.parser, {
      JSON: [],
      BOOLEAN: [],
      DATE: [],
      MODULE: [],
      UNIX: Object.create(null),
      TYPES: Object.create(null),
    });
  }
});
