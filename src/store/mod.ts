/**
 * The handler's own tables: the plugin rows, and what is kept beside them.
 *
 * @module
 */
export {
  type AuditAction,
  type AuditEntry,
  AuditLog,
  type AuditQuery,
} from "./audit_log.ts";
export { type KeptPolicy, PolicyStore } from "./agent_policy.ts";
export { refuseNewerSchema } from "./handler_schema.ts";
export { knownRepositories } from "./known_repositories.ts";
export { ContributionStore, hasTextTemplates } from "./contribution_store.ts";
export {
  KeptColumns,
  type ReturningColumn,
} from "../sqlite/schema/kept_columns.ts";
export { detectParser } from "../sqlite/schema/parser_detection.ts";
export type * from "./plugin_repository.ts";
export { ScheduleRuns } from "./schedule_runs.ts";
export {
  type KeptSetting,
  SettingStore,
  type WritableSetting,
} from "./setting_store.ts";
export {
  SqlitePluginRepository,
  type SqlitePluginRepositoryOptions,
} from "./sqlite_plugin_repository.ts";
export { type OrphanedTable, TableOwners } from "./table_owners.ts";
