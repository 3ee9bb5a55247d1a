/** Tables and assertions that several tests of the store share. */
import {
  assertEquals,
  assertInstanceOf,
  assertStringIncludes,
} from "@std/assert";
import { ConstraintError, PluginError } from "../../src/shared/errors.ts";
import { column, DB, type QueryBuilder } from "../../src/sqlite/mod.ts";

export interface Person {
  id: number;
  name: string | null;
  age: number | null;
  email: string | null;
  active: boolean | null;
  meta: unknown;
  born: Date | string | null;
}

export const PERSON_COLUMNS = {
  id: column.id(),
  name: column.text(),
  age: column.integer(),
  email: column.text({ unique: true }),
  active: column.boolean(),
  meta: column.json(),
  born: column.datetime(),
};

/** A database in memory with the table `people`. */
export class People implements Disposable {
  readonly db: DB = new DB(":memory:");
  readonly table: QueryBuilder<Person> = this.db.createTable<Person>(
    "people",
    PERSON_COLUMNS,
  );

  constructor(rows: Partial<Person>[] = []) {
    if (rows.length > 0) this.table.insert(rows);
  }

  names(): (string | null)[] {
    return this.table.orderBy("id").pluck("name");
  }

  [Symbol.dispose](): void {
    this.db.close();
  }
}

/** Ada (36), Bob (25), Cy (no age), Dan (50). */
export const FOUR: Partial<Person>[] = [
  { name: "Ada", age: 36, email: "ada@x", active: true },
  { name: "Bob", age: 25, email: "bob@x", active: false },
  { name: "Cy", age: null, email: "cy@x" },
  { name: "Dan", age: 50, email: "dan@y", active: true },
];

/** A directory for the files of one test. */
export class Scratch implements Disposable {
  readonly path: string = Deno.realPathSync(Deno.makeTempDirSync());

  file(name: string): string {
    return `${this.path}/${name}`;
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

/**
 * Asserts an error of the store whose message has every part; what a row broke
 * is an error of its own.
 */
export function assertStoreError(
  fn: () => unknown,
  ...parts: string[]
): PluginError {
  let thrown: unknown;
  try {
    fn();
  } catch (error) {
    thrown = error;
  }
  assertInstanceOf(thrown, PluginError, "nothing was thrown");
  const isConstraint = thrown instanceof ConstraintError;
  assertEquals(
    thrown.code,
    isConstraint ? "CONSTRAINT_FAILED" : "STORE_FAILED",
  );
  for (const part of parts) assertStringIncludes(thrown.message, part);
  return thrown;
}
