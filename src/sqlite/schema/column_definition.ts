/**
 * What a column is, as plain data: the shape that is baked into plugins.
 *
 * @module
 */

import type { MomentUnit } from "../query/moments.ts";

/** The type of a column; any other name is passed on to SQLite. */
export type SQLiteType =
  | "INTEGER"
  | "TINYINT"
  | "SMALLINT"
  | "MEDIUMINT"
  | "BIGINT"
  | "TEXT"
  | "VARCHAR"
  | "CHAR"
  | "CLOB"
  | "NCHAR"
  | "NVARCHAR"
  | "REAL"
  | "DOUBLE"
  | "FLOAT"
  | "NUMERIC"
  | "DECIMAL"
  | "BLOB"
  | "DATE"
  | "DATETIME"
  | "TIME"
  | "TIMESTAMP"
  | "BOOLEAN"
  | "JSON"
  // Keeps the names above as suggestions while any text is accepted.
  | (string & Record<never, never>);

/** A default that SQLite evaluates for each row. */
export interface DefaultExpression {
  /** Marks it as an expression. */
  readonly _type: "expression";
  /** The SQL, without parentheses around it. */
  readonly expression: string;
}

/** What happens to rows that refer to a changed or deleted one. */
export type ForeignKeyAction =
  | "CASCADE"
  | "SET NULL"
  | "SET DEFAULT"
  | "RESTRICT"
  | "NO ACTION";

/** What a column refers to. */
export interface ColumnReference {
  /** The table. */
  table: string;
  /** The column in it. */
  column: string;
  /** What happens when the row is deleted. @default "NO ACTION" */
  onDelete?: ForeignKeyAction;
  /** What happens when the column changes. @default "NO ACTION" */
  onUpdate?: ForeignKeyAction;
}

/** What every column helper takes. */
export interface ColumnConstraints {
  /** Whether it is the primary key. @default false */
  primaryKey?: boolean;
  /** Whether ids are never used again. @default false */
  autoincrement?: boolean;
  /** Whether NULL is refused. @default false */
  notNull?: boolean;
  /** Whether a value may occur once only. @default false */
  unique?: boolean;
  /** The value of rows that give none. @default NULL */
  default?: string | number | boolean | null | DefaultExpression;
  /** A condition on every row; `{{COLUMN}}` stands for the column's name. */
  check?: string;
  /** How text compares, such as `NOCASE`. */
  collate?: string;
  /** What the column refers to. */
  references?: ColumnReference;
  /** How the value is computed from the row's other columns. */
  generated?: { expression: string; stored?: boolean };
  /** A remark; SQLite does not see it. */
  comment?: string;
  /**
   * What a number in the column counts since 1970, where it stands for a
   * moment: a `Date` is written and compared so.
   */
  unit?: MomentUnit;
  /**
   * Whether values of another type are refused, instead of converted as SQLite
   * does it: `5` in a column of text.
   *
   * @default false
   */
  strictTypes?: boolean;
}

/** A column: its type and constraints. */
export interface ColumnDefinition extends ColumnConstraints {
  /** The type. */
  type: SQLiteType;
  /** The length in the type's parentheses. */
  length?: number;
  /** The precision in the type's parentheses. */
  precision?: number;
  /** The scale in the type's parentheses. */
  scale?: number;
}

/** A column that every new row must have a value for; see {@linkcode Column}. */
export interface NeededColumn extends ColumnDefinition {
  /** Marks it, for the compiler; never there. */
  readonly "~needed"?: true;
}

/**
 * A column with these constraints: needed in new rows, where it refuses NULL and
 * nothing else gives it a value.
 */
export type Column<O> = O extends { readonly notNull: true } ? O extends
    | { readonly default: unknown }
    | { readonly primaryKey: true }
    | { readonly generated: unknown } ? ColumnDefinition
  : NeededColumn
  : ColumnDefinition;

/** The columns of `C` that every new row must have a value for. */
export type NeededKeys<C> = {
  [K in keyof C]-?: "~needed" extends keyof C[K] ? K : never;
}[keyof C];
