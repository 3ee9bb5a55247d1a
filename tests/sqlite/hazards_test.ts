/** Defects of the original that are not copied, by their number in its list. */
import { assertEquals, assertStrictEquals } from "@std/assert";
import { column, DB } from "../../src/sqlite/mod.ts";
import { assertStoreError, FOUR, People, Scratch } from "./fixtures.ts";

Deno.test("hazard 1: increment with a pattern changes matching rows only", () => {
  using people = new People(FOUR);
  const { table } = people;
  assertEquals(table.whereRgx({ name: /^A/ }).increment("age"), { changes: 1 });
  assertEquals(table.whereRgx({ name: /^B/ }).decrement("age"), { changes: 1 });
  assertEquals(table.orderBy("id").pluck("age"), [37, 24, null, 50]);
});

Deno.test("hazard 6: get() works after offset() without limit", () => {
  using people = new People(FOUR);
  assertEquals(people.table.orderBy("id").offset(2).get()?.name, "Cy");
});

Deno.test("hazard 7: a key that is missing or undefined gets its default", () => {
  using db = new DB(":memory:");
  const table = db.createTable("t", {
    id: column.id(),
    a: column.integer({ default: 5 }),
    b: column.integer({ default: 6 }),
  });
  table.insert([{ a: 1 }, { b: 2 }, { a: undefined, b: null }, {
    a: undefined,
  }]);
  assertEquals(table.select(["a", "b"]).orderBy("id").all(), [
    { a: 1, b: 6 },
    { a: 5, b: 2 },
    { a: 5, b: null },
    { a: 5, b: 6 },
  ]);
});

Deno.test("hazard 8: an ignored insert has no id", () => {
  using people = new People([{ email: "a" }]);
  const result = people.table.insertOrIgnore({ email: "a" });
  assertEquals([result.insertId, result.lastInsertRowid], [0, 0]);
});

Deno.test("hazard 9: an insert of several rows is all or nothing", () => {
  using people = new People([{ email: "a" }]);
  assertStoreError(() => people.table.insert([{ email: "b" }, { email: "a" }]));
  assertEquals(people.table.count(), 1);
});

Deno.test("hazard 11: a misspelt column is no constant", () => {
  using people = new People(FOUR);
  const loose = people.db.table("people");
  assertStoreError(() => loose.where({ typo: "typo" }).delete(), "typo");
  assertEquals(people.table.count(), 4);
});

Deno.test("hazard 12: upsert keeps other columns, and the rows that refer", () => {
  using people = new People([{ id: 1, email: "a", age: 9 }]);
  const child = people.db.createTable("c", {
    p: column.foreignKey("people", "id", { onDelete: "CASCADE" }),
  });
  child.insert({ p: 1 });
  people.table.upsert({ email: "a", name: "new" });
  assertEquals(people.table.value("age"), 9);
  assertEquals(child.count(), 1);
});

Deno.test("hazard 13: patterns with g or y match every row", () => {
  using people = new People([{ name: "aa" }, { name: "aa" }, { name: "aa" }]);
  for (const pattern of [/a/g, /a/y]) {
    assertEquals(people.table.whereRgx({ name: pattern }).count(), 3);
    assertEquals(pattern.lastIndex, 0);
  }
});

Deno.test("hazard 15: pattern writes work without rowid, and as one", () => {
  using db = new DB(":memory:");
  const table = db.createTable("t", {
    a: column.text(),
    b: column.text(),
    n: column.integer({ check: "{{COLUMN}} < 2" }),
  }, { withoutRowId: true, constraints: { primaryKey: ["b", "a"] } });
  table.insert([{ a: "x", b: "1", n: 0 }, { a: "y", b: "2", n: 1 }]);
  assertEquals(table.whereRgx({ a: /x/ }).update({ n: 1 }), { changes: 1 });
  table.where({ a: "x" }).update({ n: 0 });
  assertStoreError(() => table.whereRgx({ a: /./ }).increment("n"), "CHECK");
  assertEquals(table.orderBy("b").pluck("n"), [0, 1]);
});

