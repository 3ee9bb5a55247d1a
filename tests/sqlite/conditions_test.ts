import { assertEquals } from "@std/assert";
import { column, DB, type WhereOperator } from "../../src/sqlite/mod.ts";
import { assertStoreError, FOUR, People } from "./fixtures.ts";

Deno.test("where() means equality, IS NULL for null and undefined", () => {
  using people = new People(FOUR);
  const { table } = people;
  assertEquals(table.where({ name: "Ada" }).pluck("id"), [1]);
  assertEquals(table.where({ age: null }).pluck("id"), [3]);
  assertEquals(table.where({ age: undefined }).pluck("id"), [3]);
  assertEquals(table.where({ active: true, age: 50 }).pluck("id"), [4]);
  assertEquals(table.where({ active: false }).pluck("id"), [2]);
  assertEquals(table.where({}).count(), 4);
});

const OPERATORS: [WhereOperator, unknown, number[]][] = [
  ["=", 25, [2]],
  ["!=", 25, [1, 4]],
  ["<>", 25, [1, 4]],
  ["<", 36, [2]],
  ["<=", 36, [1, 2]],
  [">", 36, [4]],
  [">=", 36, [1, 4]],
  ["LIKE", "2%", [2]],
  ["GLOB", "3*", [1]],
  ["IS", 25, [2]],
  ["IS NOT", 25, [1, 3, 4]],
  [" like " as "LIKE", "2%", [2]],
  ["is not", 25, [1, 3, 4]],
  ["=", null, [3]],
  ["IS", undefined, [3]],
  ["!=", null, [1, 2, 4]],
  ["<>", undefined, [1, 2, 4]],
  ["IS NOT", null, [1, 2, 4]],
];

for (const [operator, value, ids] of OPERATORS) {
  Deno.test(`whereOp() compares with ${operator} ${value}`, () => {
    using people = new People(FOUR);
    const age = value as number;
    assertEquals(people.table.whereOp("age", operator, age).pluck("id"), ids);
    assertEquals(people.table.where("age", operator, age).pluck("id"), ids);
  });
}

for (const operator of ["NOT LIKE", "IN", "", "= 1 OR 1 =", "REGEXP"]) {
  Deno.test(`whereOp() refuses the operator "${operator}" at once`, () => {
    using people = new People();
    const given = operator as WhereOperator;
    assertStoreError(
      () => people.table.whereOp("age", given, 1),
      `Invalid SQL operator: "${operator}"`,
    );
    assertStoreError(() => people.table.where("age", given, 1));
  });
}

Deno.test("where() refuses a column without operator and value", () => {
  using people = new People();
  const loose = people.table as unknown as { where(...args: unknown[]): void };
  assertStoreError(() => loose.where("age"), "an operator and a value");
  assertStoreError(() => loose.where(null), "not an object");
});

Deno.test("whereIn() and whereNotIn() take lists that are not empty", () => {
  using people = new People(FOUR);
  const { table } = people;
  assertEquals(table.whereIn("id", [1, 3, 9]).pluck("id"), [1, 3]);
  assertEquals(table.whereNotIn("age", [25]).pluck("id"), [1, 4]);
  const message = "IN clause requires at least one value";
  assertStoreError(() => table.whereIn("id", []), message);
  assertStoreError(() => table.whereNotIn("id", []), message);
  assertStoreError(
    () => table.whereIn("id", "x" as unknown as number[]),
    message,
  );
});

Deno.test("whereBetween() includes both ends; NULL matches neither form", () => {
  using people = new People(FOUR);
  const { table } = people;
  assertEquals(table.whereBetween("age", 25, 36).pluck("id"), [1, 2]);
  assertEquals(table.whereNotBetween("age", 25, 36).pluck("id"), [4]);
});

Deno.test("whereNull() and whereNotNull() tell NULL", () => {
  using people = new People(FOUR);
  assertEquals(people.table.whereNull("age").pluck("id"), [3]);
  assertEquals(people.table.whereNotNull("age").pluck("id"), [1, 2, 4]);
});

Deno.test("whereExpr() and whereRaw() take expressions in parentheses", () => {
  using people = new People(FOUR);
  const { table } = people;
  assertEquals(
    table.whereExpr("age = ? OR age = ?", [25, 50]).where({ active: true })
      .pluck("id"),
    [4],
  );
  assertEquals(table.whereRaw("length(name) = ?", [2]).pluck("id"), [3]);
  assertEquals(
    table.whereExpr("id = ?1 OR age = ?1 + ?2", [1, 24])
      .where({ id: 2 }).pluck("id"),
    [2],
  );
});

for (
  const [text, parameters] of [
    ["", []],
    ["  ", []],
    [5, []],
    ["id = ?", []],
    ["id = 1", [1]],
    ["id = :x", [1]],
    ["1) OR (1", []],
    ["(1", []],
    ["1; DELETE FROM people", []],
    ["1 -- x", []],
    ["1 /* x", []],
    ["'1\0'", []],
    ["'", []],
    ["1\0", []],
    ["1", null],
  ] as [string, unknown[]][]
) {
  Deno.test(`whereExpr() refuses ${JSON.stringify([text, parameters])}`, () => {
    using people = new People();
    assertStoreError(() => people.table.whereExpr(text, parameters));
  });
}

