import { assertEquals } from "@std/assert";
import {
  column,
  type ColumnDefinition,
  defaultExpr,
  sql,
  SQLiteFunctions as F,
  SQLiteKeywords,
  SQLiteTypes,
} from "../../src/store/mod.ts";
import {
  compileColumn,
  compileColumns,
} from "../../src/store/column_compiler.ts";
import { assertStoreError } from "./fixtures.ts";

const UNIX_NOW = defaultExpr("strftime('%s', 'now')");
const ISO_NOW = defaultExpr("strftime('%Y-%m-%dT%H:%M:%fZ', 'now')");

const HELPERS: [string, ColumnDefinition, ColumnDefinition][] = [
  ["id()", column.id(), {
    type: "INTEGER",
    primaryKey: true,
    autoincrement: true,
    notNull: true,
  }],
  ["text()", column.text(), { type: "TEXT" }],
  ["text() with a variant", column.text({ variant: "NVARCHAR", length: 9 }), {
    type: "NVARCHAR",
    length: 9,
  }],
  ["varchar()", column.varchar(3), { type: "VARCHAR", length: 3 }],
  ["char()", column.char(3, { unique: true }), {
    type: "CHAR",
    length: 3,
    unique: true,
  }],
  ["integer()", column.integer(), { type: "INTEGER" }],
  ["integer() with a size", column.integer({ size: "BIGINT" }), {
    type: "BIGINT",
  }],
  ["real()", column.real(), { type: "REAL" }],
  ["real() with a variant", column.real({ variant: "DOUBLE" }), {
    type: "DOUBLE",
  }],
  ["numeric()", column.numeric({ precision: 10, scale: 2 }), {
    type: "NUMERIC",
    precision: 10,
    scale: 2,
  }],
  ["numeric() with a variant", column.numeric({ variant: "DECIMAL" }), {
    type: "DECIMAL",
  }],
  ["blob()", column.blob(), { type: "BLOB" }],
  ["date()", column.date(), { type: "DATE" }],
  ["datetime()", column.datetime(), { type: "DATETIME" }],
  ["time()", column.time(), { type: "TIME" }],
  ["boolean()", column.boolean(), {
    type: "BOOLEAN",
    check: "{{COLUMN}} IN (0, 1)",
  }],
  ["boolean() with a check", column.boolean({ check: "1" }), {
    type: "BOOLEAN",
    check: "1",
  }],
  ["json()", column.json(), { type: "JSON" }],
  ["json() that validates", column.json({ validateJson: true }), {
    type: "JSON",
    check: "JSON_VALID({{COLUMN}})",
  }],
  ["timestamp()", column.timestamp(), { type: "INTEGER" }],
  ["timestamp() as text", column.timestamp({ asText: true }), { type: "TEXT" }],
  ["createdAt()", column.createdAt(), {
    type: "INTEGER",
    notNull: true,
    default: UNIX_NOW,
  }],
  ["createdAt() as text", column.createdAt({ asText: true }), {
    type: "DATETIME",
    notNull: true,
    default: ISO_NOW,
  }],
  ["updatedAt()", column.updatedAt(), { type: "INTEGER", default: UNIX_NOW }],
  ["updatedAt() as text", column.updatedAt({ asText: true }), {
    type: "DATETIME",
    default: ISO_NOW,
  }],
  ["uuid()", column.uuid(), { type: "TEXT", length: 36 }],
  ["enum()", column.enum(["a", "it's"]), {
    type: "TEXT",
    notNull: true,
    check: "{{COLUMN}} IN ('a', 'it''s')",
  }],
  ["foreignKey()", column.foreignKey("users"), {
    type: "INTEGER",
    references: { table: "users", column: "id" },
  }],
  [
    "foreignKey() with actions and a type",
    column.foreignKey("users", "key", {
      type: "TEXT",
      onDelete: "CASCADE",
      onUpdate: "SET NULL",
      notNull: true,
    }),
    {
      type: "TEXT",
      references: {
        table: "users",
        column: "key",
        onDelete: "CASCADE",
        onUpdate: "SET NULL",
      },
      notNull: true,
    },
  ],
  ["module()", column.module(), {
    type: "TEXT",
    comment: "Source of a module",
  }],
];

for (const [name, actual, expected] of HELPERS) {
  Deno.test(`column.${name} gives the definition`, () => {
    assertEquals(actual, expected);
  });
}

Deno.test("column helpers let the caller's constraints win", () => {
  assertEquals(column.id({ autoincrement: false }).autoincrement, false);
  assertEquals(column.createdAt({ notNull: false, default: 1 }), {
    type: "INTEGER",
    notNull: false,
    default: 1,
  });
  assertEquals(column.enum(["a"], { notNull: false }).notNull, false);
});