Deno.test("hazard 16: a text key that is NOT NULL refuses NULL", () => {
  using db = new DB(":memory:");
  const table = db.createTable("t", {
    k: column.text({ primaryKey: true, notNull: true }),
    x: column.text(),
  });
  assertStoreError(() => table.insert({ k: null, x: "1" }), "NOT NULL");
});

Deno.test("hazard 17: an unknown pragma is undefined, a value is no SQL", () => {
  using people = new People();
  assertStrictEquals(people.db.pragma("no_such_pragma"), undefined);
  people.db.pragma("cache_size", "1; DROP TABLE people");
  assertEquals(people.table.count(), 0);
  assertStoreError(() => people.db.pragma("x; DROP TABLE people"));
});

Deno.test("hazard 19: a failed migration leaves foreign keys on", () => {
  using people = new People([{ age: 1 }, { age: 1 }]);
  assertStoreError(() =>
    people.db.createTable("people", { age: column.integer({ unique: true }) })
  );
  assertEquals(people.db.pragma("foreign_keys"), 1);
});

Deno.test("hazard 28: integers beyond 2^53 come back as bigint", () => {
  using people = new People();
  const age = 2n ** 60n + 1n;
  people.table.insert({ age: age as unknown as number });
  assertEquals<unknown>(people.table.value("age"), age);
  const returned = people.db.driver.all(
    "INSERT INTO people (age) VALUES (?) RETURNING id, age",
    [age],
  );
  assertEquals(returned, [{ id: 2, age }]);
});

Deno.test("hazard 30: limit, offset and desc() alone are refused", () => {
  using people = new People(FOUR);
  const matching = () => people.table.whereExpr("1");
  for (const word of ["limit", "offset"] as const) {
    assertStoreError(() => matching()[word](1).update({ age: 1 }), "limit");
    assertStoreError(() => matching()[word](1).delete(), "limit");
  }
  assertStoreError(() => matching().limit(1).updateAndGet({ age: 1 }), "limit");
  assertStoreError(() => matching().limit(1).deleteAndGet(), "limit");
  assertStoreError(() => people.table.desc().all(), "desc() needs a column");
  assertStoreError(() => matching().desc().delete(), "desc() needs a column");
  assertEquals(people.table.count(), 4);
});

Deno.test("orderBy() makes no difference to a write", () => {
  using people = new People(FOUR);
  const first = () => people.table.where({ id: 1 }).orderBy("id");
  assertEquals(first().update({ age: 1 }), { changes: 1 });
  assertEquals(first().desc().update({ age: 2 }), { changes: 1 });
  assertEquals(first().asc().delete(), { changes: 1 });
  assertEquals(people.table.where({ id: 2 }).asc().delete(), { changes: 1 });
});

Deno.test("a lone Date or object is no set of named parameters", () => {
  using db = new DB(":memory:");
  const statement = db.prepare("SELECT ? AS x");
  const date = new Date(0);
  assertEquals(statement.get(date), { x: date.toISOString() });
  assertStoreError(() => statement.get({} as unknown as string), "Cannot bind");
});

Deno.test("too few values are an error, and so are too many", () => {
  using db = new DB(":memory:");
  assertStoreError(() => db.prepare("SELECT ?, ?").get(1), "takes 2 values");
  assertStoreError(() => db.prepare("SELECT ?1").get(1, 2), "takes 1 values");
  assertEquals(db.prepare("SELECT ?1 AS a, ?1 AS b").get(1), { a: 1, b: 1 });
  for (const name of [":a", "@a", "$a"]) {
    assertStoreError(() => db.prepare(`SELECT ${name}`), "only ? stands");
  }
});

Deno.test("a text with a NUL is refused, since it would read back cut", () => {
  using people = new People();
  assertStoreError(() => people.table.insert({ name: "a\0b" }), "NUL");
  people.table.insert({ meta: { text: "a\0b" } });
  assertEquals(people.table.value("meta"), { text: "a\0b" });
});

Deno.test("two databases on one file see each other's rows", () => {
  using scratch = new Scratch();
  using a = new DB(scratch.file("a.db"));
  using b = new DB(scratch.file("a.db"));
  const columns = { id: column.id(), x: column.text() };
  const table = a.createTable("t", columns);
  b.createTable("t", columns).insert({ x: "theirs" });
  assertEquals(table.pluck("x"), ["theirs"]);
});
