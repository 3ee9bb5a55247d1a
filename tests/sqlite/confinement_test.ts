import { assert, assertEquals, assertFalse } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { DB } from "../../src/sqlite/mod.ts";
import { findTableEscape } from "../../src/sqlite/driver/db_sqlite/find_table_escape.ts";
import { COLUMNS, on, SCOPE, WAYS } from "./confined_pair.ts";
import { assertStoreError } from "./fixtures.ts";

const ESCAPES: Record<string, string> = {
  "a subquery": "id IN (SELECT id FROM secret)",
  "a quoted subquery": 'EXISTS (SELECT 1 FROM "secret")',
  "a backticked subquery": "EXISTS (SELECT 1 FROM `secret`)",
  "a bracketed subquery": "EXISTS (SELECT 1 FROM [secret])",
  "a qualified subquery": "EXISTS (SELECT 1 FROM main.secret)",
  "IN with a table": "id IN secret",
  "NOT IN with a table": "id NOT IN main.secret",
  "a comma join": "EXISTS (SELECT 1 FROM mine, secret)",
  "a comma join after ON":
    "EXISTS (SELECT 1 FROM mine a JOIN mine b ON 1, secret)",
  "a comma join after USING":
    "EXISTS (SELECT 1 FROM mine a JOIN mine b USING (id), secret)",
  "a join": "EXISTS (SELECT 1 FROM mine JOIN secret)",
  "a parenthesised join": "EXISTS (SELECT 1 FROM (mine JOIN secret))",
  "a parenthesised table": "EXISTS (SELECT 1 FROM (secret))",
  "a table behind a derived one":
    "EXISTS (SELECT 1 FROM (SELECT 1 AS a) AS x, secret)",
  "a union": "id IN (SELECT id FROM mine UNION SELECT id FROM secret)",
  "a common table":
    "id IN (WITH s AS (SELECT id FROM secret) SELECT id FROM s)",
  "a recursion":
    "id IN (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c)",
  "the schema": "EXISTS (SELECT 1 FROM sqlite_master)",
  "the schema by its other name": "EXISTS (SELECT 1 FROM sqlite_schema)",
  "the sequences": "EXISTS (SELECT 1 FROM sqlite_sequence)",
  "a pragma function": "EXISTS (SELECT 1 FROM pragma_table_info('secret'))",
  "an IN with a pragma function": "1 IN pragma_table_list",
  "an extension": "load_extension('x') IS NULL",
  "a quoted function": "\"load_extension\"('x') IS NULL",
  "a tokenizer": "fts3_tokenizer('simple') IS NOT NULL",
  "a file": "readfile('/etc/passwd') IS NOT NULL",
};

