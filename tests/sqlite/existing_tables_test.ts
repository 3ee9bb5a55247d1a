/** Tables that are there already, on both drivers. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { column, type DB, type Row } from "../../src/sqlite/mod.ts";
import { onBoth } from "./both_drivers.ts";
import { assertStoreError } from "./fixtures.ts";

function sqlOf(db: DB, table: string): string {
  return String(
    db.driver.get("SELECT sql FROM sqlite_schema WHERE name = ?", [table])?.sql,
  );
}

const COLUMNS = { id: { type: "INTEGER", primaryKey: true }, x: column.text() };

onBoth("createTable() leaves STRICT and WITHOUT ROWID as they are", (db) => {
  for (
    const kind of [
      "STRICT",
      "WITHOUT ROWID",
      "WITHOUT ROWID, STRICT",
      "strict -- !",
    ]
  ) {
    db.run(`CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT) ${kind}`);
    db.run("INSERT INTO t VALUES (1, 'kept')");
    const before = sqlOf(db, "t");
    db.createTable("t", COLUMNS);
    assertEquals(sqlOf(db, "t"), before);
    const table = db.createTable("t", { ...COLUMNS, y: column.boolean() });
    assertEquals(table.all(), [{ id: 1, x: "kept", y: null }]);
    const after = sqlOf(db, "t").replace(/^.*\)/s, "").toUpperCase();
    for (const word of ["STRICT", "WITHOUT ROWID"]) {
      assertEquals(
        after.includes(word),
        kind.toUpperCase().includes(word),
        `${kind}: ${after}`,
      );
    }
    db.dropTable("t");
  }
});

onBoth("strict makes and unmakes a STRICT table", (db) => {
  const every = {
    id: column.id(),
    text: column.varchar(20),
    n: column.integer({ size: "BIGINT" }),
    r: column.real({ variant: "DOUBLE" }),
    b: column.boolean(),
    j: column.json(),
    d: column.datetime(),
    at: column.createdAt(),
    blob: column.blob(),
    dec: column.numeric({ precision: 5, scale: 2 }),
  };
  const row = {
    id: 1,
    text: "a",
    n: 2 ** 40,
    r: 1.5,
    b: true,
    j: { a: ["007"] },
    d: new Date(5),
    at: 7,
    blob: new Uint8Array([1]),
    dec: 9.5,
  };
  let table = db.createTable("t", every, { strict: true });
  table.insert(row);
  assertEquals(table.first() as Row, row);
  assert(/STRICT$/.test(sqlOf(db, "t")));
  assertStoreError(() => table.insert({ n: "text" as never }), "cannot store");
  db.createTable("t", every);
  assert(/STRICT$/.test(sqlOf(db, "t")));
  table = db.createTable("t", every, { strict: false });
  assert(!/STRICT/.test(sqlOf(db, "t")));
  assertEquals(table.first() as Row, row);
});

onBoth("a virtual table, or what belongs to one, is not migrated", (db) => {
  db.run("CREATE VIRTUAL TABLE docs USING fts5(body)");
  db.table("docs").insert({ body: "hello world" });
  for (const options of [{}, { ifNotExists: true }, { migrate: false }]) {
    assertStoreError(
      () => db.createTable("docs", COLUMNS, options),
      "a virtual table has this name",
    );
  }
  assertStoreError(
    () => db.createTable("docs_content", COLUMNS),
    "virtual table",
  );
  assertEquals(db.table("docs").whereRaw("docs MATCH 'hello'").count(), 1);
  assertEquals(db.table("docs").insertAndGet({ body: "x" }), { body: "x" });
});

onBoth("createIndex() refuses a column that does not exist", (db) => {
  db.createTable("t", { ...COLUMNS, "a b": column.text() });
  for (const bad of ["no_such", ["x", "no_such"], { name: "x " }]) {
    assertStoreError(
      () => db.createIndex("i", "t", bad as string),
      'the table "t" has no column',
    );
  }
  assertStoreError(() => db.createIndex("i", "none", "x"), "no such table");
  assertEquals(db.getIndexes("t"), []);
  db.createIndex("i", "t", ["X", { name: "a b", order: "DESC" }]);
  assertEquals(db.getIndexes("t").map(({ name }) => name), ["i"]);
});

onBoth("upsert() of an existing row needs no other NOT NULL column", (db) => {
  const columns = {
    id: column.id(),
    name: column.text({ notNull: true }),
    slug: column.text({ unique: true, notNull: true }),
    hits: column.integer({ default: 0 }),
  };
  db.run("CREATE TABLE other (id INTEGER PRIMARY KEY)");
  const scope = { plugin: "p@1.0.0", table: "mine" };
  for (
    const table of [
      db.createTable<Row>("t", columns),
      db.confined(scope).createTable<Row>(columns),
    ]
  ) {
    table.insert([{ name: "a", slug: "x" }, { name: "b", slug: "y" }]);
    assertEquals(table.upsert({ id: 1, hits: 5 }), { changes: 1 });
    assertEquals(table.upsert({ SLUG: "y", hits: 6 }), { changes: 1 });
    assertEquals(table.upsert({ slug: "y", name: "c", id: 2 }), { changes: 1 });
    assertEquals(table.orderBy("id").all(), [
      { id: 1, name: "a", slug: "x", hits: 5 },
      { id: 2, name: "c", slug: "y", hits: 6 },
    ]);
    for (const row of [{ id: 3, hits: 1 }, { hits: 1 }, { slug: "z" }]) {
      assertStoreError(() => table.upsert(row), "NOT NULL constraint failed");
    }
    assertStoreError(
      () => table.upsert({ id: 1, name: null }),
      "NOT NULL constraint failed",
    );
    assertEquals(table.count(), 2);
  }
});

onBoth("upsert() finds a row by several columns, and by an index", (db) => {
  const table = db.createTable<Row>("t", {
    a: column.integer(),
    b: column.integer(),
    c: column.text(),
    must: column.text({ notNull: true }),
  }, { constraints: { primaryKey: ["a", "b"] }, withoutRowId: true });
  db.createIndex("i", "t", "c", { unique: true });
  table.insert({ a: 1, b: 2, c: "x", must: "m" });
  table.upsert({ a: 1, b: 2, c: "y" });
  table.upsert({ c: "y", b: 3 });
  assertEquals(table.all(), [{ a: 1, b: 3, c: "y", must: "m" }]);
  assertThrows(() => table.upsert({ a: 1, c: "z" }));
});

onBoth("insertAndGet() reads the row that it inserted", (db) => {
  db.run("CREATE TABLE t (id INTEGER PRIMARY KEY, n, made DEFAULT 5)");
  db.run("CREATE TABLE log (id INTEGER PRIMARY KEY, n)");
  db.run(
    "CREATE TRIGGER tr AFTER INSERT ON t BEGIN " +
      "INSERT INTO log (id, n) VALUES (new.id % 1000 + 77, new.n); END",
  );
  const table = db.table("t");
  const big = 2n ** 53n;
  for (let i = 0n; i < 4n; i++) {
    const id = big + i;
    assertEquals(table.insertAndGet({ id, n: Number(i) }), {
      id: i === 0n && Number.isSafeInteger(Number(id)) ? Number(id) : id,
      n: Number(i),
      made: 5,
    });
  }
  assertEquals(table.insertAndGet({ id: big, n: 9 }, { orIgnore: true }), null);
  assertEquals(table.where({ id: big + 1n }).value("n"), 1);
  assertEquals(table.insertAndGet({ id: -5, n: 8 }), { id: -5, n: 8, made: 5 });
  db.run("CREATE TABLE w (k TEXT PRIMARY KEY) WITHOUT ROWID");
  assertEquals(db.table("w").insertAndGet({ k: "a" }), null);
});

const ODD = [
  "12e4567",
  "123456789012345678901234",
  "007",
  "+49 30 123456",
  "0049301234567",
  "1.0",
  "1e3",
  "-0",
  " 5",
  "hello",
  "{broken",
  '{ "spaced": 1 }',
  '{"big":12345678901234567890}',
  "NaN",
  "",
  '"quoted',
];
const PARSED: Record<string, unknown> = {
  "5": 5,
  "-1.5": -1.5,
  "true": true,
  "null": null,
  '{"a":[1,"x"]}': { a: [1, "x"] },
  "[]": [],
};

onBoth("a string in a JSON column stays that string", (db) => {
  const columns = {
    id: column.id(),
    j: column.json({ validateJson: true }),
    phone: column.text(),
  };
  const parser = { JSON: ["phone"] as const };
  const table = db.createTable<Row>("t", columns, { parser });
  for (const text of ODD) {
    const row = table.insertAndGet({ j: text, phone: text })!;
    assertEquals([row.j, row.phone], [text, text]);
    assertEquals(table.where({ j: text }).count(), 1, text);
    assertEquals(table.where({ phone: text }).count(), 1, text);
    table.truncate();
  }
  for (const [text, value] of Object.entries(PARSED)) {
    assertEquals(table.insertAndGet({ j: text })!.j, value);
    table.truncate();
  }
  table.insert({ j: "hello" });
  assertEquals(table.where("j", "LIKE", "%ell%").count(), 1);
  assertEquals(table.whereRgx({ j: /^hello$/ }).count(), 1);
  assertEquals(table.whereIn("j", ["x", "hello"]).count(), 1);
  assertEquals(table.where("j", "!=", "hello").count(), 0);
  assertEquals(table.where({ j: "hello" }).update({ j: "007" }).changes, 1);
  assertEquals(table.value("j"), "007");
});

onBoth(
  "strings that an older program stored without quotes are found",
  (db) => {
    db.run(
      "CREATE TABLE t (j JSON); INSERT INTO t VALUES ('hello'), ('7'), (NULL)",
    );
    const table = db.table("t", { JSON: ["j"] });
    assertEquals(table.pluck("j"), ["hello", 7, null]);
    assertEquals(table.where({ j: "hello" }).count(), 1);
    assertEquals(table.where({ j: "007" }).count(), 0);
    assertEquals(table.where("j", "!=", "hello").pluck("j"), [7]);
    assertEquals(table.whereNotIn("j", ["hello", "x"]).pluck("j"), [7]);
    assertEquals(table.whereIn("j", ["hello", null]).count(), 2);
  },
);

onBoth("a migration from text to JSON and back keeps strings", (db) => {
  const text = {
    id: column.id(),
    v: column.text({ notNull: true, default: "" }),
  };
  const json = {
    id: column.id(),
    v: column.json({ validateJson: true, notNull: true, default: '""' }),
  };
  const all = [...ODD, ...Object.keys(PARSED)];
  for (const many of [false, true]) {
    const values = many ? Array(500).fill(all).flat() : all;
    const table = db.createTable<Row>("t", text);
    table.insertBatch(values.map((v) => ({ v })));
    const migrated = db.createTable<Row>("t", json);
    assertEquals(
      migrated.orderBy("id").pluck("v"),
      values.map((v) => v in PARSED ? PARSED[v] : v),
    );
    const back = db.createTable<Row>("t", text);
    assertEquals(back.orderBy("id").pluck("v"), values);
    db.dropTable("t");
  }
});

onBoth(
  "whereIn() and whereNotIn() take null for NULL, and long lists",
  (db) => {
    const table = db.createTable<Row>("t", {
      id: column.id(),
      n: column.integer(),
      x: column.text(),
      j: column.json(),
      b: column.blob(),
    });
    table.insertBatch(
      Array.from({ length: 100 }, (_, i) => ({
        n: i % 10 === 0 ? null : i,
        x: `text ${i}`,
        j: { i },
        b: new Uint8Array([i]),
      })),
    );
    assertEquals(table.whereIn("n", [1, null]).count(), 11);
    assertEquals(table.whereIn("n", [null]).count(), 10);
    assertEquals(table.whereIn("n", [undefined, 5]).count(), 11);
    assertEquals(table.whereNotIn("n", [1, null]).count(), 89);
    assertEquals(table.whereNotIn("n", [null]).count(), 90);
    assertEquals(table.whereNotIn("n", [1]).count(), 89);
    const long = Array.from({ length: 40_000 }, (_, i) => i + 50);
    assertEquals(table.whereIn("n", long).count(), 45);
    assertEquals(table.whereIn("n", [...long, null]).count(), 55);
    assertEquals(table.whereNotIn("n", long).count(), 45);
    assertEquals(table.whereIn("x", long.map((i) => `text ${i}`)).count(), 50);
    assertEquals(table.whereIn("n", long.map(String) as never).count(), 45);
    assertEquals(table.whereIn("j", long.map((i) => ({ i }))).count(), 50);
    const bytes = Array.from({ length: 20 }, (_, i) => new Uint8Array([i]));
    assertEquals(table.whereIn("b", bytes).count(), 20);
    assertEquals(table.whereIn("n", long).update({ x: "changed" }).changes, 45);
    assertEquals(table.whereIn("n", long).delete().changes, 45);
  },
);

onBoth("a long list compares as a short one does", (db) => {
  const values = [
    0,
    -0,
    1.5,
    -1e300,
    1e20,
    2 ** 60,
    2n ** 62n,
    -(2n ** 63n),
    "1",
    "01",
    "1.0",
    "ä",
    "\\",
    '"',
    "\u2028",
    "",
    " ",
    true,
    false,
    Infinity,
    -Infinity,
  ];
  for (
    const type of [
      "INTEGER",
      "TEXT",
      "REAL",
      "",
      "NUMERIC",
      "TEXT COLLATE NOCASE",
    ]
  ) {
    db.run(`CREATE TABLE t (v ${type})`);
    const table = db.table<Row>("t");
    for (const v of [...values, "A", "a"]) table.insert({ v });
    for (const value of [...values, "a", NaN, "\ud800"]) {
      const short = table.whereIn("v", [value]).pluck("v");
      const long = table.whereIn("v", Array(20).fill(value)).pluck("v");
      assertEquals(long, short, `${type}: ${String(value)}`);
    }
    db.dropTable("t");
  }
});
