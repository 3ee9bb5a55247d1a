import { assert, assertEquals, assertFalse } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import {
  column,
  type ColumnMap,
  DB,
  type QueryBuilder,
  type Row,
} from "../../src/store/mod.ts";
import { findEscape } from "../../src/store/statement_guard.ts";
import { ShapedDatabase } from "./db_sqlite_shape.ts";
import { assertStoreError } from "./fixtures.ts";

const SCOPE = { plugin: "evil@1.0.0", table: "mine" };
const COLUMNS = { id: column.id(), name: column.text(), tags: column.json() };

/** A host's table, and a plugin's. */
interface Pair {
  readonly db: DB;
  readonly table: QueryBuilder<Row>;
  close(): void;
}

const WAYS: Record<string, () => Pair> = {
  "node:sqlite": () => pair(new DB(":memory:"), () => {}),
  "a DatabaseSync of the host": () => {
    const handle = new DatabaseSync(":memory:");
    return pair(DB.from(handle), () => handle.close());
  },
  "@db/sqlite": () => {
    const handle = new ShapedDatabase(":memory:");
    return pair(DB.from(handle), () => handle.close());
  },
};

function pair(db: DB, closeHandle: () => void): Pair {
  db.run("CREATE TABLE secret (id INTEGER PRIMARY KEY, v TEXT)");
  db.table("secret").insert({ id: 1, v: "hidden" });
  const table = db.confined(SCOPE).createTable(COLUMNS);
  table.insert([{ name: "a", tags: ["x"] }, { name: "b" }]);
  const close = () => {
    db.close();
    closeHandle();
  };
  return { db, table, close };
}

function on(way: string, fn: (pair: Pair) => void): void {
  const made = WAYS[way]!();
  try {
    fn(made);
  } finally {
    made.close();
  }
}

const ESCAPES: Record<string, string> = {
  "a subquery": "id IN (SELECT id FROM secret)",
  "a quoted subquery": 'EXISTS (SELECT 1 FROM "secret")',
  "a backticked subquery": "EXISTS (SELECT 1 FROM `secret`)",
  "a bracketed subquery": "EXISTS (SELECT 1 FROM [secret])",
  "a qualified subquery": "EXISTS (SELECT 1 FROM main.secret)",
  "IN with a table": "id IN secret",
  "NOT IN with a table": "id NOT IN main.secret",
  "a comma join": "EXISTS (SELECT 1 FROM mine, secret)",
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

for (const way of Object.keys(WAYS)) {
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

  const DEFINITIONS: Record<string, ColumnMap> = {
    "a check that ends early": {
      x: column.text({ check: "1); DROP TABLE secret; --" }),
    },
    "a check that adds a column": {
      x: column.text({ check: "1), y INT, CHECK (1" }),
    },
    "a check with a subquery": {
      x: column.text({ check: "(SELECT count(*) FROM secret) > 0" }),
    },
    "a default with a subquery": {
      x: column.text({
        default: {
          _type: "expression",
          expression: "(SELECT v FROM secret LIMIT 1)",
        },
      }),
    },
    "a default that calls out": {
      x: column.text({ default: "load_extension('x')" }),
    },
    "a check that calls out": {
      x: column.text({ check: "readfile({{COLUMN}}) > 0" }),
    },
    "a generated column that calls out": {
      x: column.text({ generated: { expression: "edit('x')" } }),
    },
    "a type that ends early": { x: { type: "TEXT); DROP TABLE secret" } },
    "raw SQL that ends early": { x: "TEXT); DROP TABLE secret; --" },
    "a reference": { x: column.foreignKey("secret") },
    "a raw reference": { x: "INTEGER REFERENCES secret(id)" },
  };
  for (const [name, columns] of Object.entries(DEFINITIONS)) {
    Deno.test(`a plugin's table is refused ${name} on ${way}`, () => {
      on(way, ({ db }) => {
        const before = db.getSchema();
        const other = { plugin: "evil@1.0.0", table: "other" };
        assertStoreError(() => db.confined(other).createTable(columns));
        assertStoreError(() => db.confined(SCOPE).createTable(columns));
        assertEquals(db.getSchema(), before);
        assertEquals(db.table("secret").count(), 1);
      });
    });
  }
}

Deno.test("a plugin's table may refer to itself, by constraint too", () => {
  on("node:sqlite", ({ db }) => {
    const references = { table: "tree", columns: ["id"] };
    const tree = db.confined({ plugin: "p@1.0.0", table: "tree" }).createTable({
      id: column.id(),
      parent: column.foreignKey("tree"),
      other: column.integer(),
    }, { constraints: { foreignKeys: [{ columns: ["other"], references }] } });
    assertEquals(tree.insert({ id: 1, parent: 1 }).changes, 1);
    assertStoreError(
      () =>
        db.confined({ plugin: "p@1.0.0", table: "b" }).createTable({
          x: column.integer(),
        }, {
          constraints: {
            foreignKeys: [{
              columns: ["x"],
              references: { table: "secret", columns: ["id"] },
            }],
          },
        }),
      'refers to "secret"',
    );
  });
});

Deno.test("a plugin's table is not temporary, and is the only one", () => {
  on("node:sqlite", ({ db }) => {
    const confined = db.confined(SCOPE);
    assertStoreError(
      () => confined.createTable(COLUMNS, { temporary: true }),
      "must not be temporary",
    );
    assertStoreError(() => confined.table("secret"), 'reaches "secret"');
    assertEquals(confined.table("MINE").count(), 2);
  });
});

Deno.test("a plugin's table migrates and keeps its rows", () => {
  on("node:sqlite", ({ db }) => {
    const table = db.confined(SCOPE).createTable({
      ...COLUMNS,
      extra: column.integer({ notNull: true, default: 3 }),
    });
    assertEquals(table.pluck("extra"), [3, 3]);
  });
});

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

Deno.test("findEscape() lets a column be named like a keyword behind a dot", () => {
  const sql = 'SELECT * FROM "mine" AS m WHERE m.from = 1 AND m.into > 2';
  assertEquals(findEscape(sql, "mine"), undefined);
  assertEquals(findEscape("SELECT 'from secret'", "mine"), undefined);
  assert(findEscape("SELECT 1 FROM 'secret'", "mine") !== undefined);
  assert(findEscape("SELECT 1 FROM", "mine") !== undefined);
  assert(findEscape("SELECT '", "mine") !== undefined);
  assert(findEscape("", "mine") !== undefined);
  assert(findEscape("SELECT 1; SELECT 2", "mine") !== undefined);
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