Deno.test("column helpers give plain data for every default", () => {
  const definition = column.datetime({ default: sql.now });
  assertEquals(
    structuredClone(definition),
    column.datetime({
      default: sql.now(),
    }),
  );
});

Deno.test("sql gives expressions and every function", () => {
  assertEquals(sql.now().expression, "datetime('now')");
  assertEquals(sql.currentTimestamp().expression, "CURRENT_TIMESTAMP");
  assertEquals(sql.currentDate().expression, "CURRENT_DATE");
  assertEquals(sql.currentTime().expression, "CURRENT_TIME");
  assertEquals(sql.unixTimestamp.expression, "strftime('%s', 'now')");
  assertEquals(sql.raw("1 + 1"), { _type: "expression", expression: "1 + 1" });
  assertEquals(sql.null().expression, "NULL");
  assertEquals([sql.true().expression, sql.false().expression], ["1", "0"]);
  assertEquals(sql.COUNT(), "COUNT(*)");
});

Deno.test("SQLiteFunctions build text and escape formats and separators", () => {
  assertEquals(
    [F.COUNT("x"), F.ROUND("x", 0), F.ROUND("x"), F.SUM("x"), F.AVG("x")],
    ["COUNT(x)", "ROUND(x, 0)", "ROUND(x)", "SUM(x)", "AVG(x)"],
  );
  assertEquals(F.STRFTIME("%s'", "x"), "STRFTIME('%s''', x)");
  assertEquals(F.GROUP_CONCAT("x", "','"), "GROUP_CONCAT(x, ''',''')");
  assertEquals(F.GROUP_CONCAT("x"), "GROUP_CONCAT(x)");
  assertEquals(F.DATE(), "DATE('now')");
  assertEquals(F.TIME("x", "+1 day"), "TIME(x, '+1 day')");
  assertEquals(F.DATETIME("x"), "DATETIME(x)");
  assertEquals(F.JULIANDAY(), "JULIANDAY('now')");
  assertEquals(F.UNIXEPOCH(), "UNIXEPOCH('now')");
  assertEquals(F.JSON_EXTRACT("x", "$.a"), "JSON_EXTRACT(x, '$.a')");
  assertEquals(F.COALESCE("a", 1, "b"), "COALESCE(a, 1, b)");
});

for (
  const [built, expected] of [
    [F.LENGTH("x"), "LENGTH(x)"],
    [F.LOWER("x"), "LOWER(x)"],
    [F.UPPER("x"), "UPPER(x)"],
    [F.TRIM("x"), "TRIM(x)"],
    [F.LTRIM("x"), "LTRIM(x)"],
    [F.RTRIM("x"), "RTRIM(x)"],
    [F.SUBSTR("x", 1), "SUBSTR(x, 1)"],
    [F.SUBSTR("x", 1, 2), "SUBSTR(x, 1, 2)"],
    [F.REPLACE("x", "y", "z"), "REPLACE(x, y, z)"],
    [F.INSTR("x", "y"), "INSTR(x, y)"],
    [F.ABS(-1), "ABS(-1)"],
    [F.RANDOM(), "RANDOM()"],
    [F.HEX("x"), "HEX(x)"],
    [F.RANDOMBLOB(4), "RANDOMBLOB(4)"],
    [F.MIN("x", 2), "MIN(x, 2)"],
    [F.MAX("x"), "MAX(x)"],
    [F.TOTAL("x"), "TOTAL(x)"],
    [F.IFNULL("x", 0), "IFNULL(x, 0)"],
    [F.NULLIF("x", 0), "NULLIF(x, 0)"],
    [F.TYPEOF("x"), "TYPEOF(x)"],
    [F.JSON("x"), "JSON(x)"],
    [F.JSON_VALID("x"), "JSON_VALID(x)"],
    [F.JSON_ARRAY_LENGTH("x"), "JSON_ARRAY_LENGTH(x)"],
  ]
) {
  Deno.test(`SQLiteFunctions build ${expected}`, () => {
    assertEquals(built, expected);
  });
}

Deno.test("SQLiteTypes name themselves, except MODULE", () => {
  for (const [name, type] of Object.entries(SQLiteTypes)) {
    assertEquals(type, name === "MODULE" ? "TEXT" : name);
  }
});

Deno.test("SQLiteKeywords hold the numbers of true and false as text", () => {
  assertEquals([SQLiteKeywords.TRUE, SQLiteKeywords.FALSE], ["1", "0"]);
});

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
  ["a comment", { type: "TEXT", check: "1 -- x" }],
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
