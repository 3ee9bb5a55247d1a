/**
 * The record of one loaded plugin. It holds everything that loading made, so
 * that dropping the record unloads the plugin.
 *
 * @module
 */
import type {
  PluginContributions,
  RouteContribution,
} from "../plugin/contributions.ts";
import type { PluginIdentity, PluginLogger, Row } from "../plugin/plugin.ts";
import type { RouteTable } from "../routing/route_table.ts";
import type { QueryBuilder } from "../sqlite/mod.ts";
import type { PluginHealth } from "./plugin_health.ts";
import type {
  DisposeOptions,
  PluginRunner,
  RunChain,
  RunHook,
} from "./plugin_runner.ts";

/** A route with its compiled chain. */
export interface BoundRoute {
  /** What the plugin declared. */
  readonly route: RouteContribution;
  /** Runs the chain. */
  readonly run: RunChain;
}

/** Everything that loading a plugin made. */
export interface LoadedPlugin extends PluginIdentity {
  /** `sha256-<base64>` of the code that runs. */
  readonly digest: string | null;
  /** What it contributes, as plain data. */
  readonly contributions: PluginContributions;
  /** Its routes, ready to match and run. */
  readonly routes: RouteTable<BoundRoute>;
  /** Its hooks by the names of {@linkcode canonicalEvent}. */
  readonly hooks: ReadonlyMap<string, RunHook>;
  /** Its logger. */
  readonly logger: PluginLogger;
  /** A fresh builder for its table, or `null` where it declares none. */
  readonly table: () => QueryBuilder<Row> | null;
  /** What runs its code. */
  readonly runner: PluginRunner;
  /** How it is doing. */
  readonly health: PluginHealth;
  /** Runs the plugin's `cleanup()`, and lets go of all that it holds. */
  dispose(options?: DisposeOptions): Promise<void>;
}
