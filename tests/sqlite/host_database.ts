/**
 * The database of tests of the handler: SQLITE_DRIVER runs them on an opened
 * `Database` of `@db/sqlite`, or on the double of one.
 */
import type { DatabaseHandle } from "../../src/sqlite/mod.ts";
import { ShapedDatabase } from "./db_sqlite_shape.ts";

const DRIVER = { name: "env", variable: "SQLITE_DRIVER" } as const;
// Children of tests may not ask.
const mayAsk = Deno.permissions.querySync(DRIVER).state === "granted";
const open = await opener(mayAsk ? Deno.env.get(DRIVER.variable) : undefined);

/** A new database in memory. */
export function hostDatabase(): string | DatabaseHandle {
  return open();
}

async function opener(
  driver: string | undefined,
): Promise<() => string | DatabaseHandle> {
  switch (driver) {
    case undefined:
      return () => ":memory:";
    case "double":
      return () => new ShapedDatabase(":memory:");
    case "@db/sqlite": {
      const { Database } = await import("@db/sqlite" as string);
      return () => new Database(":memory:");
    }
    default:
      throw new TypeError(`SQLITE_DRIVER must be double or @db/sqlite`);
  }
}
