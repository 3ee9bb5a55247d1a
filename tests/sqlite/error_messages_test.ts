import type { QueryBuilder } from "../../src/sqlite/mod.ts";
import {
  assertStoreError,
  FOUR,
  People,
  type Person,
  Scratch,
} from "./fixtures.ts";
import { DB } from "../../src/sqlite/mod.ts";

type Call = (table: QueryBuilder<Person>) => unknown;

const MESSAGES: [string, string, Call][] = [
  [
    "update with no columns",
    "update: no columns to update",
    (t) => t.where({ id: 1 }).update({}),
  ],
  [
    "a pending update with no columns",
    "update: no columns to update",
    (t) => t.update({}),
  ],
  [
    "upsert with no columns",
    "upsert: no columns to upsert",
    (t) => t.upsert({}),
  ],
  [
    "upsert of no body",
    "upsert: no columns to upsert",
    (t) => t.upsert(undefined as unknown as Partial<Person>),
  ],
  [
    "updateBatch of null",
    "updateBatch: each update must have WHERE conditions",
    (t) => t.updateBatch([null as never]),
  ],
  [
    "join with nothing",
    "what is joined is no table's builder",
    (t) => t.join(null as never, { id: "id" }),
  ],
  [
    "a pattern that is none",
    "Invalid regular expression",
    (t) => t.whereRgx({ name: "(" }),
  ],
  ["updateBatch of nothing", "updateBatch: updates must be a non-empty array", (
    t,
  ) => t.updateBatch([])],
  [
    "updateBatch without where",
    "updateBatch: each update must have WHERE conditions",
    (t) => t.updateBatch([{ where: {}, data: { age: 1 } }]),
  ],
  [
    "deleteBatch of nothing",
    "deleteBatch: conditions must be a non-empty array",
    (t) => t.deleteBatch([]),
  ],
  [
    "deleteBatch with an empty entry",
    "deleteBatch: each delete must have WHERE conditions",
    (t) => t.deleteBatch([{}]),
  ],
  [
    "deleteDuplicates of nothing",
    "deleteDuplicates: columns must be a non-empty array",
    (t) => t.deleteDuplicates([]),
  ],
  [
    "an empty IN",
    "IN clause requires at least one value",
    (t) => t.whereIn("id", []),
  ],
  [
    "update without a condition",
    "UPDATE requires at least one WHERE condition",
    (
      t,
    ) => t.update({ age: 1 }).run(),
  ],
  [
    "updateAndGet without a condition",
    "UPDATE requires at least one WHERE condition",
    (t) => t.updateAndGet({ age: 1 }),
  ],
  [
    "delete without a condition",
    "DELETE requires at least one WHERE condition",
    (
      t,
    ) => t.delete(),
  ],
  [
    "deleteAndGet without a condition",
    "DELETE requires at least one WHERE condition",
    (t) => t.deleteAndGet(),
  ],
  [
    "increment without a condition",
    "INCREMENT requires at least one WHERE condition",
    (t) => t.increment("age"),
  ],
  [
    "decrement without a condition",
    "INCREMENT requires at least one WHERE condition",
    (t) => t.decrement("age"),
  ],
  [
    "softDelete without a condition",
    "SOFT DELETE requires at least one WHERE condition",
    (t) => t.softDelete("age"),
  ],
  [
    "restore without a condition",
    "RESTORE requires at least one WHERE condition",
    (
      t,
    ) => t.restore("age"),
  ],
  ["insert of nothing", "insert: data cannot be empty", (t) => t.insert([])],
  ["insert of no columns", "insert: no columns to insert", (t) => t.insert({})],
  [
    "insert of no object",
    "insert: data must be an object",
    (t) => t.insert(5 as unknown as Person),
  ],
  [
    "insertBatch of nothing",
    "insertBatch: data cannot be empty",
    (t) => t.insertBatch([]),
  ],
  [
    "insertBatch of no columns",
    "insertBatch: no columns to insert",
    (t) => t.insertBatch([{}]),
  ],
  [
    "a bad operator",
    'Invalid SQL operator: "X"',
    (t) => t.whereOp("id", "X" as "=", 1),
  ],
];

for (const [name, message, call] of MESSAGES) {
  Deno.test(`${name} throws "${message}"`, () => {
    using people = new People(FOUR);
    assertStoreError(() => call(people.table), message);
    if (people.table.count() !== 4) throw new TypeError("rows were changed");
  });
}

Deno.test("backup of a memory database throws, also with a path", () => {
  using db = new DB(":memory:");
  const message = "Cannot backup an in-memory database";
  assertStoreError(() => db.backup(), message);
  assertStoreError(() => db.backup("/tmp/never.db"), message);
});

Deno.test("restore of a missing file throws with its path", () => {
  using db = new DB(":memory:");
  assertStoreError(
    () => db.restore("/nowhere/b.db"),
    "Backup file not found: /nowhere/b.db",
  );
});

Deno.test("restore onto a memory database throws", () => {
  using scratch = new Scratch();
  using file = new DB(scratch.file("a.db"));
  const backup = file.backup(scratch.file("b.db"));
  using db = new DB(":memory:");
  assertStoreError(
    () => db.restore(backup),
    "Cannot restore to an in-memory database path",
  );
});
