/**
 * The sandbox room: the process way of running a plugin.
 *
 * A handler makes one {@linkcode Sandbox} and, for every plugin whose isolation
 * is `process`, one {@linkcode ProcessRunner} in the place of the inline one:
 * `new ProcessRunner({ sandbox, plugin, source, permissions, tableFile, open,
 * logger, health, actionTimeoutMs, loadTimeoutMs, cleanupTimeoutMs })`. Its `open` is
 * called with `{ definition, contributions }` each time a process has imported
 * the code, and answers with the place where the plugin's table is kept.
 *
 * @module
 */
export {
  type DescribeOptions,
  describePlugin,
} from "./host/describe_plugin.ts";
export type { DescribedPlugin } from "./host/described_plugin.ts";
export { isolateUnsigned, type SignedPlugin } from "./host/isolation_policy.ts";
export type { SystemConfinement } from "./process/launcher.ts";
export {
  absolutePermissions,
  type HeaderPermissions,
  intersectPermissions,
  missingPermissions,
  PERMISSION_NAMES,
  type PermissionKind,
  type PermissionName,
  permissionsOf,
  type PermissionTerms,
  type PluginPermissions,
  readPermissions,
  termsOf,
} from "./process/permissions.ts";
export { ProcessRunner } from "./host/process_runner.ts";
export { newScratchFolder } from "./process/scratch_folder.ts";
export { Sandbox } from "./host/sandbox.ts";
export type { SandboxOptions } from "./sandbox_options.ts";
export type { ProcessRunnerOptions } from "./host/start_session.ts";
export {
  SandboxPlace,
  type SandboxPlaceOptions,
} from "./host/sandbox_place.ts";
