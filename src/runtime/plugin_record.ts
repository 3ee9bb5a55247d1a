/**
 * Builds the record of a loaded plugin. Its parts are made when they are first
 * read: under lazy activation most plugins of a start are never asked.
 *
 * @module
 */
import type { PluginContributions } from "../contributions.ts";
import { canonicalEvent } from "../event_names.ts";
import type { PluginIdentity, PluginLogger, Row } from "../plugin.ts";
import { RouteTable } from "../routing/mod.ts";
import type { QueryBuilder } from "../store/mod.ts";
import type { BoundRoute, LoadedPlugin } from "./loaded_plugin.ts";
import type { PluginHealth } from "./plugin_health.ts";
import type { PluginRunner, RunHook } from "./plugin_runner.ts";

/** What a record is built from. */
export interface PluginRecordParts {
  /** Which plugin it is. */
  readonly identity: PluginIdentity;
  /** What it contributes; called once. */
  readonly contributions: () => PluginContributions;
  /** `sha256-<base64>` of its code. */
  readonly digest: string | null;
  /** Its logger. */
  readonly logger: PluginLogger;
  /** A fresh builder for its table, or `null` where it declares none. */
  readonly table: () => QueryBuilder<Row> | null;
  /** What runs its code. */
  readonly runner: PluginRunner;
  /** How it is doing. */
  readonly health: PluginHealth;
}

/** The record of one loaded plugin. */
export class PluginRecord implements LoadedPlugin {
  readonly id: number;
  readonly name: string;
  readonly version: string;
  readonly digest: string | null;
  readonly runner: PluginRunner;
  readonly health: PluginHealth;
  readonly table: () => QueryBuilder<Row> | null;
  readonly logger: PluginLogger;
  readonly #parts: PluginRecordParts;
  #contributions: PluginContributions | undefined;
  #routes: RouteTable<BoundRoute> | undefined;
  #hooks: ReadonlyMap<string, RunHook> | undefined;

  /**
   * @param parts What the record holds.
   */
  constructor(parts: PluginRecordParts) {
    const { identity, runner, health, table, logger } = parts;
    this.id = identity.id;
    this.name = identity.name;
    this.version = identity.version;
    this.runner = runner;
    this.health = health;
    this.digest = parts.digest;
    this.table = table;
    this.logger = logger;
    this.#parts = parts;
  }

  /** What the plugin contributes, as plain data. */
  get contributions(): PluginContributions {
    return this.#contributions ??= this.#parts.contributions();
  }

  /** Its routes, ready to match and run. */
  get routes(): RouteTable<BoundRoute> {
    return this.#routes ??= new RouteTable(
      this.contributions.routes.map((route) => ({
        path: route.path,
        methods: route.methods,
        value: { route, run: this.runner.chain(route) },
      })),
    );
  }

  /** Its hooks by canonical name; the first of two dialects wins. */
  get hooks(): ReadonlyMap<string, RunHook> {
    return this.#hooks ??= new Map(
      this.contributions.events.map((event) =>
        [canonicalEvent(event), this.runner.hook(event)] as const
      ).reverse(),
    );
  }
}
