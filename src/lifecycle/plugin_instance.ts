/**
 * One instance of a plugin: its runner, its tables, and what it emits. Whatever
 * it makes it can take back.
 *
 * @module
 */
import type { PluginContributions } from "../plugin/contributions.ts";
import { declaredTables, tablesByName } from "../plugin/declared_tables.ts";
import { digestOf } from "../shared/digest.ts";
import { PluginError } from "../shared/errors.ts";
import type { ImportedPlugin } from "../loader/mod.ts";
import { pluginLogger } from "../shared/logging.ts";
import type {
  PluginIdentity,
  PluginLogger,
  Row,
  TableConfig,
  TablesByName,
} from "../plugin/plugin.ts";
import type {
  ContributionStore,
  PluginRepository,
  SettingStore,
  StoredPlugin,
  StoredPluginCode,
} from "../store/mod.ts";
import type { QueryBuilder } from "../sqlite/mod.ts";
import type { HealthBook } from "../execution/health/health_of_plugins.ts";
import {
  type GivenSettings,
  type InlineCode,
  InlineRunner,
} from "../execution/inline_runner.ts";
import { PluginEmitter } from "../execution/plugin_emitter.ts";
import type { LoadQueue } from "../async/load_limit.ts";
import type { PluginHealth } from "../execution/health/plugin_health.ts";
import {
  LoadedPlugin,
  type LoadedPluginParts,
} from "../execution/loaded_plugin.ts";
import type {
  DisposeOptions,
  PluginRunner,
} from "../execution/plugin_runner.ts";
import type { PluginTable, PluginTables } from "./plugin_tables.ts";
import type {
  ProcessPlace,
  TableFile,
  TableHome,
} from "../execution/isolated_plugins.ts";
import { checkSchedules } from "./check_schedules.ts";
import { openTemplates } from "./open_templates.ts";
import { TableAccess } from "./revocable_driver.ts";
import { wantedColumns } from "./wanted_columns.ts";
import { runUpgrade } from "../execution/run_upgrade.ts";
import type { TimeLimits } from "../execution/time_limits.ts";
import { verifyRow } from "./verify_row.ts";

/** What instances of plugins work with. */
export interface PluginInstanceServices extends TimeLimits {
  /** Where rows are read, and the digest of a row that has none is pinned. */
  readonly repository: Pick<
    PluginRepository,
    "decide" | "find" | "get" | "pinDigest" | "versions"
  >;
  /** What known code contributes. */
  readonly contributions: ContributionStore;
  /** What operators have set. */
  readonly settings: Pick<SettingStore, "give">;
  /** Hands an event of a plugin to the others. */
  readonly publish: (event: string, payload: unknown) => void;
  /** What makes tables. */
  readonly tables: PluginTables;
  /** How the plugins are doing. */
  readonly health: HealthBook;
  /** The categories in front of every logger's own. */
  readonly loggerParents: readonly string[];
  /** Where plugins that get a process of their own run. */
  readonly processes: ProcessPlace;
}

/** How an instance comes by its code. */
export type InstanceCode =
  & {
    /**
     * Where its calls are counted.
     *
     * @default where those of the plugin are
     */
    readonly health?: PluginHealth;
  }
  & ({
    /** Where it runs: decided once, since the host may answer otherwise later. */
    readonly isolation: "process";
  } | {
    readonly isolation: "inline";
    /** Imports the code into this process. */
    readonly imported: () => Promise<ImportedPlugin>;
    /** What is imported in front of it. */
    readonly queue?: LoadQueue;
  });

/** One instance of a plugin. */
export class PluginInstance implements LoadedPluginParts {
  /** What will run the plugin. */
  readonly runner: PluginRunner;
  /** The plugin's logger. */
  readonly logger: PluginLogger;
  /** How the plugin is doing. */
  readonly health: PluginHealth;
  readonly #options: PluginInstanceServices;
  readonly #row: StoredPlugin | StoredPluginCode;
  /** `sha256-<base64>` of the code; `null` until that of such a row is known. */
  #digest: string | null;
  readonly #identity: PluginIdentity;
  #contributions: PluginContributions | undefined;
  readonly #access: TableAccess;
  readonly #emitter: PluginEmitter;
  /** Its tables, as this instance opened them. */
  readonly #opened: PluginTable[] = [];
  #builder: PluginTable["builder"] | undefined;
  #tables: TablesByName = NO_TABLES;
  #isOpen = false;
  /** Whether nobody knew before what the code contributes. */
  #isNew = false;
  #undoing: Promise<void> | undefined;