Deno.test("whereExpr() accepts quotes and marks inside strings", () => {
  using people = new People([{ name: "a?;--b)" }]);
  assertEquals(people.table.whereExpr("name = 'a?;--b)'").count(), 1);
});

Deno.test("whereExpr() accepts comments that end within it", () => {
  using people = new People([{ name: "a" }, { name: "b" }]);
  const { table } = people;
  const text = "name = ? /* ?) */ -- one of them\n OR name = ?";
  assertEquals(table.whereExpr(text, ["a", "b"]).count(), 2);
  assertEquals(table.join(table, "o.id = people.id /**/", "o").count(), 2);
});

Deno.test("whereRgx() filters raw cells; several columns are ANDed", () => {
  using people = new People(FOUR);
  const { table } = people;
  assertEquals(table.whereRgx({ email: /@x$/ }).pluck("id"), [1, 2, 3]);
  assertEquals(table.whereRgx({ email: "^b" }).pluck("id"), [2]);
  assertEquals(table.whereRgx({ email: /x/, name: /^A/ }).pluck("id"), [1]);
  assertEquals(table.whereRgx({ age: /./ }).pluck("id"), [1, 2, 4]);
  assertEquals(table.whereRgx({ name: /a/i, age: 25 }).pluck("id"), []);
  assertEquals(table.whereRgx({ age: null }).pluck("id"), [3]);
  assertStoreError(
    () => table.whereRgx({ name: "(" }),
    "Cannot use the pattern",
  );
});

Deno.test("whereRgx() sorts and pages after filtering, nulls first", () => {
  using people = new People(FOUR);
  const matching = () => people.table.whereRgx({ email: /@/ });
  assertEquals(matching().orderBy("age").pluck("id"), [3, 2, 1, 4]);
  assertEquals(matching().orderBy("age").desc().pluck("id"), [4, 1, 2, 3]);
  assertEquals(
    people.table.whereRgx({ email: /@x/ }).orderBy("id").offset(1).limit(1)
      .all().map(({ id }) => id),
    [2],
  );
  assertEquals(matching().limit(0).all(), []);
  assertEquals(people.table.whereRgx({ email: /nobody/ }).first(), null);
});

Deno.test("whereRgx() needs no selected column and gives no extra one", () => {
  using people = new People(FOUR);
  assertEquals(
    people.table.select(["id"]).whereRgx({ name: /^B/ }).all(),
    [{ id: 2 }],
  );
});

Deno.test("whereRgx() sees raw cells of JSON, booleans and bytes", () => {
  using db = new DB(":memory:");
  const table = db.createTable("t", {
    id: column.id(),
    j: column.json(),
    b: column.boolean(),
    x: column.blob(),
  });
  table.insert({ j: { a: 1 }, b: true, x: new TextEncoder().encode("bytes") });
  assertEquals(table.whereRgx({ j: /^\{"a":1\}$/ }).count(), 1);
  assertEquals(table.whereRgx({ b: /^1$/ }).count(), 1);
  assertEquals(table.whereRgx({ x: /^bytes$/ }).count(), 1);
});

Deno.test("a later equality or null check replaces the earlier one", () => {
  using people = new People(FOUR);
  const { table } = people;
  assertEquals(
    table.where({ name: "Ada" }).where({ name: "Bob" }).pluck("id"),
    [2],
  );
  assertEquals(table.where({ age: 25 }).whereNull("age").pluck("id"), [3]);
  assertEquals(table.whereNull("age").where({ age: 25 }).pluck("id"), [2]);
  assertEquals(
    table.where("age", "=", 25).where("age", "=", 36).pluck("id"),
    [1],
  );
});

Deno.test("comparisons, IN, BETWEEN and expressions accumulate", () => {
  using people = new People(FOUR);
  const { table } = people;
  assertEquals(
    table.whereOp("age", ">=", 25).whereOp("age", "<=", 36).pluck("id"),
    [1, 2],
  );
  assertEquals(
    table.whereIn("id", [1, 2]).whereBetween("id", 2, 4).where({ id: 2 })
      .where({ id: 4 }).whereExpr("id > ?", [0]).pluck("id"),
    [],
  );
  assertEquals(
    table.where({ age: 25 }).whereNotNull("age").pluck("id"),
    [2],
  );
});

Deno.test("replacing a condition drops exactly its parameters", () => {
  using people = new People(FOUR);
  const { table } = people;
  const query = () =>
    table.whereIn("id", [1, 2, 3]).where({ name: "Ada" })
      .whereBetween("age", 20, 60).whereNull("meta").where({ name: "Bob" });
  assertEquals(query().pluck("id"), [2]);
  assertEquals(query().update({ age: 26 }), { changes: 1 });
  assertEquals(query().delete(), { changes: 1 });
  assertEquals(people.names(), ["Ada", "Cy", "Dan"]);
});

Deno.test("conditions convert dates and JSON by the parser", () => {
  const born = new Date("2001-02-03T04:05:06.789Z");
  using people = new People([{ name: "a", born, meta: { x: [1] } }]);
  const { table } = people;
  assertEquals(table.where({ born }).count(), 1);
  assertEquals(table.where({ meta: { x: [1] } }).count(), 1);
  assertEquals(table.whereIn("born", [born]).count(), 1);
  assertEquals(table.where("born", "<", new Date()).count(), 1);
});
