import { assertEquals, assertStrictEquals } from "@std/assert";
import { column, DB } from "../../src/sqlite/mod.ts";
import { assertStoreError, FOUR, People } from "./fixtures.ts";

Deno.test("select() takes every column by default, or a list", () => {
  using people = new People([{ name: "Ada", age: 1 }]);
  const { table } = people;
  const whole = table.all();
  assertEquals(
    Object.keys(whole[0]!),
    Object.keys(people.db.table("people").first()!),
  );
  assertEquals(table.select().all(), whole);
  assertEquals(table.select(["*"]).all(), whole);
  assertEquals(table.select(["name", "age"]).all(), [{ name: "Ada", age: 1 }]);
});

Deno.test("select() refuses what is no list of columns", () => {
  using people = new People(FOUR);
  assertStoreError(() => people.table.select([]));
  assertStoreError(() => people.table.select("id" as unknown as ["id"]));
  assertStoreError(
    () => people.table.select(["nope" as "id"]).all(),
    "no such column: nope",
  );
});

Deno.test("orderBy() sorts up by default; the last call counts", () => {
  using people = new People(FOUR);
  const { table } = people;
  assertEquals(table.orderBy("age").pluck("id"), [3, 2, 1, 4]);
  assertEquals(table.orderBy("age").asc().pluck("id"), [3, 2, 1, 4]);
  assertEquals(table.orderBy("age").desc().pluck("id"), [4, 1, 2, 3]);
  assertEquals(table.desc().orderBy("id").pluck("id"), [4, 3, 2, 1]);
  assertEquals(table.orderBy("age").orderBy("name").pluck("id"), [1, 2, 3, 4]);
  assertEquals(table.asc().count(), 4);
});

Deno.test("limit() and offset() page, each without the other", () => {
  using people = new People(FOUR);
  const { table } = people;
  assertEquals(table.orderBy("id").limit(2).pluck("id"), [1, 2]);
  assertEquals(table.orderBy("id").offset(3).pluck("id"), [4]);
  assertEquals(table.orderBy("id").limit(1).offset(1).pluck("id"), [2]);
  assertEquals(table.limit(0).all(), []);
});

for (const count of [-1, 1.5, NaN, Infinity, "1" as unknown as number]) {
  Deno.test(`limit() and offset() refuse ${count} at once`, () => {
    using people = new People();
    assertStoreError(() => people.table.limit(count), "must be a whole number");
    assertStoreError(() => people.table.offset(count));
  });
}

Deno.test("all() gives rows that are plain objects, or an empty array", () => {
  using people = new People(FOUR);
  const rows = people.table.all();
  assertStrictEquals(Object.getPrototypeOf(rows[0]), Object.prototype);
  assertEquals(people.table.where({ id: 99 }).all(), []);
});

Deno.test("get() gives the first row or null and honours limit and offset", () => {
  using people = new People(FOUR);
  const { table } = people;
  assertEquals(table.orderBy("id").get()?.name, "Ada");
  assertStrictEquals(table.where({ id: 99 }).get(), null);
  assertStrictEquals(table.limit(0).get(), null);
  assertEquals(table.orderBy("id").offset(1).get()?.name, "Bob");
});

Deno.test("first() forces a limit of 1", () => {
  using people = new People(FOUR);
  const { table } = people;
  assertEquals(table.orderBy("id").first()?.name, "Ada");
  assertEquals(table.orderBy("id").limit(0).first()?.name, "Ada");
  assertStrictEquals(table.where({ id: 99 }).first(), null);
});

Deno.test("value() gives a column of the first row, or null", () => {
  using people = new People(FOUR);
  const { table } = people;
  assertEquals(table.orderBy("id").desc().value("name"), "Dan");
  assertEquals(table.select(["id"]).where({ id: 1 }).value("name"), "Ada");
  assertStrictEquals(table.where({ id: 3 }).value("age"), null);
  assertStrictEquals(table.where({ id: 99 }).value("name"), null);
});

Deno.test("pluck() gives a column in order, NULL included", () => {
  using people = new People(FOUR);
  assertEquals(people.table.orderBy("id").limit(3).pluck("age"), [
    36,
    25,
    null,
  ]);
});

Deno.test("count() ignores limit, offset and columns", () => {
  using people = new People(FOUR);
  const { table } = people;
  assertEquals(table.select(["id"]).limit(1).offset(3).count(), 4);
  assertEquals(table.where({ active: true }).count(), 2);
  assertEquals(table.whereRgx({ email: /@x/ }).limit(1).count(), 3);
});

Deno.test("exists() tells whether a row matches", () => {
  using people = new People(FOUR);
  const { table } = people;
  assertStrictEquals(table.where({ id: 1 }).exists(), true);
  assertStrictEquals(table.where({ id: 99 }).exists(), false);
  assertStrictEquals(table.whereRgx({ name: /^A/ }).limit(0).exists(), true);
  assertStrictEquals(table.whereRgx({ name: /^Z/ }).exists(), false);
});

/** Users, and posts of which one has no user. */
function shop() {
  const db = new DB(":memory:");
  const users = db.createTable<
    { uid: number; name: string; flags: { admin: boolean } }
  >("users", {
    uid: column.id(),
    name: column.text(),
    flags: column.json(),
  });
  const posts = db.createTable<
    { pid: number; user: number | null; title: string; live: boolean }
  >("posts", {
    pid: column.id(),
    user: column.integer(),
    title: column.text(),
    live: column.boolean(),
  });
  users.insert([{ name: "Ada", flags: { admin: true } }, { name: "Bob" }]);
  posts.insert([
    { user: 1, title: "one", live: true },
    { user: 1, title: "two", live: false },
    { title: "orphan" },
  ]);
  return { db, users, posts, [Symbol.dispose]: () => db.close() };
}

