/** A test on each driver. */
import { DB } from "../../src/sqlite/mod.ts";
import { ShapedDatabase } from "./db_sqlite_shape.ts";
import { Scratch } from "./fixtures.ts";

/** Opens a database; disposing of it closes it. */
export type Opener = (path: string) => Disposable & { readonly db: DB };

/** How a database is opened on each driver. */
export const OPENERS: Readonly<Record<string, Opener>> = {
  "node:sqlite"(path) {
    const db = new DB(path);
    return { db, [Symbol.dispose]: () => db.close() };
  },
  "@db/sqlite"(path) {
    const handle = new ShapedDatabase(path);
    const db = DB.from(handle);
    return {
      db,
      [Symbol.dispose]() {
        db.close();
        handle.close();
      },
    };
  },
};

/** Runs a test on a file of each driver; the folder is the test's own. */
export function onBoth(
  name: string,
  fn: (db: DB, scratch: Scratch) => void,
): void {
  for (const [driver, open] of Object.entries(OPENERS)) {
    Deno.test(`${name} (${driver})`, () => {
      using scratch = new Scratch();
      using opened = open(scratch.file("a.db"));
      fn(opened.db, scratch);
    });
  }
}
