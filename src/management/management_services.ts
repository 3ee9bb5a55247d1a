/**
 * What the parts of managing plugins work with; each of them picks what it
 * needs.
 *
 * @module
 */
import type { HealthBook, PluginRegistry } from "../execution/mod.ts";
import type {
  PluginAssembly,
  PluginLifecycle,
  PluginTables,
} from "../lifecycle/mod.ts";
import type { Announce } from "../plugin/lifecycle_event.ts";
import type {
  ContributionStore,
  PluginRepository,
  SettingStore,
} from "../store/mod.ts";
import type { PluginAudit } from "./plugin_audit.ts";

/** What plugins are managed with. */
export interface ManagementServices {
  /** Where the rows are. */
  readonly repository: PluginRepository;
  /** What is loaded. */
  readonly registry: PluginRegistry;
  /** What loads and unloads. */
  readonly lifecycle: PluginLifecycle;
  /** What tries code. */
  readonly assembly: PluginAssembly;
  /** What makes and drops tables. */
  readonly tables: PluginTables;
  /** What known code contributes. */
  readonly contributions: ContributionStore;
  /** What operators have set. */
  readonly settings: SettingStore;
  /** How the plugins are doing. */
  readonly health: HealthBook;
  /** Where it is all noted. */
  readonly audit: PluginAudit;
  /** Runs several writes as one. */
  readonly atomically: <R>(writes: () => R) => R;
  /** Says what becomes of the plugins. */
  readonly announce: Announce;
}
