import { assertEquals } from "@std/assert";
import { column, type ColumnDefinition, sql } from "../../src/sqlite/mod.ts";
import {
  compileColumn,
  compileColumns,
} from "../../src/sqlite/schema/column_compiler.ts";
import { assertStoreError } from "./fixtures.ts";

const COLUMN_SQL: [ColumnDefinition, string][] = [
  [column.text(), '"c" TEXT'],
  [column.id(), '"c" INTEGER PRIMARY KEY AUTOINCREMENT'],
  [column.varchar(5), '"c" VARCHAR(5)'],
  [column.numeric({ precision: 4 }), '"c" NUMERIC(4)'],
  [column.numeric({ precision: 4, scale: 2 }), '"c" NUMERIC(4, 2)'],
  [
    column.text({
      notNull: true,
      unique: true,
      default: "x",
      collate: "NOCASE",
      check: "length({{COLUMN}}) > 0",
      references: { table: "t", column: "k", onDelete: "CASCADE" },
    }),
    '"c" TEXT NOT NULL UNIQUE DEFAULT \'x\' COLLATE "NOCASE" ' +
    'CHECK (length("c") > 0) REFERENCES "t"("k") ON DELETE CASCADE',
  ],
  [
    column.integer({ generated: { expression: "a + 1", stored: true } }),
    '"c" INTEGER GENERATED ALWAYS AS (a + 1) STORED',
  ],
  [
    column.integer({ generated: { expression: "a + 1" } }),
    '"c" INTEGER GENERATED ALWAYS AS (a + 1) VIRTUAL',
  ],
  [column.text({ default: null }), '"c" TEXT DEFAULT NULL'],
  [column.integer({ default: true }), '"c" INTEGER DEFAULT 1'],
  [column.integer({ default: false }), '"c" INTEGER DEFAULT 0'],
  [column.real({ default: -1.5 }), '"c" REAL DEFAULT -1.5'],
  [column.text({ default: sql.raw("1 + 1") }), '"c" TEXT DEFAULT (1 + 1)'],
  [column.text({ default: "it's" }), "\"c\" TEXT DEFAULT 'it''s'"],
  [column.text({ default: "random()" }), '"c" TEXT DEFAULT (random())'],
  [column.text({ default: "foo (x)" }), "\"c\" TEXT DEFAULT 'foo (x)'"],
  [column.text({ default: "f(x" }), "\"c\" TEXT DEFAULT 'f(x'"],
  [
    column.text({ default: "current_timestamp" }),
    '"c" TEXT DEFAULT (current_timestamp)',
  ],
  [column.text({ default: "Current_Date" }), '"c" TEXT DEFAULT (Current_Date)'],
  [column.text({ default: "CURRENT_TIME" }), '"c" TEXT DEFAULT (CURRENT_TIME)'],
  [column.text({ default: "null" }), '"c" TEXT DEFAULT (null)'],
  // NOT NULL is left out where the key refuses NULL by itself, only there.
  [
    column.integer({ primaryKey: true, notNull: true }),
    '"c" INTEGER PRIMARY KEY',
  ],
  [
    column.text({ primaryKey: true, notNull: true }),
    '"c" TEXT PRIMARY KEY NOT NULL',
  ],
];

for (const [definition, expected] of COLUMN_SQL) {
  Deno.test(`compileColumn() writes ${expected}`, () => {
    assertEquals(compileColumn("c", definition), expected);
  });
}

Deno.test("compileColumns() joins columns by comma and space", () => {
  assertEquals(
    compileColumns({
      id: column.integer({ primaryKey: true }),
      name: column.text(),
    }),
    '"id" INTEGER PRIMARY KEY, "name" TEXT',
  );
});

Deno.test("compileColumns() takes raw SQL, without table constraints then", () => {
  assertEquals(
    compileColumns({ id: "INTEGER PRIMARY KEY", x: "" }, { unique: ["x"] }),
    '"id" INTEGER PRIMARY KEY, "x"',
  );
});

Deno.test("compileColumns() writes every table constraint", () => {
  const references = { table: "t", columns: ["x", "y"] };
  assertEquals(
    compileColumns({ a: column.text() }, {
      primaryKey: ["a", "b"],
      unique: ["a", "b"],
      check: ["a <> b"],
      foreignKeys: [{
        columns: ["a", "b"],
        references: { ...references, onUpdate: "RESTRICT" },
      }],
    }),
    '"a" TEXT, PRIMARY KEY ("a", "b"), UNIQUE ("a", "b"), CHECK (a <> b), ' +
      'FOREIGN KEY ("a", "b") REFERENCES "t" ("x", "y") ON UPDATE RESTRICT',
  );
});

Deno.test("compileColumns() writes one UNIQUE for each inner array", () => {
  assertEquals(
    compileColumns({ a: column.text() }, { unique: [["a"], ["a", "b"]] }),
    '"a" TEXT, UNIQUE ("a"), UNIQUE ("a", "b")',
  );
});

const REFUSED: [string, Record<string, unknown>][] = [
  ["AUTOINCREMENT needs an integer primary key", {
    type: "TEXT",
    primaryKey: true,
    autoincrement: true,
  }],
  ["AUTOINCREMENT needs an integer primary key", {
    type: "INTEGER",
    autoincrement: true,
  }],
  ["is not a type", { type: "TEXT, x INT" }],
  ["is not a type", { type: "TEXT) --" }],
  ["is not a type", {}],
  ["is not a size", { type: "TEXT", length: "1) --" }],
  ["is not a size", { type: "NUMERIC", precision: -1 }],
  ["its default is no value", { type: "TEXT", default: {} }],
  ["is not finite", { type: "REAL", default: Infinity }],
  ["it would end before its text does", { type: "TEXT", check: "1) --" }],
  ["a parenthesis stays open", { type: "TEXT", check: "(1" }],
  ["ends in a comment", { type: "TEXT", check: "1 -- x" }],
  ["not empty", { type: "TEXT", check: "" }],
  ["open quote", {
    type: "TEXT",
    default: { _type: "expression", expression: "'" },
  }],
  ["it would end", { type: "TEXT", generated: { expression: "1; x" } }],
  ["is not an action", {
    type: "TEXT",
    references: { table: "t", column: "c", onDelete: "CASCADE, x" },
  }],
];

for (const [message, definition] of REFUSED) {
  Deno.test(`compileColumn() refuses ${JSON.stringify(definition)}`, () => {
    assertStoreError(
      () => compileColumn("c", definition as unknown as ColumnDefinition),
      message,
    );
  });
}

Deno.test("compileColumns() refuses no columns, and what is no definition", () => {
  assertStoreError(() => compileColumns({}), "it has no columns");
  assertStoreError(
    () => compileColumns({ a: 5 as unknown as string }),
    "it is no definition",
  );
  assertStoreError(() => compileColumns({ "": column.text() }), "identifier");
  assertStoreError(() => compileColumns({ "a\0": column.text() }), "NUL");
});

Deno.test("compileColumn() refuses a unit that is none", () => {
  for (const unit of ["min", "", 5, null]) {
    assertStoreError(
      () => compileColumn("at", { type: "INTEGER", unit: unit as never }),
      'use "s" or "ms"',
    );
  }
});
