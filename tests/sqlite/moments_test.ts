/** Dates, whatever the zone of the process and the form of the cell. */
import { assert, assertEquals } from "@std/assert";
import {
  column,
  type DB,
  type QueryBuilder,
  type Row,
  sql,
} from "../../src/sqlite/mod.ts";
import { onBoth } from "./both_drivers.ts";
import { assertStoreError } from "./fixtures.ts";

const NOON = new Date("2024-02-29T12:00:00.500Z");
const SECOND = 1000;
const HOUR = 3600 * SECOND;

/** What each form of a cell is for a moment. */
const CELLS: Record<string, (date: Date) => unknown> = {
  "a Date": (date) => date,
  "ISO text": (date) => date.toISOString(),
  "ISO text of another zone": (date) =>
    new Date(date.getTime() + 2 * HOUR).toISOString().replace("Z", "+02:00"),
  "text of SQLite with milliseconds": (date) =>
    date.toISOString().replace("T", " ").replace("Z", ""),
};

const COLUMNS: Record<string, Row> = {
  "datetime()": column.datetime(),
  "text()": column.text(),
  "timestamp() in milliseconds": column.timestamp({ unit: "ms" }),
  "timestamp() as text": column.timestamp({ asText: true }),
  "a column without a type": { type: "ANY" },
};

function fill(
  db: DB,
  definition: Row,
  cell: (date: Date) => unknown,
): QueryBuilder<Row> {
  const table = db.createTable("t", {
    id: column.id(),
    at: definition as never,
  });
  [-HOUR, -1, 0, 1, HOUR].forEach((offset, id) => {
    const at = cell(new Date(NOON.getTime() + offset));
    table.insert({ id: id + 1, at });
  });
  table.insert({ id: 6, at: null });
  return table;
}

function assertCompared(table: QueryBuilder<Row>): void {
  const ids = (found: QueryBuilder<Row>) => found.orderBy("id").pluck("id");
  const [low, high] = [-1, 1].map((n) => new Date(NOON.getTime() + n));
  assertEquals(ids(table.where({ at: NOON })), [3]);
  assertEquals(ids(table.where("at", "<", NOON)), [1, 2]);
  assertEquals(ids(table.where("at", "<=", NOON)), [1, 2, 3]);
  assertEquals(ids(table.where("at", ">", NOON)), [4, 5]);
  assertEquals(ids(table.where("at", ">=", NOON)), [3, 4, 5]);
  assertEquals(ids(table.where("at", "!=", NOON)), [1, 2, 4, 5]);
  assertEquals(ids(table.where("at", "IS", NOON)), [3]);
  assertEquals(ids(table.where("at", "IS NOT", NOON)), [1, 2, 4, 5, 6]);
  assertEquals(ids(table.whereIn("at", [low, NOON])), [2, 3]);
  assertEquals(ids(table.whereIn("at", [low, null])), [2, 6]);
  assertEquals(ids(table.whereNotIn("at", [low, NOON])), [1, 4, 5]);
  assertEquals(ids(table.whereBetween("at", low, high)), [2, 3, 4]);
  assertEquals(ids(table.whereNotBetween("at", low, high)), [1, 5]);
  assertEquals(table.deleteOlderThan("at", NOON).changes, 2);
  assertEquals(ids(table), [3, 4, 5, 6]);
}

for (const [name, definition] of Object.entries(COLUMNS)) {
  for (const [form, cell] of Object.entries(CELLS)) {
    onBoth(
      `where() and deleteOlderThan() compare moments: ${form} in ${name}`,
      (db) => assertCompared(fill(db, definition, cell)),
    );
  }
}

onBoth("where() compares Unix milliseconds and seconds by the unit", (db) => {
  assertCompared(
    fill(db, column.timestamp({ unit: "ms" }), (date) => date.getTime()),
  );
  const table = db.createTable("s", {
    id: column.id(),
    at: column.timestamp(),
    made: column.createdAt(),
  });
  const at = Math.floor(NOON.getTime() / SECOND);
  table.insert([{ at: at - 1 }, { at }, { at: at + 1 }]);
  table.insert([{ at: NOON }, { at: NOON.toISOString() }]);
  assertEquals(table.where({ at: NOON }).pluck("id"), [2, 4, 5]);
  assertEquals(table.where("at", "<", NOON).pluck("id"), [1]);
  assertEquals(table.where("at", ">", NOON).pluck("id"), [3]);
  assertEquals(table.where({ id: 4 }).value("at"), at);
  const hourAgo = new Date(Date.now() - HOUR);
  assertEquals(table.deleteOlderThan("made", hourAgo).changes, 0);
  assertEquals(
    table.deleteOlderThan("made", new Date(Date.now() + HOUR)).changes,
    5,
  );
});

