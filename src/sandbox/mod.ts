/**
 * The sandbox: plugins in processes of their own. What runs them is opened when
 * the first of them is loaded; `host/sandboxed_plugins.ts` leads to it.
 *
 * @module
 */
export { DeferredSandbox } from "./deferred_sandbox.ts";
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
export { newScratchFolder } from "./process/scratch_folder.ts";
export type { SandboxOptions } from "./sandbox_options.ts";
