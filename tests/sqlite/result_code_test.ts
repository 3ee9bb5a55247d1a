/** What errors of SQLite become, on both drivers. */
import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { ConstraintError, PluginError } from "../../src/shared/errors.ts";
import { column, DB } from "../../src/sqlite/mod.ts";
import { resultCodeOf } from "../../src/sqlite/result_code.ts";
import { onBoth } from "./both_drivers.ts";
import { assertStoreError, Scratch } from "./fixtures.ts";

function thrownBy(fn: () => unknown): unknown {
  try {
    fn();
  } catch (error) {
    return error;
  }
  throw new TypeError("nothing was thrown");
}

const CONSTRAINTS: Record<
  string,
  { row: string; kind: string; status: number; columns: string[] }
> = {
  "unique": {
    row: "(1, 'x', 5, 1)",
    kind: "unique",
    status: 409,
    columns: ["t.a"],
  },
  "primary key": {
    row: "(2, 'x', 5, 7)",
    kind: "unique",
    status: 409,
    columns: ["t.id"],
  },
  "foreign key": {
    row: "(2, 'x', 99, 2)",
    kind: "foreign key",
    status: 409,
    columns: [],
  },
  "check": { row: "(-1, 'x', 5, 2)", kind: "check", status: 422, columns: [] },
  "not null": {
    row: "(2, NULL, 5, 2)",
    kind: "not null",
    status: 422,
    columns: ["t.b"],
  },
  "trigger": {
    row: "(666, 'x', 5, 2)",
    kind: "trigger",
    status: 422,
    columns: [],
  },
};

for (
  const [name, { row, kind, status, columns }] of Object.entries(CONSTRAINTS)
) {
  onBoth(`a broken ${name} constraint is CONSTRAINT_FAILED`, (db) => {
    db.run("CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (5)");
    db.run(
      "CREATE TABLE t (a INTEGER UNIQUE CHECK (a > 0), b TEXT NOT NULL, " +
        "c REFERENCES p (id), id INTEGER PRIMARY KEY)",
    );
    db.run(
      "CREATE TRIGGER tr BEFORE INSERT ON t WHEN new.a = 666 " +
        "BEGIN SELECT RAISE(ABORT, 'not this one'); END",
    );
    db.run("INSERT INTO t VALUES (1, 'x', 5, 7)");
    const insert = `INSERT INTO t VALUES ${row}`;
    const uses = [
      () => db.driver.run(insert),
      () => db.driver.all(`${insert} RETURNING *`),
      () => db.run(insert),
    ];
    // A script of @db/sqlite reports what a trigger says, and no code.
    for (const use of kind === "trigger" ? uses.slice(0, 2) : uses) {
      const error = thrownBy(use);
      assertInstanceOf(error, ConstraintError);
      assertEquals([error.code, error.constraint, error.status], [
        "CONSTRAINT_FAILED",
        kind as typeof error.constraint,
        status,
      ]);
      assertEquals(error.columns, columns);
      assert(error.cause !== undefined);
    }
    assertEquals(db.table("t").count(), 1);
  });
}

onBoth("a value that a STRICT table refuses is CONSTRAINT_FAILED", (db) => {
  db.run("CREATE TABLE t (a INTEGER) STRICT");
  const error = thrownBy(() => db.table("t").insert({ a: "text" }));
  assertInstanceOf(error, ConstraintError);
  assertEquals([error.constraint, error.status, error.columns], [
    "data type",
    422,
    ["t.a"],
  ]);
});

onBoth(
  "a deletion that rows refer to, and a deferred key, are constraints",
  (db) => {
    db.run("CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (5)");
    db.run("CREATE TABLE c (p REFERENCES p (id) ON DELETE RESTRICT)");
    db.run(
      "CREATE TABLE d (p REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED)",
    );
    db.run("INSERT INTO c VALUES (5)");
    for (
      const use of [
        () => db.table("p").where({ id: 5 }).delete(),
        () => db.transaction(() => db.table("d").insert({ p: 9 })),
      ]
    ) {
      const error = thrownBy(use);
      assertInstanceOf(error, ConstraintError);
      assertEquals([error.constraint, error.status], ["foreign key", 409]);
    }
  },
);

/** Asserts that an error is the host's, and says what to do. */
function assertHosts(fn: () => unknown, ...parts: string[]): void {
  const error = assertStoreError(fn, ...parts);
  assertEquals([error.code, error.status], ["STORE_FAILED", 503]);
}

onBoth("a full database is the host's trouble", (db) => {
  const table = db.createTable("t", { id: column.id(), x: column.text() });
  db.pragma("max_page_count", 20);
  assertHosts(
    () => table.insertBatch(Array(500).fill({ x: "x".repeat(999) })),
    "full",
    "free space",
  );
  assertEquals(table.count(), 0);
});

