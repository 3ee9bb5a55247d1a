/** Strings that want to be SQL, in every place that takes one. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { PluginError } from "../../src/shared/errors.ts";
import {
  column,
  DB,
  type QueryBuilder,
  type Row,
} from "../../src/sqlite/mod.ts";

const SEEDS = [
  "'; DROP TABLE victim; --",
  '"; DROP TABLE victim; --',
  "`; DROP TABLE victim; --",
  "]; DROP TABLE victim; --",
  "1); DELETE FROM victim; --",
  "1 OR 1=1",
  'x" OR "1"="1',
  "id` = `id` OR `id",
  "*/ DROP TABLE victim /*",
  "--",
  "/*",
  "\\'; DROP TABLE victim",
  "a\0b",
  "",
  "ASC; DROP TABLE victim",
  "= 1 OR id",
  "LIKE '%' OR 1",
  "__proto__",
  "constructor",
  "\u202e'; DROP",
  "victim",
  "sqlite_master",
  "rowid",
  "NULL",
  "?",
  "?1",
  ":x",
  "1e999",
];
const hostile = fc.oneof(
  fc.constantFrom(...SEEDS),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.array(fc.constantFrom(...SEEDS, " ", "'", '"', "`", ")", "("), {
    minLength: 1,
    maxLength: 4,
  }).map((parts) => parts.join("")),
);

type Attack = (table: QueryBuilder<Row>, text: string, db: DB) => unknown;

const PLACES: Record<string, Attack> = {
  "a column of where": (t, s) => t.where({ [s]: 1 }).all(),
  "a column of whereOp": (t, s) => t.whereOp(s, "=", 1).all(),
  "an operator": (t, s) => t.whereOp("id", s as "=", 1).all(),
  "a column of whereIn": (t, s) => t.whereIn(s, [1]).all(),
  "a column of whereBetween": (t, s) => t.whereBetween(s, 1, 2).all(),
  "a column of whereNull": (t, s) => t.whereNull(s).all(),
  "a column of whereRgx": (t, s) => t.whereRgx({ [s]: /a/ }).all(),
  "a selected column": (t, s) => t.select([s]).all(),
  "an order column": (t, s) => t.orderBy(s).all(),
  "a value column": (t, s) => t.value(s),
  "a pluck column": (t, s) => t.pluck(s),
  "an inserted column": (t, s) => t.insert({ [s]: 1 }),
  "an updated column": (t, s) => t.where({ id: 1 }).update({ [s]: 1 }),
  "an upserted column": (t, s) => t.upsert({ [s]: 1 }),
  "an incremented column": (t, s) => t.where({ id: 1 }).increment(s),
  "a soft-deleted column": (t, s) => t.where({ id: 1 }).softDelete(s),
  "an aged column": (t, s) => t.where({ id: -1 }).deleteOlderThan(s, -1),
  "a duplicated column": (t, s) => t.deleteDuplicates([s]),
  "a table name": (_, s, db) => db.table(s).where({ id: -1 }).delete(),
  "a join column": (t, s, db) =>
    t.join(db.table("victim"), { [s]: "id" }).all(),
  "a joined column": (t, s, db) => t.join(db.table("victim"), { id: s }).all(),
  "a join alias": (t, s, db) => t.crossJoin(db.table("victim"), s).all(),
  "a join table": (t, s, db) => t.crossJoin(db.table(s)).all(),
  "an expression's value": (t, s) => t.whereExpr("name = ?", [s]).all(),
  "a limit": (t, s) => t.limit(s as unknown as number).all(),
  "a direction of an index": (_, s, db) =>
    db.createIndex("i", "t", { name: "id", order: s as "ASC" }),
  "a pragma": (_, s, db) => db.pragma(s),
  "a pragma's value": (_, s, db) => db.pragma("cache_size", s),
  "a mode of begin": (_, s, db) => db.begin(s as "DEFERRED"),
  "a dropped index": (_, s, db) => db.dropIndex(`no${s}`, { ifExists: true }),
  "described tables": (_, s, db) => [db.getTableInfo(s), db.getIndexes(s)],
};

function victim() {
  const db = new DB(":memory:");
  db.createTable("victim", { id: column.id(), name: column.text() })
    .insert([{ name: "a" }, { name: "b" }]);
  const table = db.createTable("t", { id: column.id(), name: column.text() });
  table.insert([{ name: "a" }, { name: "b" }]);
  return { db, table };
}

for (const [place, attack] of Object.entries(PLACES)) {
  Deno.test(`1,000 hostile strings as ${place} do nothing but fail`, () => {
    const { db, table } = victim();
    const isIntact = "SELECT group_concat(name) AS names FROM victim";
    const schema = db.getSchema();
    fc.assert(
      fc.property(hostile, (text) => {
        try {
          attack(table, text, db);
        } catch (error) {
          if (!(error instanceof PluginError)) throw error;
        }
        if (db.driver.inTransaction) db.rollback();
        assertEquals(db.driver.get(isIntact), { names: "a,b" });
      }),
      { numRuns: 1000 },
    );
    assertEquals(
      db.getSchema().filter(({ name }) => name !== "i"),
      schema,
    );
    db.close();
  });
}

Deno.test("1,000 hostile strings are values like any other", () => {
  const { db, table } = victim();
  const storable = hostile.filter((s) => !s.includes("\0") && s.isWellFormed());
  fc.assert(
    fc.property(storable, (text) => {
      const { insertId } = table.insert({ name: text });
      assertEquals(table.where({ id: insertId }).value("name"), text);
      assertEquals(table.where({ name: text }).exists(), true);
      assertEquals(table.whereIn("name", [text]).exists(), true);
      assertEquals(table.where({ id: insertId }).delete().changes, 1);
    }),
    { numRuns: 1000 },
  );
  assertEquals(db.table("victim").count(), 2);
  db.close();
});

Deno.test("1,000 hostile strings name tables and columns like any other", () => {
  const names = hostile.filter((s) =>
    s !== "" && !s.includes("\0") && s.isWellFormed() &&
    !/^sqlite_/i.test(s) && s !== "t" && s !== "victim" && s !== "__proto__"
  );
  const { db } = victim();
  fc.assert(
    fc.property(names, (name) => {
      const odd = db.createTable(`x${name}`, { [name]: column.text() });
      odd.insert({ [name]: "v" });
      assertEquals(odd.where({ [name]: "v" }).all(), [{ [name]: "v" }]);
      db.dropTable(`x${name}`);
    }),
    { numRuns: 1000 },
  );
  assertEquals(db.table("victim").count(), 2);
  db.close();
});

Deno.test("a column named __proto__ is a column", () => {
  using db = new DB(":memory:");
  db.run('CREATE TABLE t ("__proto__" TEXT, "a" TEXT)');
  db.driver.run("INSERT INTO t VALUES (?, ?)", ["p", "a"]);
  const row = db.table("t").first()!;
  assertEquals(Object.keys(row), ["__proto__", "a"]);
  assertEquals(Object.getOwnPropertyDescriptor(row, "__proto__")?.value, "p");
});