Deno.test("join() and innerJoin() merge rows that match, parsed by name", () => {
  using fixture = shop();
  const { users, posts } = fixture;
  const expected = [
    {
      uid: 1,
      name: "Ada",
      flags: { admin: true },
      pid: 1,
      user: 1,
      title: "one",
      live: true,
    },
    {
      uid: 1,
      name: "Ada",
      flags: { admin: true },
      pid: 2,
      user: 1,
      title: "two",
      live: false,
    },
  ];
  const on = { uid: "user" } as const;
  assertEquals(users.join(posts, on).orderBy("pid").all(), expected);
  assertEquals(users.innerJoin(posts, on).orderBy("pid").all(), expected);
});

Deno.test("leftJoin() keeps every row of the base table", () => {
  using fixture = shop();
  const { users, posts } = fixture;
  assertEquals(
    users.leftJoin(posts, { uid: "user" }).select(["name", "title"])
      .orderBy("title").all(),
    [
      { name: "Bob", title: null },
      { name: "Ada", title: "one" },
      { name: "Ada", title: "two" },
    ],
  );
});

Deno.test("rightJoin() keeps every row of the joined table", () => {
  using fixture = shop();
  const { users, posts } = fixture;
  assertEquals(
    users.rightJoin(posts, { uid: "user" }).orderBy("pid").pluck("name"),
    ["Ada", "Ada", null],
  );
});

Deno.test("fullJoin() keeps every row of both tables", () => {
  using fixture = shop();
  assertEquals(
    fixture.users.fullJoin(fixture.posts, { uid: "user" }).count(),
    4,
  );
});

Deno.test("crossJoin() pairs every row with every row", () => {
  using fixture = shop();
  const { users, posts } = fixture;
  assertEquals(users.crossJoin(posts).count(), 6);
  assertEquals(users.crossJoin(users, "other").count(), 4);
});

Deno.test("a join takes a map with qualified names and several entries", () => {
  using fixture = shop();
  const { users, posts } = fixture;
  assertEquals(
    users.join(posts, { "users.uid": "p.user", uid: "pid" }, "p").all()
      .map(({ title }) => title),
    ["one"],
  );
});

Deno.test("a join takes the text of its ON clause", () => {
  using fixture = shop();
  const { users, posts } = fixture;
  assertEquals(
    users.join(posts, "users.uid = p.user AND p.pid > 1", "p").pluck("title"),
    ["two"],
  );
});

for (const condition of ["", "  ", {}]) {
  Deno.test(`a join refuses ${JSON.stringify(condition)} when it runs`, () => {
    using fixture = shop();
    const query = fixture.users.join(fixture.posts, condition);
    assertStoreError(() => query.all(), "JOIN condition cannot be empty");
  });
}

Deno.test("a join refuses text that would not stay its condition", () => {
  using fixture = shop();
  const { users, posts } = fixture;
  assertStoreError(() => users.join(posts, "1; DELETE FROM users").all());
  assertStoreError(() => users.join(posts, "1) OR (1").all());
});

Deno.test("a later table overwrites a column of an equal name", () => {
  using db = new DB(":memory:");
  const a = db.createTable("a", { id: column.id(), x: column.text() });
  const b = db.createTable("b", { id: column.id(), a: column.integer() });
  a.insert({ id: 1, x: "x" });
  b.insert({ id: 7, a: 1 });
  assertEquals(a.join(b, { id: "a" }).all(), [{ id: 7, x: "x", a: 1 }]);
});

Deno.test("where, select, orderBy, value, pluck, limit reach joined columns", () => {
  using fixture = shop();
  const { users, posts } = fixture;
  const joined = () => users.join(posts, { uid: "user" });
  assertEquals(joined().where({ title: "two" }).first()?.name, "Ada");
  assertEquals(joined().orderBy("title").desc().value("title"), "two");
  assertEquals(joined().orderBy("pid").limit(1).pluck("title"), ["one"]);
  assertEquals(joined().where({ live: true }).count(), 1);
  assertEquals(joined().where({ live: true }).exists(), true);
  assertEquals(joined().whereRgx({ title: /^t/ }).pluck("title"), ["two"]);
});

Deno.test("joins chain", () => {
  using fixture = shop();
  const { db, users, posts } = fixture;
  const tags = db.createTable<{ post: number; tag: string }>("tags", {
    post: column.integer(),
    tag: column.text(),
  });
  tags.insert({ post: 2, tag: "good" });
  assertEquals(
    users.join(posts, { uid: "user" }).join(tags, { "posts.pid": "post" })
      .select(["name", "title", "tag"]).all(),
    [{ name: "Ada", title: "two", tag: "good" }],
  );
});

Deno.test("a name with a dot is quoted whole; whereExpr reaches a table", () => {
  using fixture = shop();
  const { users, posts } = fixture;
  const joined = () => users.join(posts, { uid: "user" });
  const loose = joined() as unknown as { where(c: object): typeof users };
  assertStoreError(
    () => loose.where({ "users.uid": 1 }).all(),
    "no such column",
  );
  assertEquals(joined().whereExpr("users.uid = ?", [1]).count(), 2);
});

Deno.test("joins do not apply to update and delete", () => {
  using fixture = shop();
  const { users, posts } = fixture;
  users.join(posts, { uid: "user" }).whereExpr("uid = ?", [2])
    .update({ name: "Bea" });
  assertEquals(users.orderBy("uid").pluck("name"), ["Ada", "Bea"]);
  users.join(posts, { uid: "user" }).whereExpr("uid = ?", [2]).delete();
  assertEquals(users.pluck("name"), ["Ada"]);
});
