/**
 * Helpers that make column definitions.
 *
 * @module
 */
import type {
  Column,
  ColumnConstraints,
  ColumnDefinition,
  DefaultExpression,
  ForeignKeyAction,
  SQLiteType,
} from "./column_definition.ts";
import { quoteString } from "../sql/sql_text.ts";
import { defaultExpr, inIsoForm, ISO_NOW } from "../sql/sql_words.ts";
import type { MomentUnit } from "../query/moments.ts";

const UNIX_NOW = {
  s: defaultExpr("strftime('%s', 'now')"),
  ms: defaultExpr(
    "CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER)",
  ),
};
const RANDOM_UUID = defaultExpr(
  "lower(hex(randomblob(4))) || '-' || lower(hex(randomblob(2))) || '-4' || " +
    "substr(lower(hex(randomblob(2))), 2) || '-' || " +
    "substr('89ab', abs(random() % 4) + 1, 1) || " +
    "substr(lower(hex(randomblob(2))), 2) || '-' || " +
    "lower(hex(randomblob(6)))",
);

/** What {@linkcode column.text} takes. */
export interface TextOptions extends ColumnConstraints {
  /** Another name of the type. @default "TEXT" */
  variant?: "TEXT" | "VARCHAR" | "CHAR" | "CLOB" | "NCHAR" | "NVARCHAR";
  /** The length in the type's parentheses; SQLite does not enforce it. */
  length?: number;
}

/** What {@linkcode column.integer} takes. */
export interface IntegerOptions extends ColumnConstraints {
  /** Another name of the type. @default "INTEGER" */
  size?: "INTEGER" | "TINYINT" | "SMALLINT" | "MEDIUMINT" | "BIGINT";
}

/** What {@linkcode column.real} takes. */
export interface RealOptions extends ColumnConstraints {
  /** Another name of the type. @default "REAL" */
  variant?: "REAL" | "DOUBLE" | "FLOAT";
}

/** What {@linkcode column.numeric} takes. */
export interface NumericOptions extends ColumnConstraints {
  /** The precision in the type's parentheses. */
  precision?: number;
  /** The scale in the type's parentheses. */
  scale?: number;
  /** Another name of the type. @default "NUMERIC" */
  variant?: "NUMERIC" | "DECIMAL";
}

/** What {@linkcode column.json} takes. */
export interface JsonOptions extends ColumnConstraints {
  /** Whether SQLite refuses text that is not JSON. @default false */
  validateJson?: boolean;
}

/** What the timestamp helpers take. */
export interface TimestampOptions extends ColumnConstraints {
  /** Whether it is ISO text instead of a number. @default false */
  asText?: boolean;
  /** What the number counts since 1970. @default "s" */
  unit?: MomentUnit;
}

/** What {@linkcode column.uuid} takes. */
export interface UuidOptions extends ColumnConstraints {
  /** Whether SQLite makes one where none is given. @default false */
  generateDefault?: boolean;
}

/** What {@linkcode column.foreignKey} takes. */
export interface ForeignKeyOptions extends ColumnConstraints {
  /** What happens when the row is deleted. */
  onDelete?: ForeignKeyAction;
  /** What happens when the column changes. */
  onUpdate?: ForeignKeyAction;
  /** The type of the column. @default "INTEGER" */
  type?: SQLiteType;
}

/**
 * Makes column definitions. What a caller gives wins over what a helper sets.
 *
 * @example The columns of a table
 * ```ts
 * import { column } from "@dockstat/plugin-handler/sqlite";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(column.text({ notNull: true }), { type: "TEXT", notNull: true });
 * assertEquals(column.boolean().check, "{{COLUMN}} IN (0, 1)");
 * ```
 */
