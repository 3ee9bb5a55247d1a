import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import type { QueryBuilder } from "../../src/sqlite/mod.ts";
import { assertStoreError, FOUR, People, type Person } from "./fixtures.ts";

type Table = QueryBuilder<Person>;

const COLLECTING: Record<string, (table: Table) => unknown> = {
  select: (t) => t.select(["id"]),
  where: (t) => t.where({ id: 1 }),
  "where with an operator": (t) => t.where("id", ">", 1),
  whereOp: (t) => t.whereOp("id", "=", 1),
  whereIn: (t) => t.whereIn("id", [1]),
  whereNotIn: (t) => t.whereNotIn("id", [1]),
  whereBetween: (t) => t.whereBetween("id", 1, 2),
  whereNotBetween: (t) => t.whereNotBetween("id", 1, 2),
  whereNull: (t) => t.whereNull("age"),
  whereNotNull: (t) => t.whereNotNull("age"),
  whereExpr: (t) => t.whereExpr("1 = 1"),
  whereRaw: (t) => t.whereRaw("1 = 1"),
  whereRgx: (t) => t.whereRgx({ name: /a/ }),
  orderBy: (t) => t.orderBy("id"),
  asc: (t) => t.asc(),
  desc: (t) => t.desc(),
  limit: (t) => t.limit(1),
  offset: (t) => t.offset(1),
  join: (t) => t.join(t, { id: "id" }, "o"),
  innerJoin: (t) => t.innerJoin(t, { id: "id" }, "o"),
  leftJoin: (t) => t.leftJoin(t, { id: "id" }, "o"),
  rightJoin: (t) => t.rightJoin(t, { id: "id" }, "o"),
  fullJoin: (t) => t.fullJoin(t, { id: "id" }, "o"),
  crossJoin: (t) => t.crossJoin(t, "o"),
};

for (const [name, collect] of Object.entries(COLLECTING)) {
  Deno.test(`${name}() returns the same builder`, () => {
    using people = new People();
    assertStrictEquals(collect(people.table), people.table);
  });
}

/** Every terminal call, in a form that does not throw. */
const TERMINAL: Record<string, (table: Table) => unknown> = {
  all: (t) => t.all(),
  get: (t) => t.get(),
  first: (t) => t.first(),
  count: (t) => t.count(),
  exists: (t) => t.exists(),
  value: (t) => t.value("name"),
  pluck: (t) => t.pluck("name"),
  insert: (t) => t.insert({ name: "new" }),
  insertOrIgnore: (t) => t.insertOrIgnore({ name: "new" }),
  insertAndGet: (t) => t.insertAndGet({ name: "new" }),
  insertBatch: (t) => t.insertBatch([{ name: "new" }]),
  upsert: (t) => t.upsert({ email: "new" }),
  update: (t) => t.update({ age: 1 }),
  updateAndGet: (t) => t.updateAndGet({ age: 1 }),
  updateBatch: (t) => t.updateBatch([{ where: { id: 1 }, data: { age: 1 } }]),
  increment: (t) => t.increment("age"),
  decrement: (t) => t.decrement("age"),
  softDelete: (t) => t.softDelete("age"),
  restore: (t) => t.restore("age"),
  delete: (t) => t.delete(),
  deleteAndGet: (t) => t.deleteAndGet(),
  deleteBatch: (t) => t.deleteBatch([{ id: 99 }]),
  deleteOlderThan: (t) => t.deleteOlderThan("age", 0),
  deleteDuplicates: (t) => t.deleteDuplicates(["email"]),
  truncate: (t) => t.truncate(),
};

for (const [name, call] of Object.entries(TERMINAL)) {
  Deno.test(`${name}() forgets what was collected`, () => {
    using people = new People(FOUR);
    call(people.table.where({ id: 4 }));
    people.table.truncate();
    people.table.insert(FOUR);
    assertEquals(people.table.all().length, 4);
  });

  Deno.test(`${name}() forgets what was collected when it throws`, () => {
    using people = new People(FOUR);
    people.db.run("ALTER TABLE people RENAME TO gone");
    const pending = () => call(people.table.where({ id: 4 }));
    assertStoreError(pending, "no such table: people");
    people.db.run("ALTER TABLE gone RENAME TO people");
    assertEquals(people.table.all().length, 4);
  });
}

Deno.test("a builder forgets order, limit, offset and columns", () => {
  using people = new People(FOUR);
  people.table.select(["name"]).orderBy("id").desc().limit(1).offset(1).all();
  assertEquals(people.table.all().map(({ id }) => id), [1, 2, 3, 4]);
});

Deno.test("a blank join condition does not poison the builder", () => {
  using people = new People(FOUR);
  assertStoreError(
    () => people.table.join(people.table, " ", "o").all(),
    "JOIN condition cannot be empty",
  );
  assertEquals(people.table.count(), 4);
});

Deno.test("limit(n).first() and .value() leave no limit behind", () => {
  using people = new People(FOUR);
  people.table.limit(2).first();
  people.table.limit(2).value("id");
  assertEquals(people.table.all().length, 4);
});

Deno.test("two builders of one table are independent", () => {
  using people = new People(FOUR);
  const a = people.db.table("people").where({ id: 1 });
  const b = people.db.table("people");
  assertEquals(b.count(), 4);
  assertEquals(a.count(), 1);
});

Deno.test("a pending update is independent of its builder", () => {
  using people = new People(FOUR);
  const pending = people.table.update({ age: 1 });
  assertEquals(people.table.where({ id: 2 }).count(), 1);
  assertEquals(pending.where({ id: 1 }).run(), { changes: 1 });
  assertStoreError(() => pending.run(), "UPDATE requires at least one WHERE");
  assertEquals(people.table.where({ age: 1 }).count(), 1);
});

Deno.test("hasCondition tells whether a condition was collected", () => {
  using people = new People();
  const { table } = people;
  assertEquals(table.hasCondition, false);
  assert(table.whereRgx({ name: /a/ }).hasCondition);
  table.all();
  assertEquals(table.hasCondition, false);
  assertEquals<boolean>(table.where({}).hasCondition, false);
});