for (const way of WAYS) {
  for (const [name, text] of Object.entries(ESCAPES)) {
    Deno.test(`a plugin's whereRaw is refused ${name} on ${way}`, () => {
      on(way, ({ table }) => {
        assertStoreError(() => table.whereRaw(text).all());
        assertStoreError(() => table.whereRaw(text).count());
        assertStoreError(() => table.whereRaw(text).delete());
        assertStoreError(() => table.whereRaw(text).update({ name: "x" }));
        assertEquals(table.count(), 2);
      });
    });
  }

  Deno.test(`a refusal names the plugin on ${way}`, () => {
    on(way, ({ table }) => {
      assertStoreError(
        () => table.whereRaw("id IN (SELECT id FROM secret)").all(),
        'plugin "evil@1.0.0"',
        'its own table "mine" only',
        '"secret"',
      );
    });
  });

  Deno.test(`a plugin's join with another table is refused on ${way}`, () => {
    on(way, ({ db, table }) => {
      const secret = db.table("secret");
      assertStoreError(() => table.join(secret, { id: "id" }).all(), "evil@1");
      assertStoreError(() => table.crossJoin(secret).count(), "evil@1");
      assertStoreError(() =>
        table.join(table, "o.id IN (SELECT id FROM secret)", "o").all()
      );
      for (const more of [", secret", " UNION SELECT * FROM secret"]) {
        const on = `o.id = mine.id${more}`;
        assertStoreError(() => table.join(table, on, "o").all(), "evil@1");
      }
      assertEquals(table.join(table, { id: "id" }, "o").count(), 2);
    });
  });

  Deno.test(`a plugin's own table works whole on ${way}`, () => {
    on(way, ({ table }) => {
      assertEquals(
        table.whereRaw(
          "EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?)",
          ["x"],
        ).pluck("name"),
        ["a"],
      );
      assertEquals(
        table.whereRaw("id = (SELECT max(m.id) FROM mine AS m)").value("name"),
        "b",
      );
      assertEquals(table.whereRaw("id IS NOT DISTINCT FROM 1").count(), 1);
      assertEquals(table.deleteDuplicates(["tags"]), { changes: 0 });
      assertEquals(table.whereRgx({ name: /a/ }).update({ name: "c" }), {
        changes: 1,
      });
      assertEquals(table.insertAndGet({ name: "d" })?.id, 3);
      assertEquals(table.upsert({ id: 3, name: "e" }), { changes: 1 });
      assertEquals(table.where({ id: 3 }).deleteAndGet()[0]?.name, "e");
      assertEquals(table.insertBatch([{ name: "f" }]).changes, 1);
      assertEquals(table.truncate(), { changes: 3 });
    });
  });

  Deno.test(`the host is not restricted beside a plugin on ${way}`, () => {
    on(way, ({ db, table }) => {
      const sql = "SELECT v FROM secret";
      db.driver.all(sql);
      table.all();
      assertEquals(db.driver.all(sql), [{ v: "hidden" }]);
      db.run("CREATE TABLE more (x)");
    });
  });

  Deno.test(`a plugin gets no statement that the host has kept on ${way}`, () => {
    on(way, ({ db }) => {
      const sql = "SELECT v FROM secret";
      db.driver.all(sql);
      const { driver } = db.confined(SCOPE);
      assertStoreError(() => driver.all(sql), "evil@1.0.0");
      assertStoreError(() => driver.exec(sql), "evil@1.0.0");
      for (
        const refused of [
          "PRAGMA journal_mode",
          "PRAGMA table_xinfo(secret)",
          "PRAGMA index_list(secret)",
          "PRAGMA index_info(secret)",
          "PRAGMA index_info(sqlite_autoindex_secret_1)",
          "PRAGMA index_info(sqlite_autoindex_mine_1_1)",
          "PRAGMA index_info(sqlite_autoindex_mine_)",
          "PRAGMA index_xinfo(sqlite_autoindex_mine_1)",
          "ATTACH '/tmp/x.db' AS x",
          "DROP TABLE mine",
          "CREATE TABLE x (y)",
          "DELETE FROM secret",
          "UPDATE secret SET v = 1",
          "INSERT INTO secret VALUES (2, 3)",
          "REPLACE INTO secret VALUES (2, 3)",
          "COMMIT",
          "VACUUM",
        ]
      ) assertStoreError(() => driver.run(refused));
      assertFalse(driver.closed);
      assertEquals(driver.path, db.getPath());
      driver.close();
      assertEquals(driver.transaction(() => driver.inTransaction), true);
      assertEquals(db.table("secret").count(), 1);
    });
  });
}

Deno.test("a kept statement is checked again after a schema change", () => {
  on("node:sqlite", ({ db, table }) => {
    table.all();
    db.run("ALTER TABLE mine RENAME TO gone");
    db.run("CREATE VIEW mine AS SELECT id, v AS name, 1 AS tags FROM secret");
    assertStoreError(() => table.all(), "evil@1.0.0");
  });
});

Deno.test("two databases over one handle share its authorizer", () => {
  const handle = new DatabaseSync(":memory:");
  const first = DB.from(handle);
  first.run("CREATE TABLE secret (id)");
  const table = first.confined(SCOPE).createTable(COLUMNS);
  const second = DB.from(handle);
  second.confined({ plugin: "good@1.0.0", table: "other" });
  assertStoreError(() => table.whereRaw("1 IN secret").all(), "evil@1.0.0");
  handle.close();
});

Deno.test("a builder keeps its connection to itself", () => {
  on("node:sqlite", ({ table }) => {
    const reachable = new Set<unknown>();
    for (let it: object | null = table; it; it = Object.getPrototypeOf(it)) {
      for (const key of Reflect.ownKeys(it)) {
        const found = Object.getOwnPropertyDescriptor(it, key)!;
        if (typeof found.value === "object") reachable.add(found.value);
      }
    }
    assertEquals([...reachable], []);
  });
});

Deno.test("findTableEscape() lets a column be named like a keyword behind a dot", () => {
  const sql = 'SELECT * FROM "mine" AS m WHERE m.from = 1 AND m.into > 2';
  assertEquals(findTableEscape(sql, "mine"), undefined);
  assertEquals(findTableEscape("SELECT 'from secret'", "mine"), undefined);
  assert(findTableEscape("SELECT 1 FROM 'secret'", "mine") !== undefined);
  assert(findTableEscape("SELECT 1 FROM", "mine") !== undefined);
  assert(findTableEscape("SELECT '", "mine") !== undefined);
  assert(findTableEscape("", "mine") !== undefined);
  assert(findTableEscape("SELECT 1; SELECT 2", "mine") !== undefined);
});

Deno.test("a host's trigger on a plugin's table cannot lead elsewhere", () => {
  on("node:sqlite", ({ db, table }) => {
    db.run(
      "CREATE TRIGGER g AFTER INSERT ON mine BEGIN " +
        "DELETE FROM secret; END",
    );
    assertStoreError(() => table.insert({ name: "x" }), "evil@1.0.0");
    assertEquals(db.table("secret").count(), 1);
  });
});
