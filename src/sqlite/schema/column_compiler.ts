/**
 * From column definitions to the SQL of a table. Pure.
 *
 * @module
 */
import type {
  ColumnDefinition,
  ColumnReference,
  DefaultExpression,
} from "./column_definition.ts";
import { assertExpression } from "../query/conditions.ts";
import { quoteIdentifier, quoteString } from "../sql/sql_text.ts";
import { inIsoForm } from "../sql/sql_words.ts";
import { storeError } from "../store_error.ts";
import type { TableConstraints } from "./table_options.ts";

/** The columns of a table: definitions, or SQL as it follows the name. */
export type ColumnMap = Readonly<Record<string, ColumnDefinition | string>>;

/** How columns are spelled. */
export interface ColumnSqlOptions {
  /** Whether for a STRICT table. @default false */
  readonly strict?: boolean;
}

const ACTIONS: ReadonlySet<string> = new Set([
  "CASCADE",
  "SET NULL",
  "SET DEFAULT",
  "RESTRICT",
  "NO ACTION",
]);
const TYPE = /^[A-Za-z_][A-Za-z0-9_ ]*(?:\(\s*\d+\s*(?:,\s*\d+\s*)?\))?$/;
const DATE_TIME = /^(?:DATETIME|TIMESTAMP)$/i;
const SQL_CALL = /^\w+\(/;
const SQL_WORD = /^(?:CURRENT_TIME|CURRENT_DATE|CURRENT_TIMESTAMP|NULL)$/i;

/**
 * The body of a CREATE TABLE statement.
 *
 * @throws {PluginError} `STORE_FAILED` when a definition is not one, or holds
 * text that would not stay where it is put.
 */
export function compileColumns(
  columns: ColumnMap,
  constraints: TableConstraints = {},
  { strict = false }: ColumnSqlOptions = {},
): string {
  const entries = Object.entries(columns ?? {});
  if (entries.length === 0) {
    throw storeError("Cannot create a table: it has no columns");
  }
  const parts = entries.map(([name, definition]) =>
    typeof definition === "string"
      ? `${quoteIdentifier(name)} ${rawColumn(name, definition)}`.trimEnd()
      : compileColumn(name, definition, { strict })
  );
  const hasRaw = entries.some(([, value]) => typeof value === "string");
  return [...parts, ...(hasRaw ? [] : tableConstraints(constraints))]
    .join(", ");
}

/** One column. */
export function compileColumn(
  name: string,
  definition: ColumnDefinition,
  { strict = false }: ColumnSqlOptions = {},
): string {
  if (typeof definition !== "object" || definition === null) {
    throw storeError(`Cannot define the column "${name}": it is no definition`);
  }
  assertUnit(name, definition);
  return [
    quoteIdentifier(name),
    strict ? strictType(name, definition) : typeSql(name, definition),
    ...keyParts(name, definition),
    definition.unique ? "UNIQUE" : "",
    definition.default === undefined
      ? ""
      : `DEFAULT ${defaultSql(name, defaultOf(definition))}`,
    definition.collate === undefined
      ? ""
      : `COLLATE ${quoteIdentifier(definition.collate)}`,
    definition.check === undefined ? "" : checkSql(name, definition.check),
    definition.references === undefined
      ? ""
      : referenceSql(definition.references),
    generatedSql(name, definition),
  ].filter((part) => part !== "").join(" ");
}

function rawColumn(name: string, sql: string): string {
  if (sql.trim() !== "") assertExpression(`define the column "${name}"`, sql);
  return sql;
}

function assertUnit(name: string, { unit }: ColumnDefinition): void {
  if (unit === undefined || unit === "s" || unit === "ms") return;
  throw storeError(
    `Cannot define the column "${name}": "${String(unit)}" is not a unit; ` +
      'use "s" or "ms"',
  );
}

/** What columns become in a STRICT table, which knows six types. */
const STRICT_TYPES: readonly (readonly [RegExp, string])[] = [
  [/^(?:DATE|DATETIME|TIMESTAMP|TIME|JSON)$/i, "TEXT"],
  [/^ANY$/i, "ANY"],
  [/INT|BOOL/i, "INTEGER"],
  [/CHAR|CLOB|TEXT/i, "TEXT"],
  [/BLOB/i, "BLOB"],
  [/REAL|FLOA|DOUB/i, "REAL"],
];

function strictType(name: string, definition: ColumnDefinition): string {
  const { type } = definition;
  typeSql(name, definition);
  return STRICT_TYPES.find(([pattern]) => pattern.test(type))?.[1] ?? "ANY";
}

function typeSql(name: string, definition: ColumnDefinition): string {
  const { type, length, precision, scale } = definition;
  if (typeof type !== "string" || !TYPE.test(type)) {
    throw storeError(
      `Cannot define the column "${name}": "${String(type)}" is not a type`,
    );
  }
  const sizes = length !== undefined
    ? [length]
    : [precision, scale].filter((size) => size !== undefined);
  for (const size of sizes) {
    if (Number.isSafeInteger(size) && size! >= 0) continue;
    throw storeError(
      `Cannot define the column "${name}": ` +
        `"${String(size)}" is not a size`,
    );
  }
  return sizes.length === 0 ? type : `${type}(${sizes.join(", ")})`;
}

function keyParts(name: string, definition: ColumnDefinition): string[] {
  const { type, primaryKey, autoincrement, notNull } = definition;
  const isInteger = /INT/i.test(type);
  if (autoincrement && !(primaryKey && isInteger)) {
    throw storeError(
      `Cannot define the column "${name}": ` +
        "AUTOINCREMENT needs an integer primary key",
    );
  }
  // Only an INTEGER PRIMARY KEY refuses NULL by itself.
  const isRowid = primaryKey && type.toUpperCase() === "INTEGER";
  return [
    primaryKey ? "PRIMARY KEY" : "",
    autoincrement ? "AUTOINCREMENT" : "",
    notNull && !isRowid ? "NOT NULL" : "",
  ];
}

function defaultOf({ type, default: value }: ColumnDefinition) {
  return DATE_TIME.test(type) ? inIsoForm(value)! : value!;
}

function defaultSql(
  name: string,
  value: NonNullable<ColumnDefinition["default"]> | null,
): string {
  if (value === null) return "NULL";
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value === "number") return numberSql(name, value);
  if (typeof value === "string") {
    return looksLikeSql(value) ? `(${value})` : quoteString(value);
  }
  const { _type, expression } = value as DefaultExpression;
  if (_type !== "expression") {
    throw storeError(
      `Cannot define the column "${name}": its default is no value`,
    );
  }
  assertExpression(`use the default of "${name}"`, expression);
  return `(${expression})`;
}

