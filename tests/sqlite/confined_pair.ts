/** A host's table and a plugin's, on every way of reaching SQLite. */
import { DatabaseSync } from "node:sqlite";
import {
  column,
  DB,
  type QueryBuilder,
  type Row,
} from "../../src/sqlite/mod.ts";
import { ShapedDatabase } from "./db_sqlite_shape.ts";

export const SCOPE = { plugin: "evil@1.0.0", table: "mine" };
export const COLUMNS = {
  id: column.id(),
  name: column.text(),
  tags: column.json(),
};

/** A host's table, and a plugin's. */
interface Pair {
  readonly db: DB;
  readonly table: QueryBuilder<Row>;
  close(): void;
}

const OPENERS: Record<string, () => Pair> = {
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

/** Runs a test on one of the {@linkcode WAYS}. */
export function on(way: string, fn: (pair: Pair) => void): void {
  const made = OPENERS[way]!();
  try {
    fn(made);
  } finally {
    made.close();
  }
}

/** The ways of reaching SQLite. */
export const WAYS: readonly string[] = Object.keys(OPENERS);
