/**
 * One loaded plugin. It holds everything that loading made, so that dropping it
 * unloads the plugin. Its parts are made when they are first read: under lazy
 * activation most plugins of a start are never asked.
 *
 * @module
 */
import type {
  PluginContributions,
  RouteContribution,
} from "../plugin/contributions.ts";
import { canonicalEvent } from "../plugin/event_names.ts";
import type { PluginIdentity, PluginLogger, Row } from "../plugin/plugin.ts";
import { RouteTable } from "../routing/route_table.ts";
import type { QueryBuilder } from "../sqlite/mod.ts";
import type { PluginHealth } from "./health/plugin_health.ts";
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

/** What a loaded plugin is made of. */
export interface LoadedPluginParts {
  /** What the plugin contributes; called once. */
  readonly contributions: () => PluginContributions;
  /** Its logger. */
  readonly logger: PluginLogger;
  /** A fresh builder for its table, or `null` where it declares none. */
  readonly table: () => QueryBuilder<Row> | null;
  /** What runs its code. */
  readonly runner: PluginRunner;
  /** How it is doing. */
  readonly health: PluginHealth;
  /** Ends what runs its code, and takes the table away. */
  end(options?: DisposeOptions): Promise<void>;
  /** Takes back what loading made. */
  undo(): Promise<void>;
}

/** A plugin that is in service, or ready to be published. */
export class LoadedPlugin implements PluginIdentity {
  readonly id: number;
  readonly name: string;
  readonly version: string;
  /** `sha256-<base64>` of the code that runs. */
  readonly digest: string | null;
  #made: LoadedPluginParts | undefined;
  readonly #make: () => LoadedPluginParts;
  #contributions: PluginContributions | undefined;
  #routes: RouteTable<BoundRoute> | undefined;
  #hooks: ReadonlyMap<string, RunHook> | undefined;

  /**
   * @param plugin Which plugin it is, and the digest of its code.
   * @param parts The parts, or what makes them, called once at most.
   */
  constructor(
    plugin: PluginIdentity & { readonly digest: string | null },
    parts: LoadedPluginParts | (() => LoadedPluginParts),
  ) {
    this.id = plugin.id;
    this.name = plugin.name;
    this.version = plugin.version;
    this.digest = plugin.digest;
    if (typeof parts === "function") this.#make = parts;
    else {
      // What exists must be let go of, even where nobody asked for it.
      this.#made = parts;
      this.#make = () => parts;
    }
  }

  /** What runs its code. */
  get runner(): PluginRunner {
    return this.#parts.runner;
  }

  /** How it is doing. */
  get health(): PluginHealth {
    return this.#parts.health;
  }

  /** Its logger. */
  get logger(): PluginLogger {
    return this.#parts.logger;
  }

  /** A fresh builder for its table, or `null` where it declares none. */
  get table(): () => QueryBuilder<Row> | null {
    return this.#parts.table;
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

  /** Lets go of all that it holds. */
  async dispose(options?: DisposeOptions): Promise<void> {
    await this.#made?.end(options);
  }

  /** Takes back what loading made, in the place of publishing it. */
  async undo(): Promise<void> {
    await this.#made?.undo();
  }

  get #parts(): LoadedPluginParts {
    return this.#made ??= this.#make();
  }
}