function numberSql(name: string, value: number): string {
  if (Number.isFinite(value)) return String(value);
  throw storeError(
    `Cannot define the column "${name}": its default is not finite`,
  );
}

// A word with `(` right behind it is meant as a call, when it could be one.
function looksLikeSql(value: string): boolean {
  if (SQL_WORD.test(value)) return true;
  if (!SQL_CALL.test(value)) return false;
  try {
    assertExpression("use the default", value);
    return value.endsWith(")");
  } catch {
    return false;
  }
}

function checkSql(name: string, check: string): string {
  assertExpression(`use the check of "${name}"`, check);
  return `CHECK (${
    check.replaceAll("{{COLUMN}}", () => quoteIdentifier(name))
  })`;
}

function referenceSql(reference: ColumnReference): string {
  return `REFERENCES ${quoteIdentifier(reference.table)}(${
    quoteIdentifier(reference.column)
  })${actionsSql(reference)}`;
}

function actionsSql(
  { onDelete, onUpdate }: Pick<ColumnReference, "onDelete" | "onUpdate">,
): string {
  let sql = "";
  if (onDelete !== undefined) sql += ` ON DELETE ${action(onDelete)}`;
  if (onUpdate !== undefined) sql += ` ON UPDATE ${action(onUpdate)}`;
  return sql;
}

function action(name: string): string {
  const known = String(name).trim().toUpperCase();
  if (ACTIONS.has(known)) return known;
  throw storeError(
    `Cannot define the reference: "${String(name)}" is not an action`,
  );
}

function generatedSql(
  name: string,
  { generated }: ColumnDefinition,
): string {
  if (generated === undefined) return "";
  assertExpression(`use the expression of "${name}"`, generated.expression);
  const kind = generated.stored ? "STORED" : "VIRTUAL";
  return `GENERATED ALWAYS AS (${generated.expression}) ${kind}`;
}

function tableConstraints(constraints: TableConstraints): string[] {
  const { primaryKey = [], unique = [], check = [], foreignKeys = [] } =
    constraints;
  const groups = unique.length > 0 && unique.every(Array.isArray)
    ? unique as readonly (readonly string[])[]
    : unique.length > 0
    ? [unique as readonly string[]]
    : [];
  return [
    ...(primaryKey.length > 0 ? [`PRIMARY KEY (${names(primaryKey)})`] : []),
    ...groups.map((group) => `UNIQUE (${names(group)})`),
    ...check.map((text) => {
      assertExpression("use the check", text);
      return `CHECK (${text})`;
    }),
    ...foreignKeys.map(({ columns, references }) =>
      `FOREIGN KEY (${names(columns)}) REFERENCES ${
        quoteIdentifier(references.table)
      } (${names(references.columns)})${actionsSql(references)}`
    ),
  ];
}

function names(columns: readonly string[]): string {
  return columns.map(quoteIdentifier).join(", ");
}