  /** @param row The plugin's row, with its code where it has no digest. */
  constructor(
    options: PluginInstanceServices,
    row: StoredPlugin | StoredPluginCode,
    code: InstanceCode,
  ) {
    const { id, name, version } = row;
    this.#options = options;
    this.#row = row.digest === null ? row : withoutCode(row);
    this.#digest = row.digest;
    this.health = code.health ?? options.health.of(id);
    this.#identity = Object.freeze({ id, name, version });
    this.#access = new TableAccess(this.#identity);
    this.health.plugin = this.#identity;
    if (row.quarantines > 0 && code.health === undefined) {
      this.health.beginTrial();
    }
    this.logger = pluginLogger(options.loggerParents, name);
    this.#emitter = new PluginEmitter({
      plugin: this.#identity,
      emits: emitsOf(row),
      publish: this.#publish,
    });
    this.runner = code.isolation === "process"
      ? this.#isolated()
      : this.#inline(code.imported, code.queue);
  }

  /** What the plugin contributes: as it was learnt, or as its code says. */
  contributions = (): PluginContributions =>
    this.#contributions ??= this.#recall();

  /** A fresh builder for the plugin's table, `null` where it declares none. */
  table = (): QueryBuilder<Row> | null => {
    if (this.#builder === undefined) this.contributions();
    return this.#builder?.() ?? null;
  };

  /** Imports the code, runs `init()`, and checks what it contributes. */
  async activate(): Promise<LoadedPlugin> {
    await this.runner.activate();
    await this.#check(this.contributions());
    const { id, name, version } = this.#identity;
    const digest = this.#digest;
    return new LoadedPlugin({ id, name, version, digest }, this);
  }

  /**
   * Ends the instance, which can use its table until its `cleanup()` is done.
   *
   * @param options Whether what is under way finishes first.
   */
  async end(options?: DisposeOptions): Promise<void> {
    try {
      await this.runner.dispose(options);
    } finally {
      this.#access.revoke();
      this.#emitter.close();
    }
  }

  /** Takes back what was made. */
  undo(): Promise<void> {
    return this.#undoing ??= this.end().finally(() => {
      for (const table of this.#opened) table.undo();
      if (this.#isNew) this.#options.contributions.forget(this.#digest!);
    });
  }

  #inline(
    imported: () => Promise<ImportedPlugin>,
    queue: LoadQueue | undefined,
  ): InlineRunner {
    return new InlineRunner({
      ...this.#options,
      plugin: {
        identity: this.#identity,
        logger: this.logger,
        table: () => this.#builder?.() ?? null,
        emit: this.#emitter.emit,
      },
      code: async (givenUp) => await this.#arrive(await imported(), givenUp),
      queue,
      health: this.health,
    });
  }

  /** What reading the definition does not look at. */
  async #check(contributions: PluginContributions): Promise<void> {
    try {
      await checkSchedules(this.#identity, contributions);
    } catch (error) {
      if (error instanceof PluginError) this.health.loadFinished(error);
      throw error;
    }
    await openTemplates(contributions);
  }

  /** What goes on after the load was given up leaves nothing behind. */
  async #arrive(
    imported: ImportedPlugin,
    givenUp: AbortSignal,
  ): Promise<InlineCode> {
    const { contributions } = imported;
    try {
      givenUp.throwIfAborted();
      this.open(contributions, imported);
      const settings = await this.#givenSettings(contributions);
      const table = this.#builder ?? null;
      return { ...imported, table, tables: this.#tables, settings };
    } catch (error) {
      imported.release();
      throw error;
    }
  }

  #isolated(): PluginRunner {
    return this.#options.processes.runner({
      identity: this.#identity,
      row: () => this.#currentRow(),
      tableFile: () => this.#tableFile(),
      open: (contributions) => {
        // Another agent may have changed it since the process got its code.
        this.#currentRow();
        this.open(contributions);
        return this.#tableHome();
      },
      settings: () => this.#options.settings.give(this.#identity),
      upgradeFrom: () => this.#pendingUpgrade(),
      upgraded: () => this.#upgraded(),
      emits: emitsOf(this.#row),
      emit: (event, json) => {
        const problem = this.#emitter.problemOf(event);
        if (problem !== undefined) throw new TypeError(problem);
        this.#publish(event, json);
      },
      logger: this.logger,
      health: this.health,
    });
  }

  /** The version whose data a process has to upgrade. */
  #pendingUpgrade(): string | null {
    const { repository } = this.#options;
    const from = repository.find(this.#row.id)?.upgradeFrom ?? null;
    if (from === null || this.#contributions?.hasUpgrade) return from;
    this.#upgraded();
    return null;
  }

  /** The others hear of it once whoever emits has come to a rest. */
  readonly #publish = (event: string, json: string | undefined): void => {
    const payload: unknown = json === undefined ? undefined : JSON.parse(json);
    queueMicrotask(() => this.#options.publish(event, payload));
  };

  async #givenSettings(
    { settings: contribution }: PluginContributions,
  ): Promise<GivenSettings | undefined> {
    if (contribution === undefined) return undefined;
    const stored = await this.#options.settings.give(this.#identity);
    return { contribution, stored };
  }

  /** Undefined where nobody knows what the code contributes. */
  #tableFile(): TableFile | null | undefined {
    if (this.#contributions === undefined) {
      const { digest } = this.#row;
      const known = digest && this.#options.contributions.get(digest);
      if (!known) return undefined;
      this.#contributions = known;
    }
    return this.#tableHome()?.file ?? null;
  }

  #tableHome(): TableHome | null {
    const names = declaredTables(this.#contributions ?? {})
      .map(({ name }) => name);
    if (names.length === 0) return null;
    const { tables } = this.#options;
    const wanted = wantedColumns(this.#options, this.#row.id);
    return tables.home(this.#identity, names, wanted);
  }

  /** What was loaded is what must be run. */
  #currentRow(): StoredPluginCode {
    const { repository } = this.#options;
    const { id, name, version } = this.#row;
    const row = verifyRow(id, repository.get(id));
    const expected = this.#digest;
    if (expected === null) return { ...row, digest: digestOf(row.plugin) };
    if (row.digest === expected && row.version === version) return row;
    throw changedInStore({ id, name });
  }

  #recall(): PluginContributions {
    const { digest, id } = this.#row;
    const contributions = this.#options.contributions.get(digest!);
    if (contributions === undefined) return forgotten(id);
    this.#useTables(contributions);
    return contributions;
  }

  #useTables({ table, tables }: PluginContributions): void {
    const builderOf = (config: TableConfig) =>
      this.#options.tables.builder(this.#identity, config, this.#access);
    if (table !== undefined) this.#builder = builderOf(table);
    if (tables !== undefined) this.#tables = tablesByName(tables, builderOf);
  }

  #openTables(
    contributions: PluginContributions,
    { adopts }: { readonly adopts: boolean },
  ): void {
    const { tables } = this.#options;
    const options = { adopts, access: this.#access };
    const isInline = this.runner.isolation === "inline";
    for (const config of declaredTables(contributions)) {
      this.#opened.push(
        isInline
          ? tables.open(this.#identity, config, options)
          : tables.claim(this.#identity, config, options),
      );
    }
    this.#useTables(contributions);
  }

  /**
   * Makes what the code needs before its `init()`; by itself, where that must
   * happen within a transaction.
   *
   * @param imported The code, where it runs in this process.
   */
  open(contributions: PluginContributions, imported?: ImportedPlugin): void {
    // What a process says when it is started again changes nothing.
    if (this.#isOpen) return;
    const from = this.#row.upgradeFrom;
    if (from === null || this.runner.isolation !== "inline") {
      return this.#open(contributions);
    }
    this.#options.tables.together(this.#row.id, () => {
      this.#open(contributions);
      this.#upgrade(imported, from);
    });
  }

  /** Where the code has no upgrade(), its version is up to date as it is. */
  #upgrade(imported: ImportedPlugin | undefined, from: string): void {
    if (imported?.definition.upgrade !== undefined) {
      runUpgrade(imported, {
        from,
        to: this.#row.version,
        table: this.#builder?.() ?? null,
        tables: this.#tables,
        logger: this.logger,
        plugin: this.#identity,
      });
    }
    this.#upgraded();
  }

  #upgraded(): void {
    this.#options.repository.decide(this.#row.id, { upgradeFrom: null });
  }

  #open(contributions: PluginContributions): void {
    const { repository, contributions: known } = this.#options;
    const isUnpinned = this.#row.digest === null;
    this.#contributions = contributions;
    this.#openTables(contributions, { adopts: isUnpinned });
    const digest = this.#digest ?? this.#codeDigest();
    if (isUnpinned) repository.pinDigest(this.#row.id, digest);
    this.#digest = digest;
    this.#isOpen = true;
    this.#isNew = known.remember(digest, contributions);
  }

  #codeDigest(): string {
    return "plugin" in this.#row
      ? digestOf(this.#row.plugin)
      : this.#currentRow().digest!;
  }
}

const NO_TABLES: TablesByName = Object.freeze({});

/** What runs keeps neither its source text nor its source map a second time. */
function withoutCode(row: StoredPlugin | StoredPluginCode): StoredPlugin {
  if (!("plugin" in row)) return row;
  const { plugin: _code, sourceMap: _map, ...rest } = row;
  return rest;
}

/** The error of a plugin that runs no longer what is stored. */
export function changedInStore(
  { id, name }: Pick<PluginIdentity, "id" | "name">,
): PluginError {
  return new PluginError(
    "PLUGIN_NOT_LOADED",
    `Cannot run plugin "${name}": another agent changed it in the store; call syncFromStore() or reloadPlugin(${id})`,
    { pluginId: id },
  );
}

/** The events that a manifest declares. */
function emitsOf({ manifestFields: { emits } }: StoredPlugin): string[] {
  return Array.isArray(emits)
    ? emits.filter((event) => typeof event === "string")
    : [];
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
