/**
 * Moves a plugin's table out of the host's database, into the file where its
 * store keeps it, once.
 *
 * @module
 */
import type { KeptColumns, TableOwners } from "../store/mod.ts";
import type { DB } from "../sqlite/mod.ts";
import type { HostDriver } from "../sqlite/driver/host_driver.ts";
import { quoteIdentifier, quoteString } from "../sqlite/sql/sql_text.ts";
import type { TableFiles } from "./table_files.ts";

/** What a table is moved with. */
export interface MoveTableParts {
  /** The host's database. */
  readonly db: DB;
  /** Which table belongs to whom, and where it is. */
  readonly owners: TableOwners;
  /** Columns that a new version dropped. */
  readonly kept: KeptColumns;
  /** Where the files are. */
  readonly files: TableFiles;
}

/** Which table is moved, and where to. */
export interface TableMove {
  /** The table. */
  readonly table: string;
  /** The number of the file. */
  readonly number: number;
  /** Copies it out of a database file, with what was kept of it. */
  readonly copy: (from: string) => Promise<void>;
}

const EVENTS = ["INSERT", "UPDATE", "DELETE"] as const;

/**
 * Moves a table. What would be written to it meanwhile, by an instance of the
 * plugin that still runs here, is refused, so that nothing is lost.
 *
 * @param parts What it is moved with.
 * @param move Which table, and where to.
 */
export async function moveTable(
  { db, owners, kept, files }: MoveTableParts,
  { table, number, copy }: TableMove,
): Promise<void> {
  const { driver } = db;
  const release = holdWrites(db, table);
  try {
    await withFile({ db, files }, number, copy);
    driver.transaction(() => {
      release();
      owners.settle(table, number);
      db.dropTable(table, { ifExists: true });
      kept.forget(table);
    }, "IMMEDIATE");
  } catch (error) {
    release();
    throw error;
  }
}

function holdWrites(db: DB, table: string): () => void {
  const names = EVENTS.map((event) =>
    quoteIdentifier(`plugin_handler_hold_${event}_${table}`)
  );
  const message = quoteString(`the table "${table}" is being moved`);
  EVENTS.forEach((event, index) =>
    db.run(
      `CREATE TEMP TRIGGER IF NOT EXISTS ${names[index]} BEFORE ${event}
        ON main.${quoteIdentifier(table)}
        BEGIN SELECT RAISE(ABORT, ${message}); END`,
    )
  );
  return () => {
    for (const name of names) db.run(`DROP TRIGGER IF EXISTS temp.${name}`);
  };
}

/** No other process can read a database in memory: a copy is made of it. */
async function withFile(
  { db, files }: Pick<MoveTableParts, "db" | "files">,
  number: number,
  copy: (from: string) => Promise<void>,
): Promise<void> {
  if (files.database !== "") return await copy(files.database);
  const path = `${files.file(number).folder}/moving.db`;
  (db.driver as HostDriver).copyTo(path);
  try {
    await copy(path);
  } finally {
    Deno.removeSync(path);
  }
}
