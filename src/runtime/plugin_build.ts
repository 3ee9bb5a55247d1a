/**
 * Puts one plugin together: its runner, its table and its record. Whatever it
 * makes it can take back.
 *
 * @module
 */
import type { PluginContributions } from "../contributions.ts";
import type { LoadedModule } from "../loader/mod.ts";
import { pluginLogger } from "../logging.ts";
import type { PluginIdentity, PluginLogger, Row } from "../plugin.ts";
import type { ContributionStore } from "../store/handler_tables.ts";
import type {
  PluginRepository,
  StoredPlugin,
} from "../store/handler_tables.ts";
import type { QueryBuilder } from "../store/mod.ts";
import type { HealthBook } from "./health_book.ts";
import { InlineRunner } from "./inline_runner.ts";
import type { LoadQueue } from "./load_limit.ts";
import type { PluginHealth } from "./plugin_health.ts";
import { PluginRecord, type PluginRecordParts } from "./plugin_record.ts";
import type { PluginTable, PluginTables } from "./plugin_tables.ts";

/** What a build works with. */
export interface PluginBuildOptions {
  /** Where the digest of a row that has none is pinned. */
  readonly repository: Pick<PluginRepository, "pinDigest">;
  /** What known code contributes. */
  readonly contributions: ContributionStore;
  /** What makes tables. */
  readonly tables: PluginTables;
  /** How the plugins are doing. */
  readonly health: HealthBook;
  /** The categories in front of every logger's own. */
  readonly loggerParents: readonly string[];
  /** Milliseconds that an action may take; 0 for no limit. */
  readonly actionTimeoutMs: number;
  /** Milliseconds that import and `init()` may take together. */
  readonly loadTimeoutMs: number;
  /** Milliseconds that `cleanup()` may take. */
  readonly cleanupTimeoutMs: number;
}

/** A plugin's code, imported and checked, and the code's digest. */
export interface BuildModule extends LoadedModule {
  /** `sha256-<base64>` of the stored code. */
  readonly digest: string;
}

/** A plugin that is ready to be published. */
export interface AssembledPlugin {
  /** The record. */
  readonly record: PluginRecord;
  /** Takes back what assembling made. */
  undo(): Promise<void>;
}

/** A plugin while it is being put together. */
export class PluginBuild implements PluginRecordParts {
  /** What will run the plugin. */
  readonly runner: InlineRunner;
  /** The plugin's logger. */
  readonly logger: PluginLogger;
  /** How the plugin is doing. */
  readonly health: PluginHealth;
  readonly #options: PluginBuildOptions;
  readonly #row: StoredPlugin;
  readonly #identity: PluginIdentity;
  #contributions: PluginContributions | undefined;
  #table: PluginTable | undefined;
  #builder: PluginTable["builder"] | undefined;
  #module: BuildModule | undefined;
  /** Whether nobody knew before what the code contributes. */
  #isNew = false;
  #undoing: Promise<void> | undefined;

  /**
   * @param options What it works with.
   * @param row The plugin's row.
   * @param code Imports the plugin's code, what is imported in front of it, and
   * where its calls are counted.
   */
  constructor(
    options: PluginBuildOptions,
    row: StoredPlugin,
    code: {
      readonly module: () => Promise<BuildModule>;
      readonly queue?: LoadQueue;
      readonly health?: PluginHealth;
    },
  ) {
    const { id, name, version } = row;
    let arrived: BuildModule | undefined;
    this.#options = options;
    this.#row = row;
    this.health = code.health ?? options.health.of(id);
    this.#identity = Object.freeze({ id, name, version });
    this.logger = pluginLogger(options.loggerParents, name);
    this.runner = new InlineRunner({
      ...options,
      plugin: {
        identity: this.#identity,
        logger: this.logger,
        table: () => this.#builder?.() ?? null,
      },
      code: async () => arrived = await code.module(),
      onCode: () => this.open(arrived!),
      queue: code.queue,
      health: this.health,
    });
  }

  /** What the plugin contributes: as it was learnt, or as its code says. */
  contributions = (): PluginContributions =>
    this.#contributions ??= this.#recall();

  /** A fresh builder for the plugin's table, `null` where it declares none. */
  table = (): QueryBuilder<Row> | null => {
    if (this.#builder === undefined) this.contributions();
    return this.#builder?.() ?? null;
  };

  /** The plugin, with its code imported and `init()` done. */
  assembled(): AssembledPlugin {
    const { id, name, version, digest } = this.#row;
    const code = { id, name, version, digest: this.#module?.digest ?? digest };
    return {
      record: new PluginRecord(code, () => this),
      undo: () => this.undo(),
    };
  }

  /** Takes back what was made. */
  undo(): Promise<void> {
    return this.#undoing ??= this.runner.dispose().finally(() => {
      this.#table?.undo();
      if (this.#isNew) this.#options.contributions.forget(this.#module!.digest);
    });
  }

  #recall(): PluginContributions {
    const { digest, id } = this.#row;
    const text = this.#options.contributions.get(digest!);
    if (text === undefined) return forgotten(id);
    const contributions: PluginContributions = JSON.parse(text);
    if (contributions.table !== undefined) {
      this.#builder = this.#options.tables
        .builder(this.#identity, contributions.table);
    }
    return contributions;
  }

  /**
   * Makes what the code needs before its `init()`; by itself, where that must
   * happen within a transaction.
   *
   * @param module The code.
   */
  open(module: BuildModule): void {
    if (this.#module === module) return;
    const { id, digest } = this.#row;
    const { contributions } = module;
    this.#contributions = contributions;
    if (contributions.table !== undefined) {
      this.#table = this.#options.tables.open(
        this.#identity,
        contributions.table,
        { adopts: digest === null },
      );
      this.#builder = this.#table.builder;
    }
    if (digest === null) {
      this.#options.repository.pinDigest(id, module.digest);
    }
    this.#module = module;
    this.#isNew = this.#options.contributions.remember(
      module.digest,
      contributions,
    );
  }
}

/** Another agent has put other code in its place. */
function forgotten(id: number): PluginContributions {
  return {
    meta: {},
    routes: [],
    actions: [],
    events: [],
    activation: "lazy",
    warnings: [
      `another agent changed it in the store; call syncFromStore() or reloadPlugin(${id})`,
    ],
  };
}
