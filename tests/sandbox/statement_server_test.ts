import { assert, assertEquals, assertMatch } from "@std/assert";
import type { WireOutcome } from "../../src/sandbox/wire/protocol.ts";
import { StatementServer } from "../../src/sandbox/host/statement_server.ts";
import { DB } from "../../src/sqlite/mod.ts";

const LIMITS = { maxRows: 100, timeoutMs: 100 };

class Tables implements Disposable {
  readonly db = new DB(":memory:");
  readonly server: StatementServer;

  constructor() {
    this.db.driver.exec(
      "CREATE TABLE plugins (id INTEGER); INSERT INTO plugins VALUES (1)",
    );
    const confined = this.db.confined({ plugin: "guest", table: "own" });
    confined.createTable({
      id: { type: "INTEGER", primaryKey: true } as never,
      text: { type: "TEXT", unique: true } as never,
    });
    this.server = new StatementServer(confined.driver, "own", LIMITS);
  }

  run(sql: string, op: "run" | "all" = "run"): WireOutcome {
    return this.server.run({ op, sql, parameters: [] }).outcomes[0]!;
  }

  fill(count: number): void {
    this.db.driver.run(
      `WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
       INSERT INTO own SELECT i, 'row ' || i FROM n`,
    );
  }

  count(): unknown {
    return this.db.driver.get("SELECT count(*) AS n FROM own")!.n;
  }

  [Symbol.dispose](): void {
    this.db.close();
  }
}

function messageOf(outcome: WireOutcome): string {
  return "error" in outcome ? outcome.error.message : "no error";
}

const foreign = [
  "SELECT * FROM plugins",
  "SELECT * FROM sqlite_master",
  "INSERT INTO own SELECT id, 'x' FROM plugins",
  "DELETE FROM plugins",
  "ATTACH ':memory:' AS x",
  "PRAGMA journal_mode = DELETE",
  "PRAGMA writable_schema = ON",
  "SELECT load_extension('x')",
  "CREATE TABLE more (id)",
  "CREATE TRIGGER t AFTER INSERT ON own BEGIN DELETE FROM plugins; END",
  "DROP TABLE plugins",
  "COMMIT",
  "VACUUM INTO '/tmp/stolen.db'",
];

for (const sql of foreign) {
  Deno.test(`StatementServer.run() refuses ${sql}`, () => {
    using tables = new Tables();
    for (const op of ["run", "all"] as const) {
      assert("error" in tables.run(sql, op), "it was run");
    }
    assertEquals(tables.db.driver.all("SELECT * FROM plugins"), [{ id: 1 }]);
  });
}

Deno.test("StatementServer.run() says nothing of the host in its errors", () => {
  using tables = new Tables();
  const outcome = tables.run("SELECT * FROM plugins", "all");
  assert("error" in outcome);
  assertEquals(outcome.error.stack?.includes("file:"), false);
});

Deno.test("StatementServer.run() refuses more rows than a statement may return", () => {
  using tables = new Tables();
  tables.fill(101);
  const outcome = tables.run("SELECT * FROM own", "all");
  assertMatch(messageOf(outcome), /more than 100 rows; ask for pages/);
  assert("value" in tables.run("SELECT * FROM own LIMIT 100", "all"));
});

Deno.test("StatementServer.run() refuses a join that would never end", () => {
  using tables = new Tables();
  tables.fill(20_000);
  const sql =
    "SELECT count(*) FROM own a, own b, own c WHERE a.text || b.text = c.text";
  assertMatch(messageOf(tables.run(sql, "all")), /times over/);
});

Deno.test("StatementServer.try() takes back what it wrote", () => {
  using tables = new Tables();
  const statement = {
    op: "run",
    sql: "INSERT INTO own (text) VALUES ('x')",
    parameters: [],
  } as const;
  const { outcomes, committed } = tables.server.try([statement]);
  assertEquals(outcomes, [{ value: { changes: 1, lastInsertRowid: 1 } }]);
  assertEquals([committed, tables.count()], [false, 0]);
});

Deno.test("StatementServer.commit() keeps what comes to what is expected", () => {
  using tables = new Tables();
  const statements = ["x", "y"].map((text) => ({
    op: "run" as const,
    sql: "INSERT INTO own (text) VALUES (?)",
    parameters: [text],
  }));
  const { outcomes } = tables.server.try(statements);
  assertEquals(tables.server.commit(statements, outcomes).committed, true);
  assertEquals(tables.count(), 2);
});

Deno.test("StatementServer.commit() keeps nothing when somebody else wrote", () => {
  using tables = new Tables();
  const statements = [
    { op: "all", sql: "SELECT * FROM own", parameters: [] },
    { op: "run", sql: "INSERT INTO own (text) VALUES ('x')", parameters: [] },
  ] as const;
  const { outcomes } = tables.server.try(statements);
  tables.fill(1);
  const answer = tables.server.commit(statements, outcomes);
  assertEquals([answer.committed, tables.count()], [false, 1]);
});
