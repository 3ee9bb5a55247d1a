import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { column, DB } from "../../src/sqlite/mod.ts";
import { assertStoreError, FOUR, People } from "./fixtures.ts";

Deno.test("update() sets columns of matching rows, null included", () => {
  using people = new People(FOUR);
  const { table } = people;
  assertEquals(table.where({ active: true }).update({ age: null, meta: [1] }), {
    changes: 2,
  });
  assertEquals(table.where({ id: 1 }).first()?.meta, [1]);
  assertEquals(table.whereNull("age").count(), 3);
  assertEquals(table.where({ id: 99 }).update({ age: 1 }), { changes: 0 });
});

Deno.test("update() counts matching rows, changed or not", () => {
  using people = new People(FOUR);
  assertEquals(people.table.where({ id: 1 }).update({ name: "Ada" }), {
    changes: 1,
  });
});

Deno.test("update() without a condition waits for one and run()", () => {
  using people = new People(FOUR);
  const pending = people.table.update({ name: "X" });
  assertEquals(people.names()[1], "Bob");
  assertEquals(pending.where("id", "=", 2).run(), { changes: 1 });
  assertEquals(people.names()[1], "X");
});

Deno.test("a pending update takes every condition method", () => {
  using people = new People(FOUR);
  const { table } = people;
  const set = () => table.update({ age: 1 });
  assertEquals(set().where({ id: 1 }).run().changes, 1);
  assertEquals(set().whereOp("id", "<=", 2).run().changes, 2);
  assertEquals(set().whereIn("id", [1, 2]).run().changes, 2);
  assertEquals(set().whereNotIn("id", [1]).run().changes, 3);
  assertEquals(set().whereBetween("id", 1, 2).run().changes, 2);
  assertEquals(set().whereNotBetween("id", 1, 2).run().changes, 2);
  assertEquals(set().whereNull("meta").run().changes, 4);
  assertEquals(set().whereNotNull("meta").run().changes, 0);
  assertEquals(set().whereExpr("id = ?", [1]).run().changes, 1);
  assertEquals(set().whereRaw("id = 1").run().changes, 1);
  assertEquals(set().whereRgx({ name: /^A/ }).run().changes, 1);
});

Deno.test("updateAndGet() gives rows as they were before", () => {
  using people = new People(FOUR);
  const { table } = people;
  assertEquals(
    table.where({ active: true }).updateAndGet({ age: 1 })
      .map(({ age, active }) => ({ age, active })),
    [{ age: 36, active: true }, { age: 50, active: true }],
  );
  assertEquals(table.where({ age: 1 }).count(), 2);
  assertEquals(table.where({ id: 99 }).updateAndGet({ age: 1 }), []);
  assertEquals(
    table.whereRgx({ name: /^B/ }).updateAndGet({ age: 2 })[0]?.name,
    "Bob",
  );
});

Deno.test("updateBatch() runs each entry, skipping empty data", () => {
  using people = new People(FOUR);
  assertEquals(
    people.table.updateBatch([
      { where: { id: 1 }, data: { age: 1 } },
      { where: { age: null }, data: { age: 2 } },
      { where: { id: 2 }, data: {} },
    ]),
    { changes: 2 },
  );
  assertEquals(people.table.orderBy("id").pluck("age"), [1, 25, 2, 50]);
});

Deno.test("updateBatch() is all or nothing", () => {
  using people = new People(FOUR);
  assertStoreError(() =>
    people.table.updateBatch([
      { where: { id: 1 }, data: { age: 1 } },
      { where: { id: 2 }, data: { email: "ada@x" } },
    ]), "UNIQUE");
  assertEquals(people.table.where({ id: 1 }).value("age"), 36);
});

Deno.test("upsert() inserts, then overwrites by primary or unique key", () => {
  using people = new People();
  const { table } = people;
  assertEquals(table.upsert({ email: "a", name: "one" }), { changes: 1 });
  assertEquals(table.upsert({ email: "a", name: "two" }), { changes: 1 });
  assertEquals(table.upsert({ id: 1, name: "three" }), { changes: 1 });
  assertEquals(table.select(["id", "name", "email"]).all(), [
    { id: 1, name: "three", email: "a" },
  ]);
});

Deno.test("increment() and decrement() add; NULL stays NULL", () => {
  using people = new People(FOUR);
  const { table } = people;
  assertEquals(table.whereExpr("1").increment("age"), { changes: 4 });
  assertEquals(table.where({ id: 1 }).decrement("age", 40), { changes: 1 });
  assertEquals(table.where({ id: 2 }).increment("age", 4), { changes: 1 });
  assertEquals(table.orderBy("id").pluck("age"), [-3, 30, null, 51]);
  assertStoreError(() => table.where({ id: 1 }).increment("age", NaN));
});

