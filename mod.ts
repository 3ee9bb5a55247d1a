/**
 * The plugin system of DockStat agents: installs plugins from manifests, keeps
 * them in SQLite, loads them without touching the disk, serves their routes,
 * calls their hooks and hands out their pages.
 *
 * @example Load what is installed, and serve it
 * ```ts
 * import PluginHandler from "@dockstat/plugin-handler";
 * import { assertEquals } from "@std/assert";
 *
 * await using handler = new PluginHandler(":memory:");
 * await handler.loadAllPlugins();
 *
 * const response = await handler.fetch(
 *   new Request("http://localhost/plugins/greeter/routes/hello"),
 * );
 * assertEquals(response.status, 404);
 * assertEquals((await response.json()).code, "PLUGIN_NOT_FOUND");
 * ```
 *
 * @module
 */
export type {
  ActionOutcome,
  ActionResult,
  EmitFailure,
  EmitResult,
  EventListener,
  FrontendPage,
  FrontendSummary,
  LoaderResult,
  NavigationItem,
  OpenApiDocument,
  OpenApiOperation,
  OpenApiOptions,
  PageContext,
  PluginPages,
  ProblemDetails,
  RouteLoaderResults,
} from "./src/dispatch/mod.ts";
export {
  ActionError,
  type ActionErrorOptions,
  ConstraintError,
  type ConstraintErrorOptions,
  type ConstraintKind,
  ERROR_STATUS,
  type Issue,
  MethodNotAllowedError,
  PluginError,
  type PluginErrorCode,
  type PluginErrorOptions,
  ValidationError,
} from "./src/shared/errors.ts";
export {
  PluginHandler,
  PluginHandler as default,
  type PluginRoutes,
  type ServerHooks,
} from "./src/handler/plugin_handler.ts";
export type { PluginHandlerOptions } from "./src/handler/options.ts";
export {
  type FetchOptions,
  type FetchProgress,
  type FetchSubject,
  type InstallOptions,
  type Manifest,
  type ManifestAuthor,
  type ManifestFormat,
  type ManifestPermission,
  type ManifestPermissions,
  type ManifestResult,
  type ManifestSchema,
  manifestSchema,
  type ObtainOptions,
  type ParsedManifest,
  parseManifest,
  type SignatureState,
  type TrustedKey,
  type TrustedKeys,
  type TrustOptions,
  type Verdict,
  type VerificationOptions,
} from "./src/install/mod.ts";
export type {
  ActorOptions,
  CheckOptions,
  DiagnoseOptions,
  Finding,
  InstallCallOptions,
  InstallPluginOptions,
  InstallPreview,
  InstallPreviewOptions,
  ListedPlugin,
  ListedTable,
  LoadFailure,
  LoadResult,
  OperationFailure,
  OperationResult,
  OperationSuccess,
  PermissionReport,
  PluginSignatureState,
  PluginStatus,
  PreviewedContributions,
  PublicRoutesReport,
  ShownSecret,
  ShownValue,
  SkippedPlugin,
  SuccessionFlags,
  SyncResult,
  TableRows,
  TableRowsQuery,
  UpdateCheck,
  UpdateOptions,
} from "./src/management/mod.ts";
export type {
  LifecycleEvent,
  LifecycleEventName,
} from "./src/plugin/lifecycle_event.ts";
export type * from "./src/plugin/plugin.ts";
export type {
  CallReport,
  HealthReport,
  HealthState,
  Isolation,
} from "./src/execution/mod.ts";
export {
  type HeaderPermissions,
  isolateUnsigned,
  type PermissionName,
  type PluginPermissions,
  type SandboxOptions,
  type SignedPlugin,
  type SystemConfinement,
} from "./src/sandbox/mod.ts";
export type {
  AuditAction,
  AuditEntry,
  AuditQuery,
  DBPluginSchema,
  OrphanedTable,
  PluginDecisions,
  PluginExtras,
  PluginRow,
  PluginState,
  PluginVersion,
  RowTrust,
  StoredPlugin,
} from "./src/store/mod.ts";