onBoth("createdAt() and updatedAt() count in their unit", (db) => {
  const table = db.createTable("t", {
    id: column.id(),
    s: column.createdAt(),
    ms: column.createdAt({ unit: "ms" }),
    updated: column.updatedAt({ unit: "ms" }),
    iso: column.createdAt({ asText: true }),
  });
  const before = Date.now();
  const row = table.insertAndGet({ id: 1 })!;
  for (const ms of [row.s * SECOND, row.ms, row.updated, +row.iso]) {
    assert(ms > before - 2 * SECOND && ms < Date.now() + 2 * SECOND, `${ms}`);
  }
  assert(Number.isInteger(row.ms) && Number.isInteger(row.updated));
});

onBoth("a default of sql.now() is written in the ISO form", (db) => {
  const table = db.createTable("t", {
    id: column.id(),
    a: column.datetime({ default: sql.now() }),
    b: column.datetime({ default: sql.currentTimestamp() }),
    c: column.datetime({ default: "CURRENT_TIMESTAMP" }),
    d: column.timestamp({ asText: true, default: sql.now() }),
  });
  table.insert({ id: 1 });
  const cells = db.driver.get("SELECT a, b, c, d FROM t")!;
  for (const cell of Object.values(cells)) {
    const date = new Date(String(cell));
    assertEquals(date.toISOString(), cell);
    assert(Math.abs(date.getTime() - Date.now()) < 60 * SECOND);
  }
  const cutoff = new Date(Date.now() - 60 * SECOND);
  assertEquals(table.where("a", ">", cutoff).count(), 1);
});

onBoth("text without a zone is UTC", (db) => {
  db.run("CREATE TABLE t (at)");
  const texts: Record<string, string> = {
    "2024-07-01 10:00:00": "2024-07-01T10:00:00.000Z",
    "2024-07-01T10:00": "2024-07-01T10:00:00.000Z",
    "2024-07-01 10:00:00.25": "2024-07-01T10:00:00.250Z",
    "2024-07-01": "2024-07-01T00:00:00.000Z",
    "2024-07-01T10:00:00+02:00": "2024-07-01T08:00:00.000Z",
    "2024-07-01 10:00:00Z": "2024-07-01T10:00:00.000Z",
    "Jul 1, 2024 10:00": "2024-07-01T10:00:00.000Z",
    "2024/07/01": "2024-07-01T00:00:00.000Z",
    "Mon, 01 Jul 2024 10:00:00 GMT": "2024-07-01T10:00:00.000Z",
  };
  const table = db.table<Row>("t", { DATE: ["at"] });
  for (const [text, iso] of Object.entries(texts)) {
    db.driver.run("INSERT INTO t VALUES (?)", [text]);
    assertEquals(table.value("at").toISOString(), iso, text);
    table.truncate();
  }
  db.driver.run("INSERT INTO t VALUES ('garbage')");
  assert(Number.isNaN(table.value("at").getTime()));
});

onBoth("a number of an unknown unit is not compared with a Date", (db) => {
  db.run("CREATE TABLE t (at INTEGER, r REAL, x, j JSON, d DATETIME)");
  const now = Math.floor(Date.now() / SECOND);
  db.driver.run("INSERT INTO t (at, r, x) VALUES (?, ?, ?)", [now, now, now]);
  const table = db.table("t");
  const old = new Date(0);
  const uses: (() => unknown)[] = [
    () => table.where({ at: old }).all(),
    () => table.where("AT", "<", old).count(),
    () => table.whereIn("at", [old, 5]).exists(),
    () => table.whereBetween("at", old, new Date()).pluck("at"),
    () => table.deleteOlderThan("at", old),
    () => table.where("at", ">", old).update({ x: 1 }),
    () => table.where("x", "=", 1).softDelete("at", new Date()),
    () => table.deleteBatch([{ at: old }]),
    () => table.updateBatch([{ where: { r: old }, data: { x: 1 } }]),
  ];
  for (const use of uses) {
    assertStoreError(use, "Cannot compare", 'unit "s" or unit "ms"');
  }
  assertEquals(table.deleteOlderThan("x", new Date()).changes, 0);
  assertEquals(table.deleteOlderThan("d", new Date()).changes, 0);
  const known = db.table("t", { UNIX: { at: "s" } });
  assertEquals(known.where("at", ">", old).count(), 1);
  assertEquals(known.deleteOlderThan("at", new Date(Date.now() + HOUR)), {
    changes: 1,
  });
});

onBoth(
  "deleteOlderThan() takes text for a moment, and no milliseconds for seconds",
  (db) => {
    const table = db.createTable("t", {
      id: column.id(),
      s: column.createdAt(),
      d: column.createdAt({ asText: true }),
      v: column.text(),
    });
    table.insert([{ v: "v1" }, { v: "v2" }]);
    const hourAgo = new Date(Date.now() - HOUR).toISOString();
    assertEquals(table.deleteOlderThan("s", hourAgo).changes, 0);
    assertEquals(table.deleteOlderThan("d", hourAgo.slice(0, 19)).changes, 0);
    assertEquals(table.where("s", "<", hourAgo as never).count(), 0);
    assertEquals(table.whereIn("s", [hourAgo as never]).count(), 0);
    assertStoreError(
      () => table.deleteOlderThan("s", Date.now()),
      "give a Date",
    );
    assertEquals(table.deleteOlderThan("v", "v2").changes, 1);
    assertEquals(
      table.deleteOlderThan("s", Date.now() / SECOND + 60).changes,
      1,
    );
    db.run("CREATE TABLE raw (at INTEGER); INSERT INTO raw VALUES (5)");
    assertStoreError(
      () => db.table("raw").deleteOlderThan("at", hourAgo),
      "unit",
    );
  },
);

