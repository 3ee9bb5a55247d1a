/**
 * Runs random statements of a plugin against what confines them, inline and in
 * a store, and fails where one reads, writes or drops anything but the plugin's
 * own table. `deno task long fuzz:statements` runs a million; the tests run a few.
 *
 * Arguments: how many statements, and a seed to repeat a run.
 *
 * Needs `--allow-read` and `--allow-write` for a temporary folder, and
 * `--v8-flags=--expose-gc`.
 *
 * @module
 */
import { openStore } from "../src/sandbox/store/open_store.ts";
import { TableServer } from "../src/sandbox/store/table_server.ts";
import { Decoder } from "../src/sandbox/wire/decoder.ts";
import { Encoder } from "../src/sandbox/wire/encoder.ts";
import type { StoreAnswer } from "../src/sandbox/wire/store_protocol.ts";
import { DB, type SqliteDriver } from "../src/sqlite/mod.ts";

const collect: () => void = Reflect.get(globalThis, "gc") ?? (() => {});
const runs = Number(Deno.args[0] ?? 1_000_000);
const seed = Number(Deno.args[1] ?? Date.now() % 2 ** 31);
/** What only other tables hold. */
const SECRET = "f00dsecret";
const COLUMNS = {
  id: { type: "INTEGER", primaryKey: true },
  text: { type: "TEXT" },
} as const;
/** How often everything else is looked at. */
const LOOK_EVERY = 500;

/** Numbers that a seed gives again: mulberry32. */
let state = seed;
function random(below: number): number {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t ^= t + Math.imul(t ^ (t >>> 7), 61 | t);
  return ((t ^ (t >>> 14)) >>> 0) % below;
}

function pick(list: readonly string[]): string {
  return list[random(list.length)]!;
}

const TABLES = [
  "own",
  "own",
  "own",
  "OWN",
  `"own"`,
  "main.own",
  "plugins",
  `"plugins"`,
  "[plugins]",
  "`plugins`",
  "main.plugins",
  "temp.plugins",
  "PLUGINS",
  "plugin_handler_kept_columns",
  "sqlite_master",
  "sqlite_schema",
  "main.sqlite_schema",
  "sqlite_temp_schema",
  "sqlite_sequence",
  "sqlite_stat1",
  "dbstat",
  "sqlite_dbpage",
  "pragma_table_info('plugins')",
  "pragma_database_list",
  "pragma_function_list",
  "json_each('[1,2]')",
  "json_tree('{\"a\":1}')",
  "generate_series(1, 3)",
  "fts5vocab",
];
const FUNCTIONS = [
  "abs(1)",
  "changes()",
  "coalesce(1, 2)",
  "count(*)",
  "fts3_tokenizer('x')",
  "group_concat(text)",
  "hex(text)",
  "last_insert_rowid()",
  "load_extension('x')",
  "printf('%s', text)",
  "quote(text)",
  "randomblob(9)",
  "readfile('/etc/passwd')",
  "sqlite_offset(id)",
  "sqlite_version()",
  "total_changes()",
  "typeof(text)",
  "writefile('x', 'y')",
  "zeroblob(9)",
];
const WORDS = [
  "SELECT",
  "FROM",
  "WHERE",
  "UNION ALL",
  "JOIN",
  ",",
  "(",
  ")",
  ";",
  "--",
  "/*",
  "*/",
  "'",
  `"`,
  "AS",
  "MAIN.",
  "PRAGMA",
  "ATTACH",
  "RETURNING *",
  "EXPLAIN",
  "\0",
  "?",
];

/** Mostly what is allowed, so that statements get far. */
function often(good: readonly string[], all: readonly string[]): string {
  return random(6) === 0 ? pick(all) : pick(good);
}

function table(): string {
  return often(["own", "own", "OWN", "main.own", "json_each('[1]')"], TABLES);
}

