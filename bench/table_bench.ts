/**
 * What the table interface costs over the bare prepared statement that does
 * the same work, on one file database; beside it the same over the double of
 * `@db/sqlite` that the tests use, which is slower than the library itself.
 *
 * Run with `deno bench --allow-read --allow-write bench/table_bench.ts`; with
 * `deno run --allow-read --allow-write bench/table_bench.ts` it prints the
 * ratios only.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { column, DB } from "../src/sqlite/mod.ts";
import { ShapedDatabase } from "../tests/sqlite/db_sqlite_shape.ts";

interface Item {
  id: number;
  name: string;
  size: number;
  data: { tags: string[]; nested: { deep: boolean } };
}

interface Contest {
  /** What both do. */
  readonly name: string;
  /** The work by hand: a prepared statement, `JSON.parse`. */
  readonly bare: () => unknown;
  /** The same through the table. */
  readonly table: () => unknown;
  /** The same through the table that a plugin holds. */
  readonly confined: () => unknown;
  /** The same through the table over the double of `@db/sqlite`. */
  readonly double: () => unknown;
}

const ROWS = 1000;
const BATCH = 1000;
const data = { tags: ["a", "b", "c"], nested: { deep: true } };

const directory = Deno.makeTempDirSync();
const handle = new DatabaseSync(`${directory}/bench.db`);
handle.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
const db = DB.from(handle);
const items = createTable("items");
const written = createTable("written");
const confinedItems = db.confined({ plugin: "bench@1.0.0", table: "items" })
  .table<Item>("items", { JSON: ["data"] });
const confinedWritten = db
  .confined({ plugin: "bench@1.0.0", table: "written" })
  .table<Item>("written", { JSON: ["data"] });
items.insertBatch(rows(ROWS));

const shaped = new ShapedDatabase(`${directory}/double.db`);
shaped.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
const doubleDb = DB.from(shaped);
const doubleItems = createTable("items", doubleDb);
const doubleWritten = createTable("written", doubleDb);
doubleItems.insertBatch(rows(ROWS));

const byId = handle.prepare("SELECT * FROM items WHERE id = ? LIMIT 1");
const fifty = handle.prepare("SELECT * FROM items LIMIT 50");
const insert = handle.prepare(
  "INSERT INTO written (name, size, data) VALUES (?, ?, ?)",
);
const update = handle.prepare("UPDATE items SET size = ? WHERE id = ?");
const batch = rows(BATCH);
let turn = 0;

const contests: readonly Contest[] = [
  {
    name: "where({ id }).first()",
    bare: () => parsed(byId.get(nextId())!),
    table: () => items.where({ id: nextId() }).first(),
    confined: () => confinedItems.where({ id: nextId() }).first(),
    double: () => doubleItems.where({ id: nextId() }).first(),
  },
  {
    name: "select of 50 rows with a JSON column",
    bare: () => fifty.all().map(parsed),
    table: () => items.select(["*"]).limit(50).all(),
    confined: () => confinedItems.select(["*"]).limit(50).all(),
    double: () => doubleItems.select(["*"]).limit(50).all(),
  },
  {
    name: "insert",
    bare: () => insert.run("item", BigInt(turn++), JSON.stringify(data)),
    table: () => written.insert({ name: "item", size: turn++, data }),
    confined: () =>
      confinedWritten.insert({ name: "item", size: turn++, data }),
    double: () => doubleWritten.insert({ name: "item", size: turn++, data }),
  },
  {
    name: `insertBatch of ${BATCH}`,
    bare: insertBatchByHand,
    table: () => written.insertBatch(batch),
    confined: () => confinedWritten.insertBatch(batch),
    double: () => doubleWritten.insertBatch(batch),
  },
  {
    name: "update by id",
    bare: () => update.run(BigInt(turn), BigInt(nextId())),
    table: () => items.where({ id: nextId() }).update({ size: turn }),
    confined: () =>
      confinedItems.where({ id: nextId() }).update({ size: turn }),
    double: () => doubleItems.where({ id: nextId() }).update({ size: turn }),
  },
];

function createTable(name: string, on: DB = db) {
  return on.createTable<Item>(name, {
    id: column.id(),
    name: column.text({ notNull: true }),
    size: column.integer(),
    data: column.json(),
  });
}

function rows(count: number): Partial<Item>[] {
  return Array.from({ length: count }, (_, i) => ({
    name: `item ${i}`,
    size: i,
    data,
  }));
}

function nextId(): number {
  return turn++ % ROWS + 1;
}

function parsed(row: Record<string, unknown>) {
  row.data = JSON.parse(row.data as string);
  return row;
}

function insertBatchByHand(): void {
  handle.exec("BEGIN");
  for (const row of batch) {
    insert.run(row.name!, BigInt(row.size!), JSON.stringify(row.data));
  }
  handle.exec("COMMIT");
}

/**
 * The microseconds of each contender: the least of several rounds, which other
 * work disturbs least. They take turns, so that all meet the same disturbance.
 */
function measure(contenders: readonly (() => unknown)[]): number[] {
  const calls = contenders.map(callsIn50Ms);
  const best = contenders.map(() => Infinity);
  for (let round = 0; round < 15; round++) {
    contenders.forEach((work, i) => {
      const start = performance.now();
      for (let n = 0; n < calls[i]!; n++) work();
      best[i] = Math.min(best[i]!, (performance.now() - start) / calls[i]!);
    });
  }
  return best.map((ms) => ms * 1000);
}

function callsIn50Ms(work: () => unknown): number {
  const end = performance.now() + 50;
  let calls = 0;
  for (; performance.now() < end; calls++) work();
  return calls;
}

function report({ name, ...contest }: Contest): string {
  const [bare, table, confined, double] = measure([
    contest.bare,
    contest.table,
    contest.confined,
    contest.double,
  ]) as [number, number, number, number];
  return [
    name.padEnd(38),
    `bare ${bare.toFixed(2)} µs`,
    `table ${table.toFixed(2)} µs (${(table / bare).toFixed(2)})`,
    `confined ${confined.toFixed(2)} µs (${(confined / bare).toFixed(2)})`,
    `double ${double.toFixed(2)} µs (${(double / bare).toFixed(2)})`,
  ].join("  ");
}

if (import.meta.main) {
  for (const contest of contests) console.log(report(contest));
} else {
  for (const { name, bare, table, confined, double } of contests) {
    Deno.bench(
      `${name}: bare statement`,
      { group: name, baseline: true },
      () => {
        bare();
      },
    );
    Deno.bench(`${name}: table`, { group: name }, () => {
      table();
    });
    Deno.bench(`${name}: confined table`, { group: name }, () => {
      confined();
    });
    Deno.bench(`${name}: table over the double`, { group: name }, () => {
      double();
    });
  }
}
addEventListener("unload", () => {
  handle.close();
  shaped.close();
  Deno.removeSync(directory, { recursive: true });
});
