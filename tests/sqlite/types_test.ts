/** What must compile, and what must not. */
import { assertEquals } from "@std/assert";
import { assertType, type IsExact } from "@std/testing/types";
import {
  column,
  DB,
  type InsertResult,
  type PendingUpdate,
  type QueryBuilder,
  type Row,
  type UpdateResult,
} from "../../src/sqlite/mod.ts";

interface User {
  id: number;
  name: string;
  tags: string[];
}

interface Post {
  pid: number;
  user: number;
  title: string;
}

/** Type-checked, never run. */
function compiles(_check: (users: QueryBuilder<User>) => void): void {}

Deno.test("results carry the row type", () => {
  compiles((users) => {
    assertType<IsExact<ReturnType<typeof users.all>, User[]>>(true);
    assertType<IsExact<ReturnType<typeof users.first>, User | null>>(true);
    assertType<IsExact<ReturnType<typeof users.get>, User | null>>(true);
    assertType<IsExact<ReturnType<typeof users.count>, number>>(true);
    const value = users.value("name");
    assertType<IsExact<typeof value, string | null>>(true);
    const tags = users.pluck("tags");
    assertType<IsExact<typeof tags, string[][]>>(true);
    const stored = users.insertAndGet({ name: "a" });
    assertType<IsExact<typeof stored, User | null>>(true);
  });
});

Deno.test("select() narrows to its columns, and keeps them while filtering", () => {
  compiles((users) => {
    const rows = users.select(["id", "name"]).where({ tags: [] }).limit(1)
      .all();
    assertType<IsExact<typeof rows, Pick<User, "id" | "name">[]>>(true);
    const whole = users.select(["*"]).all();
    assertType<IsExact<typeof whole, User[]>>(true);
    // @ts-expect-error tags was not selected
    rows[0]!.tags;
  });
});

Deno.test("joins merge the rows of both tables", () => {
  compiles((users) => {
    const posts = null as unknown as QueryBuilder<Post>;
    const inner = users.join(posts, { id: "user" }).all();
    const row = inner[0]!;
    const title: string = row.title;
    const name: string = row.name;
    void [title, name];
    const left = users.leftJoin(posts, { id: "user" }).first()!;
    assertType<IsExact<typeof left.title, string | null>>(true);
    assertType<IsExact<typeof left.name, string>>(true);
    const right = users.rightJoin(posts, { id: "user" }).first()!;
    assertType<IsExact<typeof right.name, string | null>>(true);
    users.join(posts, { id: "user" }).where({ title: "x" }).orderBy("pid");
    users.join(posts, { "users.id": "posts.user" }, "p");
    // @ts-expect-error no such local column
    users.join(posts, { nope: "user" });
    // @ts-expect-error no such joined column
    users.join(posts, { id: "nope" });
  });
});

Deno.test("update() is done at once after a condition, else it waits", () => {
  compiles((users) => {
    const done = users.where({ id: 1 }).update({ name: "a" });
    assertType<IsExact<typeof done, UpdateResult>>(true);
    const chained = users.where({ id: 1 }).whereNotNull("name").orderBy("id")
      .update({ name: "a" });
    assertType<IsExact<typeof chained, UpdateResult>>(true);
    const pending = users.update({ name: "a" });
    assertType<IsExact<typeof pending, PendingUpdate<User>>>(true);
    const changes: number = pending.where("id", "=", 1).run().changes;
    void changes;
    // @ts-expect-error nothing happened yet
    pending.changes;
    // @ts-expect-error it ran already
    done.run();
  });
});

Deno.test("a wrong column or value does not compile", () => {
  compiles((users) => {
    // @ts-expect-error no such column
    users.select(["nope"]);
    // @ts-expect-error no such column
    users.where({ nope: 1 });
    // @ts-expect-error not a string
    users.where({ id: "1" });
    // @ts-expect-error no such column
    users.orderBy("nope");
    // @ts-expect-error no such column
    users.value("nope");
    // @ts-expect-error no such column
    users.insert({ nope: 1 });
    // @ts-expect-error not a number
    users.insert({ id: "1" });
    // @ts-expect-error no such column
    users.update({ nope: 1 });
    // @ts-expect-error no such column
    users.whereIn("nope", [1]);
    // @ts-expect-error not an operator
    users.where("id", "IN", 1);
    // @ts-expect-error no such column
    users.upsert({ nope: 1 });
    // @ts-expect-error no such column
    users.increment("nope");
    // @ts-expect-error no such column
    users.deleteDuplicates(["nope"]);
  });
});

Deno.test("a dynamic chain stays one type", () => {
  compiles((users) => {
    let query: QueryBuilder<User> = users;
    query = query.where({ id: 1 });
    query = query.orderBy("id").limit(1);
    void query;
  });
});

Deno.test("a row of which nothing is known takes and gives anything", () => {
  using db = new DB(":memory:");
  const table: QueryBuilder<Row> = db.createTable("t", { id: column.id() });
  const result: InsertResult = table.insert({ id: 3 });
  assertEquals(result.lastInsertRowid, 3);
  const rows = table.select(["id"]).where({ id: 3 }).where("id", "=", 3).all();
  assertEquals(rows, [{ id: 3 }]);
});

Deno.test("a parser does not decide the row type", () => {
  using db = new DB(":memory:");
  const parser: { JSON?: readonly string[] } = { JSON: ["x"] };
  db.createTable("t", { id: column.id() }, { parser });
  const table = db.table("t", parser);
  assertType<IsExact<typeof table, QueryBuilder<Row, Row>>>(true);
});

Deno.test("the calls of plugins written for the original compile", () => {
  compiles((users) => {
    const table = users as QueryBuilder<User> | null;
    const body = {} as unknown as { id: number };
    table?.select(["*"]).all() ?? [];
    table?.insert(body as User)?.lastInsertRowid;
    table?.update(body as Partial<User>).where("id", "=", body.id).run();
    table?.insert({ ...body, id: 0 } as User);
  });
});
