/**
 * The database: what the original called `@dockstat/sqlite-wrapper`. `DB`
 * opens a database or takes an open one, and hands out a `QueryBuilder` for
 * each table; `column` and `sql` define the tables.
 *
 * A database file needs `--allow-read` and `--allow-write`.
 *
 * @example A table
 * ```ts
 * import { column, DB } from "@dockstat/plugin-handler/sqlite";
 * import { assertEquals } from "@std/assert";
 *
 * using db = new DB(":memory:");
 * const hosts = db.createTable("hosts", {
 *   id: column.id(),
 *   name: column.text({ notNull: true }),
 * });
 * hosts.insert({ name: "alpha" });
 * assertEquals(hosts.select(["*"]).all(), [{ id: 1, name: "alpha" }]);
 * ```
 *
 * @module
 */
export { column } from "./schema/column.ts";
export type {
  ForeignKeyOptions,
  IntegerOptions,
  JsonOptions,
  NumericOptions,
  RealOptions,
  TextOptions,
  TimestampOptions,
  UuidOptions,
} from "./schema/column.ts";
export type {
  Column,
  ColumnConstraints,
  ColumnDefinition,
  ColumnReference,
  DefaultExpression,
  ForeignKeyAction,
  NeededColumn,
  NeededKeys,
  SQLiteType,
} from "./schema/column_definition.ts";
export type { BackupFile } from "./backup/backup.ts";
export type { AutoBackupOptions, DBOptions } from "./options.ts";
export type { ColumnMap } from "./schema/column_compiler.ts";
export type { ConditionBuilder } from "./query/condition_builder.ts";
export type { ConfinedDB } from "./confined_db.ts";
export type { Connection } from "./connection.ts";
export { type DatabaseHandle, DB, DB as default, type DBLogger } from "./db.ts";
export type {
  DbSqliteDatabase,
  DbSqliteStatement,
} from "./driver/db_sqlite/db_sqlite_statement.ts";
export type { TableScope } from "./driver/host_driver.ts";
export type { MomentUnit } from "./query/moments.ts";
export type { PendingUpdate } from "./query/pending_update.ts";
export type { ValueType } from "./query/value_types.ts";
export type { PreparedStatement } from "./driver/prepared_statement.ts";
export { type JoinedResult, QueryBuilder } from "./query/query_builder.ts";
export type { RawHandle } from "./driver/raw_handle.ts";
export type {
  ForeignKeyInfo,
  IndexColumn,
  IndexInfo,
  IndexOptions,
  SchemaAccess,
  SchemaEntry,
  TableInfo,
} from "./schema/schema_access.ts";
export {
  type CallableExpression,
  defaultExpr,
  type ExpressionWords,
  sql,
  SQLiteFunctions,
  SQLiteKeywords,
  SQLiteTypes,
} from "./sql/sql_words.ts";
export type {
  SqliteDriver,
  SqliteParameter,
  SqliteRow,
  SqliteRunResult,
  SqliteStatement,
  SqliteValue,
  TransactionMode,
} from "./driver/sqlite_driver.ts";
export type {
  MigrationOptions,
  TableConstraints,
  TableOptions,
  TableSchema,
} from "./schema/table_options.ts";
export type {
  ArrayKey,
  BatchUpdate,
  ColumnNames,
  ColumnOf,
  Conditioned,
  DeleteResult,
  InsertBatchResult,
  InsertOptions,
  InsertResult,
  JoinCondition,
  Joined,
  Nullable,
  Parser,
  RegexCondition,
  Row,
  UpdateResult,
  WhereCondition,
  WhereOperator,
} from "./schema/table_types.ts";
