/**
 * What a table can be told beyond its columns.
 *
 * @module
 */
import type {
  ColumnDefinition,
  ForeignKeyAction,
} from "./column_definition.ts";
import type { Parser, Row } from "./table_types.ts";

/** The columns of a table by name. */
export type TableSchema<T = Row> = { [K in keyof T]-?: ColumnDefinition };

/** The constraints of a table as a whole. */
export interface TableConstraints {
  /** The columns of a primary key over several columns. */
  primaryKey?: readonly string[];
  /** One group of columns, or several, whose values may occur once only. */
  unique?: readonly string[] | readonly (readonly string[])[];
  /** Conditions on every row. */
  check?: readonly string[];
  /** References to other tables. */
  foreignKeys?: readonly {
    columns: readonly string[];
    references: {
      table: string;
      columns: readonly string[];
      onDelete?: ForeignKeyAction;
      onUpdate?: ForeignKeyAction;
    };
  }[];
}

/** How a table that exists is brought to a changed definition. */
export interface MigrationOptions {
  /** Whether it is. @default true */
  enabled?: boolean;
  /** Whether the rows are kept. @default true */
  preserveData?: boolean;
  /**
   * What happens to rows that the new definition refuses: the migration fails,
   * they are left out, or the later of two takes the place of the earlier.
   *
   * @default "fail"
   */
  onConflict?: "fail" | "ignore" | "replace";
  /** Ends the name of the table that is built meanwhile. @default "_migration_temp" */
  tempTableSuffix?: string;
}

/** What `createTable` takes beside name and columns. */
export interface TableOptions<T = Row> {
  /** Whether a table that exists already is fine. @default false */
  ifNotExists?: boolean;
  /**
   * Whether the table has no rowid.
   *
   * @default false; what it is, for a table that exists
   */
  withoutRowId?: boolean;
  /**
   * Whether SQLite refuses values that a column's type does not hold. Types
   * that such a table does not know become the ones that it stores them as.
   *
   * @default false; what it is, for a table that exists
   */
  strict?: boolean;
  /**
   * Whether every column takes values of its own type only, as `strictTypes` of
   * a column says of that one.
   *
   * @default false
   */
  strictTypes?: boolean;
  /** Whether the table ends with the connection. @default false */
  temporary?: boolean;
  /** The constraints of the table as a whole. */
  constraints?: TableConstraints;
  /** A remark, kept in the table `__table_metadata__`. */
  comment?: string;
  /** Which columns are converted, beyond what their types say. */
  parser?: Parser<T>;
  /** How a changed definition is applied; `false` leaves the table alone. */
  migrate?: MigrationOptions | boolean;
}