onBoth("an index on a column of moments is used", (db) => {
  const table = db.createTable("t", {
    id: column.id(),
    at: column.timestamp({ unit: "ms" }),
  });
  db.createIndex("by_at", "t", "at");
  const plans: string[] = [];
  const all = db.driver.all.bind(db.driver);
  db.driver.all = (sql, values = []) => {
    if (sql.startsWith("SELECT")) {
      const plan = all(`EXPLAIN QUERY PLAN ${sql}`, values);
      plans.push(plan.map(({ detail }) => detail).join("; "));
    }
    return all(sql, values);
  };
  table.where("at", "<", NOON).all();
  table.where({ at: NOON }).all();
  table.whereBetween("at", new Date(0), NOON).all();
  for (const plan of plans) {
    assert(plan.includes("by_at") && !plan.includes("SCAN"), plan);
  }
  assertEquals(plans.length, 3);
});

onBoth("softDelete() marks in the form of the column", (db) => {
  const table = db.createTable("t", {
    id: column.id(),
    s: column.timestamp(),
    ms: column.timestamp({ unit: "ms" }),
    d: column.datetime(),
    n: column.integer(),
  });
  table.insert({ id: 1 });
  for (const name of ["s", "ms", "d", "n"]) {
    table.where({ id: 1 }).softDelete(name);
  }
  const row = table.first()!;
  const moments = [row.s * SECOND, row.ms, +row.d, row.n * SECOND];
  for (const ms of moments) assert(Math.abs(ms - Date.now()) < 60 * SECOND);
  table.where({ id: 1 }).softDelete("s", NOON);
  assertEquals(table.value("s"), Math.floor(NOON.getTime() / SECOND));
  assertEquals(table.where({ s: NOON }).restore("s").changes, 1);
});

onBoth("joined columns are compared as they are defined", (db) => {
  const a = db.createTable("a", { id: column.id(), at: column.timestamp() });
  const b = db.createTable("b", {
    a_id: column.integer(),
    made: column.timestamp({ unit: "ms" }),
  });
  a.insert({ id: 1, at: NOON });
  b.insert({ a_id: 1, made: NOON });
  const joined = () => a.join(b, { id: "a_id" });
  assertEquals(joined().where({ at: NOON }).where({ made: NOON }).count(), 1);
  assertEquals(joined().where("made", ">", NOON).count(), 0);
});

onBoth("dates in patterns, expressions and ranges with text", (db) => {
  const table = db.createTable("t", { id: column.id(), at: column.datetime() });
  table.insert([{ at: NOON }, { at: "2024-03-01 00:00:00" }]);
  assertEquals(
    table.whereBetween(
      "at",
      new Date("2024-02-29"),
      "2024-02-29 23:00" as never,
    )
      .pluck("id"),
    [1],
  );
  assertEquals(table.whereRaw("at = ?", [NOON]).count(), 1);
  assertEquals(
    table.whereRgx({ at: /^2024-02/ }).where("at", "<", new Date()).count(),
    1,
  );
  assertStoreError(
    () => table.whereBetween("at", NOON, 5 as never).all(),
    "Cannot compare",
  );
  for (const invalid of [new Date(NaN)]) {
    assertStoreError(() => table.where({ at: invalid }).all(), "invalid date");
  }
  assertEquals(table.count(), 2);
});

// Each zone in a process of its own, since a process keeps the one it has.
for (const zone of ["America/New_York", "Asia/Kolkata", "Pacific/Auckland"]) {
  Deno.test({
    name: `moments are the same in ${zone}`,
    ignore: Deno.env.has("MOMENTS_ZONE"),
    async fn() {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["test", "--allow-all", "--no-check", import.meta.url],
        env: { TZ: zone, MOMENTS_ZONE: zone },
      }).output();
      const text = new TextDecoder();
      assertEquals(code, 0, text.decode(stdout) + text.decode(stderr));
    },
  });
}

Deno.test({
  name: "the zone of the process is the one that was asked for",
  ignore: !Deno.env.has("MOMENTS_ZONE"),
  fn() {
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
    const asked = Deno.env.get("MOMENTS_ZONE");
    assert(timeZone === asked || asked === "Asia/Kolkata", timeZone);
    assert(new Date(2024, 0, 1).getTime() !== Date.UTC(2024, 0, 1));
  },
});