function expression(depth = 0): string {
  switch (random(depth > 2 ? 4 : 9)) {
    case 0:
      return often(["1", "2", "'a'", "NULL"], [
        "id",
        "text",
        "rowid",
        "secret",
      ]);
    case 1:
      return often(["'x'", "x'00'", "?", "-1"], [
        "*",
        "name",
        "own.id",
        "main",
      ]);
    case 2:
    case 3:
      return often(
        ["abs(1)", "coalesce(1, 2)", "printf('%s', 1)", "typeof(1)"],
        FUNCTIONS,
      );
    case 4:
      return `(${query(depth + 1)})`;
    case 5:
      return `EXISTS (${query(depth + 1)})`;
    case 6:
      return `1 IN (${query(depth + 1)})`;
    case 7:
      return `1 IN (SELECT 1 FROM ${table()})`;
    default:
      return `${expression(depth + 1)} ${
        pick(["=", "<", "||", "AND", "OR", "+", "LIKE", "IS NOT"])
      } ${expression(depth + 1)}`;
  }
}

function query(depth = 0): string {
  const from = random(3) === 0
    ? `${table()} ${
      pick([",", "JOIN", "LEFT JOIN", "NATURAL JOIN", "CROSS JOIN"])
    } ${table()}`
    : table();
  const core = `SELECT ${expression(depth + 1)} FROM ${from}` +
    (random(2) === 0 ? ` WHERE ${expression(depth + 1)}` : "");
  switch (random(depth > 2 ? 3 : 7)) {
    case 3:
      return `${core} ${pick(["UNION", "UNION ALL", "EXCEPT", "INTERSECT"])} ${
        query(depth + 1)
      }`;
    case 4:
      return `WITH w AS (${query(depth + 1)}) SELECT * FROM w`;
    case 5:
      return `WITH RECURSIVE w(n) AS (SELECT 1 UNION SELECT n + 1 FROM w LIMIT 3) ${core}`;
    case 6:
      return `${core} ORDER BY ${expression(depth + 1)} LIMIT 5`;
    default:
      return `${core} LIMIT 5`;
  }
}

function statement(): string {
  const target = often(["own", "main.own"], TABLES);
  switch (random(14)) {
    case 0:
      return `INSERT INTO ${target} VALUES (${expression()}, ${expression()})`;
    case 1:
      return `INSERT OR ${
        pick(["REPLACE", "IGNORE", "ROLLBACK", "ABORT"])
      } INTO ${target} ${query()}`;
    case 2:
      return `UPDATE ${target} SET text = ${expression()} WHERE ${expression()}`;
    case 3:
      return `UPDATE own SET text = secret FROM ${target} WHERE ${expression()}`;
    case 4:
      return `DELETE FROM ${target} WHERE ${expression()} RETURNING ${expression()}`;
    case 5:
      return pick([
        `DROP TABLE ${target}`,
        `ALTER TABLE ${target} ADD COLUMN z`,
        `ALTER TABLE own RENAME TO plugins2`,
        `CREATE TABLE more AS ${query()}`,
        `CREATE TEMP TABLE own AS ${query()}`,
        `CREATE VIEW own2 AS ${query()}`,
        `CREATE TRIGGER t AFTER INSERT ON own BEGIN DELETE FROM plugins; END`,
        `CREATE VIRTUAL TABLE v USING fts5(x)`,
        `CREATE INDEX i ON ${target} (id)`,
        `REINDEX`,
        `VACUUM INTO '/tmp/fuzzed.db'`,
        `ANALYZE`,
      ]);
    case 6:
      return pick([
        "PRAGMA writable_schema = ON",
        "PRAGMA table_info(plugins)",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA max_page_count = 1000000",
        "PRAGMA table_xinfo(plugins)",
        `PRAGMA ${pick(["main.", ""])}table_list(${target})`,
        `ATTACH 'x' AS plugins`,
        `ATTACH ':memory:' AS other`,
        "DETACH main",
        "COMMIT",
        "ROLLBACK",
        "SAVEPOINT a",
        "RELEASE a",
        "BEGIN EXCLUSIVE",
      ]);
    default:
      return query();
  }
}

/** A statement, often with a few places changed. */
function fuzzed(): string {
  let sql = statement();
  for (let changes = random(8) - 5; changes > 0; changes--) {
    const at = random(sql.length + 1);
    const end = Math.min(sql.length, at + random(6));
    sql = sql.slice(0, at) + (random(2) === 0 ? pick(WORDS) : "") +
      sql.slice(end);
  }
  return random(20) === 0 ? `/* x */ ${sql}` : sql;
}