Deno.test("delete() removes matching rows", () => {
  using people = new People(FOUR);
  assertEquals(people.table.where({ active: true }).delete(), { changes: 2 });
  assertEquals(people.names(), ["Bob", "Cy"]);
});

Deno.test("deleteAndGet() gives the deleted rows", () => {
  using people = new People(FOUR);
  const { table } = people;
  assertEquals(
    table.where({ active: true }).deleteAndGet().map(({ name }) => name),
    ["Ada", "Dan"],
  );
  assertEquals(table.where({ id: 99 }).deleteAndGet(), []);
  assertEquals(table.whereRgx({ name: /^B/ }).deleteAndGet()[0]?.active, false);
  assertEquals(people.names(), ["Cy"]);
});

Deno.test("softDelete() and restore() set and clear a column", () => {
  using db = new DB(":memory:");
  const table = db.createTable("t", {
    id: column.id(),
    deleted_at: column.integer(),
    gone: column.text(),
  });
  table.insert([{ id: 1 }, { id: 2 }]);
  assertEquals(table.where({ id: 1 }).softDelete(), { changes: 1 });
  const mark = table.where({ id: 1 }).value("deleted_at");
  assert(Math.abs(mark - Date.now() / 1000) < 60 && Number.isInteger(mark));
  assertEquals(table.where({ id: 1 }).restore(), { changes: 1 });
  assertStrictEquals(table.where({ id: 1 }).value("deleted_at"), null);
  table.where({ id: 2 }).softDelete("gone", "yes");
  assertEquals(table.where({ id: 2 }).value("gone"), "yes");
  table.where({ id: 2 }).restore("gone");
  assertStrictEquals(table.where({ id: 2 }).value("gone"), null);
});

Deno.test("deleteBatch() sums its entries, all or nothing", () => {
  using people = new People(FOUR);
  const { table } = people;
  assertEquals(table.deleteBatch([{ id: 1 }, { age: null, name: "Cy" }]), {
    changes: 2,
  });
  assertStoreError(() => table.deleteBatch([{ id: 2 }, {}]));
  assertEquals(people.names(), ["Bob", "Dan"]);
});

Deno.test("truncate() deletes every row and counts them", () => {
  using people = new People(FOUR);
  assertEquals(people.table.where({ id: 1 }).truncate(), { changes: 4 });
  assertEquals(people.table.count(), 0);
});

Deno.test("deleteOlderThan() is strict and honours pending conditions", () => {
  using people = new People(FOUR);
  assertEquals(people.table.deleteOlderThan("age", 25), { changes: 0 });
  assertEquals(
    people.table.where({ active: true }).deleteOlderThan("age", 40),
    {
      changes: 1,
    },
  );
  assertEquals(people.names(), ["Bob", "Cy", "Dan"]);
});

Deno.test("deleteDuplicates() keeps the lowest rowid of each group", () => {
  using people = new People([
    { name: "a", age: 1 },
    { name: "a", age: 1 },
    { name: "a", age: null },
    { name: "a", age: null },
    { name: "b", age: 1 },
  ]);
  assertEquals(people.table.deleteDuplicates(["name", "age"]), { changes: 2 });
  assertEquals(people.table.pluck("id"), [1, 3, 5]);
  assertStoreError(
    () => people.table.whereRgx({ name: /a/ }).deleteDuplicates(["name"]),
    "with a pattern",
  );
});

Deno.test("deleteDuplicates() works without a rowid, by several columns", () => {
  using db = new DB(":memory:");
  const table = db.createTable("t", {
    a: column.text(),
    b: column.text(),
    x: column.text(),
  }, { withoutRowId: true, constraints: { primaryKey: ["a", "b"] } });
  table.insert([{ a: "1", b: "2", x: "s" }, { a: "1", b: "1", x: "s" }]);
  assertEquals(table.deleteDuplicates(["x"]), { changes: 1 });
  assertEquals(table.pluck("b"), ["1"]);
});

Deno.test("writes with a pattern change the rows that match, by raw cells", () => {
  using people = new People([
    { name: "Ada", meta: { x: 1 }, active: true, age: 1 },
    { name: "Bob", meta: { x: 2 }, active: false, age: 1 },
  ]);
  const { table } = people;
  assertEquals(table.whereRgx({ meta: /"x":1/ }).update({ age: 5 }), {
    changes: 1,
  });
  assertEquals(table.whereRgx({ active: /^0$/ }).softDelete("age", 6), {
    changes: 1,
  });
  assertEquals(table.orderBy("id").pluck("age"), [5, 6]);
  assertEquals(table.whereRgx({ name: /^B/ }).restore("age"), { changes: 1 });
  assertEquals(table.whereRgx({ name: /^A/ }).where({ age: 5 }).delete(), {
    changes: 1,
  });
  assertEquals(people.names(), ["Bob"]);
});
