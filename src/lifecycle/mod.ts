/**
 * From stored rows to live plugins.
 *
 * @module
 */
export { sourceOf } from "./code_intake.ts";
export { PluginAssembly, type SignatureChecker } from "./plugin_assembly.ts";
export { PluginLifecycle } from "./plugin_lifecycle.ts";
export { PluginTables } from "./plugin_tables.ts";
export type { PluginTrial } from "./plugin_trial.ts";
export { TableFiles } from "./table_files.ts";
export { wantedColumns } from "./wanted_columns.ts";