export const column = {
  /** An integer that is the primary key, and is never used again. */
  id: (constraints: ColumnConstraints = {}): ColumnDefinition =>
    define("INTEGER", {
      primaryKey: true,
      autoincrement: true,
      notNull: true,
      ...constraints,
    }),

  /** Text. */
  text: <const O extends TextOptions = Record<never, never>>(
    options?: O,
  ): Column<O> => {
    const { variant = "TEXT", ...rest }: TextOptions = options ?? {};
    return define(variant, rest) as Column<O>;
  },

  /** Text of a length, which SQLite does not enforce. */
  varchar: <const O extends ColumnConstraints = Record<never, never>>(
    length: number,
    constraints?: O,
  ): Column<O> => define("VARCHAR", { length, ...constraints }) as Column<O>,

  /** Text of a length, which SQLite does not enforce. */
  char: <const O extends ColumnConstraints = Record<never, never>>(
    length: number,
    constraints?: O,
  ): Column<O> => define("CHAR", { length, ...constraints }) as Column<O>,

  /** A whole number. */
  integer: <const O extends IntegerOptions = Record<never, never>>(
    options?: O,
  ): Column<O> => {
    const { size = "INTEGER", ...rest }: IntegerOptions = options ?? {};
    return define(size, rest) as Column<O>;
  },

  /** A floating-point number. */
  real: <const O extends RealOptions = Record<never, never>>(
    options?: O,
  ): Column<O> => {
    const { variant = "REAL", ...rest }: RealOptions = options ?? {};
    return define(variant, rest) as Column<O>;
  },

  /** A number of any kind. */
  numeric: <const O extends NumericOptions = Record<never, never>>(
    options?: O,
  ): Column<O> => {
    const { variant = "NUMERIC", ...rest }: NumericOptions = options ?? {};
    return define(variant, rest) as Column<O>;
  },

  /** Bytes. */
  blob: <const O extends ColumnConstraints = Record<never, never>>(
    constraints?: O,
  ): Column<O> => define("BLOB", constraints ?? {}) as Column<O>,

  /** A date; reads back as `Date`. */
  date: <const O extends ColumnConstraints = Record<never, never>>(
    constraints?: O,
  ): Column<O> => define("DATE", constraints ?? {}) as Column<O>,

  /** A date and time; reads back as `Date`. */
  datetime: <const O extends ColumnConstraints = Record<never, never>>(
    constraints?: O,
  ): Column<O> => define("DATETIME", constraints ?? {}) as Column<O>,

  /** A time. */
  time: <const O extends ColumnConstraints = Record<never, never>>(
    constraints?: O,
  ): Column<O> => define("TIME", constraints ?? {}) as Column<O>,

  /** 0 or 1; reads back as `false` or `true`. */
  boolean: <const O extends ColumnConstraints = Record<never, never>>(
    constraints?: O,
  ): Column<O> =>
    define("BOOLEAN", {
      check: "{{COLUMN}} IN (0, 1)",
      ...constraints,
    }) as Column<O>,

  /** Anything that JSON holds; reads back parsed. */
  json: <const O extends JsonOptions = Record<never, never>>(
    options?: O,
  ): Column<O> => {
    const { validateJson = false, ...rest }: JsonOptions = options ?? {};
    return define("JSON", {
      ...(validateJson ? { check: "JSON_VALID({{COLUMN}})" } : {}),
      ...rest,
    }) as Column<O>;
  },

  /**
   * A moment: Unix seconds, Unix milliseconds or text. A `Date` is written in
   * that form and compared with it; the cell reads back as it is.
   */
  timestamp: (
    { asText = false, unit = "s", ...rest }: TimestampOptions = {},
  ): ColumnDefinition =>
    asText
      ? define("TEXT", { ...rest, ...isoDefault(rest) })
      : define("INTEGER", { unit, ...rest }),

  /** When the row was made: a moment, as {@linkcode column.timestamp}. */
  createdAt: (options: TimestampOptions = {}): ColumnDefinition =>
    momentOfWriting({ notNull: true, ...options }),

  /**
   * When the row was last changed: a moment, as {@linkcode column.timestamp}.
   * Nothing sets it on later writes.
   */
  updatedAt: (options: TimestampOptions = {}): ColumnDefinition =>
    momentOfWriting(options),

  /** A UUID as text. */
  uuid: (
    { generateDefault = false, ...rest }: UuidOptions = {},
  ): ColumnDefinition =>
    define("TEXT", {
      length: 36,
      ...(generateDefault ? { default: RANDOM_UUID } : {}),
      ...rest,
    }),

  /** One of several texts. */
  enum: (
    values: readonly string[],
    constraints: ColumnConstraints = {},
  ): ColumnDefinition =>
    define("TEXT", {
      notNull: true,
      check: `{{COLUMN}} IN (${values.map(literal).join(", ")})`,
      ...constraints,
    }),

  /** The key of a row in a table. */
  foreignKey: (
    table: string,
    target = "id",
    { onDelete, onUpdate, type = "INTEGER", ...rest }: ForeignKeyOptions = {},
  ): ColumnDefinition =>
    define(type, {
      references: {
        table,
        column: target,
        ...(onDelete === undefined ? {} : { onDelete }),
        ...(onUpdate === undefined ? {} : { onUpdate }),
      },
      ...rest,
    }),

  /** The source of a module; the parser says how it reads back. */
  module: (constraints: ColumnConstraints = {}): ColumnDefinition =>
    define("TEXT", { comment: "Source of a module", ...constraints }),
} as const;

function isoDefault({ default: value }: ColumnConstraints): ColumnConstraints {
  return value === undefined ? {} : { default: inIsoForm(value)! };
}

function momentOfWriting(
  { asText = false, unit = "s", ...rest }: TimestampOptions,
): ColumnDefinition {
  return asText
    ? define("DATETIME", { default: ISO_NOW, ...rest })
    : define("INTEGER", { default: UNIX_NOW[unit], unit, ...rest });
}

// Plugins without types also list numbers.
function literal(value: unknown): string {
  return quoteString(String(value));
}

type Parts = Omit<ColumnDefinition, "type">;

// The shared words of `sql` can be called; a definition holds plain data only.
function define(type: SQLiteType, parts: Parts): ColumnDefinition {
  const definition: ColumnDefinition = { type, ...parts };
  const given: unknown = definition.default;
  if (typeof given === "function") {
    definition.default = defaultExpr(
      (given as unknown as DefaultExpression).expression,
    );
  }
  return definition;
}
