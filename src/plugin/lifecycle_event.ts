/**
 * What is said of plugins as they come and go.
 *
 * @module
 */
import type { PluginError } from "../shared/errors.ts";
import type { PluginIdentity } from "../shared/plugin_identity.ts";

/** What became of a plugin; `handler.on` listens to it. */
export type LifecycleEventName =
  | "plugin:installed"
  | "plugin:updated"
  | "plugin:rolledBack"
  | "plugin:loaded"
  | "plugin:unloaded"
  | "plugin:failed"
  | "plugin:quarantined"
  | "plugin:recovered"
  | "plugin:disabled"
  | "plugin:enabled"
  | "plugin:deleted";

/** Which plugin it is about. */
export interface LifecycleEvent extends PluginIdentity {
  /** Why, where somebody or something gave a reason. */
  readonly reason?: string;
  /** What was thrown, where that is the reason. */
  readonly error?: PluginError;
}

/** Says what became of a plugin; after it is so. */
export type Announce = (
  event: LifecycleEventName,
  about: LifecycleEvent,
) => void;