/** One way of running a plugin's statements. */
interface Way {
  readonly name: string;
  /** Runs a statement; what it throws is the plugin's. */
  run(op: "run" | "get" | "all", sql: string, values: string[]): unknown;
  /** Everything but the plugin's table. */
  readonly whole: SqliteDriver;
}

function fillOthers(driver: SqliteDriver): void {
  driver.exec(`
    CREATE TABLE plugins (id INTEGER PRIMARY KEY AUTOINCREMENT, secret TEXT);
    INSERT INTO plugins (secret) VALUES ('${SECRET}'), ('${SECRET}');
    CREATE TABLE IF NOT EXISTS plugin_handler_kept_columns (value);
  `);
}

function inline(): Way {
  const db = new DB(":memory:");
  fillOthers(db.driver);
  const confined = db.confined({ plugin: "fuzzer@1.0.0", table: "own" });
  confined.createTable(COLUMNS);
  return {
    name: "inline",
    run: (op, sql, values) => confined.driver[op](sql, values),
    whole: db.driver,
  };
}

function isolated(folder: string): Way {
  const limits = { maxTableBytes: 16 * 1024 * 1024, maxRows: 1_000 };
  const message = {
    type: "open",
    plugin: "fuzzer@1.0.0",
    file: { path: `${folder}/table.db`, folder, temporary: true },
    tables: [{ name: "own", columns: COLUMNS, parser: undefined }],
    kept: [],
    limits,
    staysOpen: false,
    direct: true,
  } as const;
  const { driver, quota } = openStore(message);
  fillOthers(driver);
  const server = new TableServer({ driver, ...message, quota });
  return {
    name: "isolated",
    run(op, sql, parameters) {
      const asked = new Encoder(0).encode({ op, table: 0, sql, parameters });
      const frame = server.answer(asked);
      const answer = new Decoder(frame.subarray(4)).decode() as StoreAnswer;
      if ("error" in answer) throw new Error(answer.error);
      return answer.value;
    },
    whole: driver,
  };
}

function lookAt({ name, whole }: Way): void {
  const others = JSON.stringify(whole.all("SELECT * FROM plugins"));
  const schema = whole.all(
    "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
  ).map(({ name }) => name).filter((name) => name !== "sqlite_stat1").join();
  // SQLite opens its own temporary one when it is asked about.
  const databases = whole.all("PRAGMA database_list")
    .filter(({ name }) => name !== "temp").length;
  const temporary = whole.all("SELECT name FROM sqlite_temp_schema").length;
  const expected = JSON.stringify([1, 2].map((id) => ({ id, secret: SECRET })));
  if (
    others !== expected || databases !== 1 || temporary !== 0 ||
    schema !== "own,plugin_handler_kept_columns,plugins,sqlite_sequence"
  ) throw new Error(`${name}: others changed: ${others} ${schema}`);
}

const folder = Deno.makeTempDirSync();
const ways = [inline(), isolated(folder)];
let answered = 0;
let refused = 0;
for (let run = 0; run < runs; run++) {
  const sql = fuzzed();
  const values = Array.from(sql.matchAll(/\?/g), () => "x");
  const op = (["run", "get", "all"] as const)[random(3)]!;
  for (const way of ways) {
    try {
      const value = way.run(op, sql, values);
      answered++;
      const shown = JSON.stringify(
        value,
        (_, it) => typeof it === "bigint" ? Number(it) : it,
      );
      if (shown?.includes(SECRET) || shown?.includes("CREATE TABLE")) {
        throw new Error(`${way.name}: reached another table: ${sql} ${shown}`);
      }
    } catch (error) {
      if (/: reached another table/.test(String(error))) throw error;
      refused++;
    }
  }
  if (run % LOOK_EVERY === 0) {
    // The heap of SQLite is limited here for both ways.
    if (run % (10 * LOOK_EVERY) === 0) collect();
    for (const way of ways) {
      lookAt(way);
      way.run("run", "DELETE FROM own WHERE id > 20 OR length(text) > 9", []);
      way.run("run", "INSERT OR IGNORE INTO own VALUES (1, 'a')", []);
    }
  }
}
ways.forEach(lookAt);
for (const { whole } of ways) whole.close();
Deno.removeSync(folder, { recursive: true });
console.log(
  `${runs} statements, seed ${seed}: ${answered} answered, ${refused} refused, none reached another table`,
);
