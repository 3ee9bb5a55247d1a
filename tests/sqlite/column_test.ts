import { assertEquals } from "@std/assert";
import {
  column,
  type ColumnDefinition,
  defaultExpr,
  sql,
  SQLiteFunctions as F,
  SQLiteKeywords,
  SQLiteTypes,
} from "../../src/sqlite/mod.ts";

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
  ["timestamp()", column.timestamp(), { type: "INTEGER", unit: "s" }],
  ["timestamp() in milliseconds", column.timestamp({ unit: "ms" }), {
    type: "INTEGER",
    unit: "ms",
  }],
  ["timestamp() as text", column.timestamp({ asText: true }), { type: "TEXT" }],
  ["createdAt()", column.createdAt(), {
    type: "INTEGER",
    notNull: true,
    default: UNIX_NOW,
    unit: "s",
  }],
  ["createdAt() as text", column.createdAt({ asText: true }), {
    type: "DATETIME",
    notNull: true,
    default: ISO_NOW,
  }],
  ["updatedAt()", column.updatedAt(), {
    type: "INTEGER",
    default: UNIX_NOW,
    unit: "s",
  }],
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
    unit: "s",
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

Deno.test("enum() takes numbers of plugins without types", () => {
  const { check } = column.enum([1, "it's"] as unknown as string[]);
  assertEquals(check, "{{COLUMN}} IN ('1', 'it''s')");
});
