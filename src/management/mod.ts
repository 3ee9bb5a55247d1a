/**
 * Management: what operators do to plugins, and what they can ask.
 *
 * @module
 */
export { asPluginError } from "./operation_result.ts";
export type {
  OperationFailure,
  OperationResult,
  OperationSuccess,
} from "./operation_result.ts";
export { type ActorOptions, PluginAudit } from "./plugin_audit.ts";
export {
  effectivePermissions,
  PermissionGrants,
  type PermissionReport,
} from "./permission_grants.ts";
export { CircuitBreaker } from "./failures/circuit_breaker.ts";
export { FailureLog } from "./failures/failure_log.ts";
export { LastErrors } from "./failures/last_errors.ts";
export { NewsLog } from "./failures/news_log.ts";
export { PluginDecisionMaker } from "./plugin_decisions.ts";
export { PluginGuard } from "./failures/plugin_guard.ts";
export { InstallTrial } from "./install/install_trial.ts";
export {
  type InstallCallOptions,
  type InstallPluginOptions,
  PluginInstaller,
} from "./install/plugin_installer.ts";
export { PluginManager } from "./plugin_manager.ts";
export { PluginSettings, type ShownSecret } from "./plugin_settings.ts";
export {
  type ListedPlugin,
  type PluginSignatureState,
  type PluginStatus,
  PluginStatusReader,
} from "./plugin_status.ts";
export type { SuccessionFlags, UpdateSettings } from "./install/succession.ts";
export { PluginUpdater, type UpdateOptions } from "./install/plugin_updater.ts";
export { PublicRoutes, type PublicRoutesReport } from "./public_routes.ts";
export type { DiagnoseOptions, Finding } from "./doctor.ts";
export { StoreFollower } from "./store_follower.ts";
export {
  type ListedTable,
  type ShownValue,
  TableBrowser,
  type TableRows,
  type TableRowsQuery,
} from "./table_browser.ts";
export { StoreSync, type SyncResult } from "./store_sync.ts";
export {
  type LoadFailure,
  type LoadResult,
  PluginStarter,
  type SkippedPlugin,
} from "./failures/plugin_starter.ts";
export type { CheckOptions, UpdateCheck } from "./install/update_check.ts";
export { VersionSwap } from "./install/version_swap.ts";
export {
  type InstallPreview,
  type InstallPreviewOptions,
  type PreviewedContributions,
  previewInstall,
  previewUpdate,
} from "./install/install_preview.ts";