onBoth("a database that must not be written is the host's trouble", (db) => {
  const table = db.createTable("t", { id: column.id() });
  db.pragma("query_only", 1);
  for (
    const use of [() => table.insert({ id: 1 }), () => db.run("DROP TABLE t")]
  ) {
    assertHosts(use, "readonly", "make the file and its folder writable");
  }
});

onBoth("a lock of another connection is the host's trouble", (db, scratch) => {
  const table = db.createTable("t", { id: column.id() });
  using other = new DB(scratch.file("a.db"), { busyTimeoutMs: 0 });
  db.pragma("busy_timeout", 0);
  other.begin("IMMEDIATE");
  for (
    const use of [() => table.insert({ id: 1 }), () => db.begin("IMMEDIATE")]
  ) {
    assertHosts(use, "locked", "busyTimeoutMs");
  }
  other.rollback();
  table.insert({ id: 1 });
});

Deno.test("files that are no database, or damaged, are the host's trouble", () => {
  using scratch = new Scratch();
  Deno.writeTextFileSync(
    scratch.file("junk.db"),
    "not a database ".repeat(999),
  );
  assertHosts(() => new DB(scratch.file("junk.db")), "not a database");
  {
    using db = new DB(scratch.file("a.db"));
    const table = db.createTable("t", { id: column.id(), x: column.text() });
    table.insertBatch(Array(500).fill({ x: "x".repeat(999) }));
  }
  const bytes = Deno.readFileSync(scratch.file("a.db"));
  bytes.fill(0xff, 8192);
  Deno.writeFileSync(scratch.file("a.db"), bytes);
  using db = new DB(scratch.file("a.db"));
  assertHosts(() => db.table("t").all(), "malformed", "restore a backup");
});

onBoth("what a caller got wrong is nobody's trouble", (db) => {
  for (
    const use of [
      () => db.run("NONSENSE"),
      () => db.driver.prepare("SELECT * FROM no_such"),
      () => db.driver.get("SELECT no_such_function()"),
      () => db.driver.get("SELECT ?", []),
    ]
  ) {
    const error = thrownBy(use);
    assertInstanceOf(error, PluginError);
    assertEquals([error.code, error.status], ["STORE_FAILED", 500]);
  }
});

Deno.test("resultCodeOf() reads codes and texts of every kind", () => {
  const coded = (fields: object, message = "") =>
    Object.assign(new Error(message), fields);
  const cases: [unknown, number | undefined][] = [
    [coded({ errcode: 2067 }, "UNIQUE constraint failed: t.a"), 2067],
    [coded({ errcode: 1555 }, "UNIQUE constraint failed: t.a"), 1555],
    [coded({ errcode: 1811 }, "FOREIGN KEY constraint failed"), 787],
    [coded({ errcode: 1811 }, "kept"), 1811],
    [coded({ code: 19 }, "19: NOT NULL constraint failed: t.a"), 1299],
    [coded({ code: 19 }), 19],
    [coded({ code: 19 }, "kept"), 1811],
    [coded({ errcode: 266 }, "disk I/O error"), 266],
    [coded({ code: "ERR_SQLITE_ERROR" }, "database or disk is full"), 13],
    [new Error("database is locked"), 5],
    [new Error("No space left on device (os error 28)"), 13],
    [new Error('near "x": syntax error'), undefined],
    [coded({ errcode: 1 }, "no such table: t"), 1],
    ["database disk image is malformed", 11],
    [undefined, undefined],
  ];
  for (const [error, code] of cases) assertEquals(resultCodeOf(error), code);
});

Deno.test("strictTypes refuses values of another type", () => {
  using db = new DB(":memory:");
  const table = db.createTable("t", {
    id: column.id(),
    name: column.text({ strictTypes: true }),
    loose: column.text(),
  });
  const error = thrownBy(() => table.insert({ name: 5 }));
  assertInstanceOf(error, ConstraintError);
  assertEquals([error.constraint, error.status, error.columns], [
    "data type",
    422,
    ["t.name"],
  ]);
  table.insert([{ name: "5", loose: 5 }, { name: null }, {}]);
  assertEquals(table.pluck("loose"), ["5", null, null]);
  for (
    const use of [
      () => table.where({ id: 1 }).update({ name: true }),
      () => table.upsert({ id: 1, name: 1n }),
      () => table.insertBatch([{ name: "a" }, { name: new Date() }]),
      () => table.updateBatch([{ where: { id: 1 }, data: { name: 1 } }]),
    ]
  ) assertInstanceOf(thrownBy(use), ConstraintError);
  assertEquals(table.pluck("name"), ["5", null, null]);
});
