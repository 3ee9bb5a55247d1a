/**
 * Makes records out of stored rows: checks the row, imports the code, opens the
 * table, runs `init()`. What it makes is not published yet, and can be undone.
 *
 * @module
 */
import { digestOf } from "../shared/digest.ts";
import type { PluginContributions } from "../plugin/contributions.ts";
import { PluginError } from "../shared/errors.ts";
import {
  type ImportedPlugin,
  loadSources,
  type PluginLoader,
} from "../loader/mod.ts";
import type {
  PluginRepository,
  StoredPlugin,
  StoredPluginCode,
} from "../store/mod.ts";
import { CodeIntake, type CodeTicket, sourceOf } from "./code_intake.ts";
import { checkSchedules } from "./check_schedules.ts";
import { openTemplates } from "./open_templates.ts";
import { openYaml } from "../shared/document/lazy_yaml.ts";
import { Semaphore } from "../async/semaphore.ts";
import { withinLoadLimit } from "../async/load_limit.ts";
import type { Isolation } from "../execution/plugin_runner.ts";
import { LoadedPlugin } from "../execution/loaded_plugin.ts";
import {
  changedInStore,
  type InstanceCode,
  PluginInstance,
  type PluginInstanceServices,
} from "./plugin_instance.ts";
import { KeptCode } from "./kept_code.ts";
import { PluginTrial } from "./plugin_trial.ts";
import { verifyRowLater } from "./verify_row.ts";

/** More plugins of which nothing is known are loaded, and not described. */
const MAX_LEARNT = 100;
/** Describing is the work of processes; the host waits. */
const LEARN_AT_ONCE = 4;

/** What an assembly works with. */
export interface PluginAssemblyOptions extends PluginInstanceServices {
  /** Where the rows are. */
  readonly repository: PluginRepository;
  /** What imports code. */
  readonly loader: PluginLoader;
  /** Whether any plugin may get a process of its own. */
  readonly mayIsolate: boolean;
  /** Which plugins do; it may throw, and then the plugin does not load. */
  readonly isolationOf: (plugin: StoredPlugin) => Isolation;
  /** Checks the signatures of stored plugins, where they matter. */
  readonly signatures: SignatureChecker;
}

/** Checks the signatures of stored plugins again. */
export interface SignatureChecker {
  /** Whether what a row says of its signature must not be taken as it is. */
  readonly mustCheck: boolean;
  /**
   * What a row's signature says by the keys that the host trusts now.
   *
   * @throws {PluginError} `INTEGRITY_MISMATCH` where the row is not what was
   * signed.
   */
  check(row: StoredPluginCode): Promise<StoredPlugin["signature"]>;
}

/** A row that is fit to be loaded. */
interface StoredInstance {
  readonly row: StoredPluginCode;
  /** How its instance comes by its code. */
  readonly code: InstanceCode;
}

/** What is known of plugins before they are imported. */
export interface RegisteredPlugins {
  /** The plugins of which enough is known. */
  readonly known: readonly LoadedPlugin[];
  /** The ids of those that must be imported. */
  readonly unknown: readonly number[];
}

/** Makes records out of stored rows. */
export class PluginAssembly {
  readonly #options: PluginAssemblyOptions;
  readonly #intake: CodeIntake;
  readonly #closing = new AbortController();
  readonly #kept = new KeptCode();

  /**
   * @param options What it works with.
   */
  constructor(options: PluginAssemblyOptions) {
    this.#options = options;
    this.#intake = new CodeIntake(options);
  }

  /**
   * Prepares for many plugins: what is read and written of each is read and
   * written at once.
   */
  hold(): Disposable {
    const holds = new DisposableStack();
    holds.use(this.#options.contributions.hold());
    holds.use(this.#options.tables.hold());
    return holds;
  }

  /**
   * Takes a plugin from its row to what is in service; side by side with others
   * that are asked for at the same time.
   *
   * @returns The plugin, ready to be published.
   */
  async assemble(id: number, signal: AbortSignal): Promise<LoadedPlugin> {
    await this.#processesReady();
    const { row, code } = await this.#stored(id, signal);
    const instance = new PluginInstance(this.#options, row, code);
    const giveUp = () => void instance.undo().catch(() => {});
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp);
    try {
      const plugin = await instance.activate();
      if (row.trialSince === 0) {
        this.#options.repository.decide(id, { trialSince: Date.now() });
      }
      return plugin;
    } catch (error) {
      await instance.undo();
      throw error;
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
  }

  /**
   * Makes records of plugins whose contributions are known, without importing
   * them.
   */
  register(rows: readonly StoredPlugin[]): RegisteredPlugins {
    const records = this.#options.contributions.all();
    const owners = this.#options.tables.owners();
    const known: LoadedPlugin[] = [];
    const unknown: number[] = [];
    for (const row of rows) {
      const record = row.digest === null ? undefined : records.get(row.digest);
      const registered = record === undefined || !isTrusted(row) ||
          wantsStartup(row, record)
        ? undefined
        : this.#registered(row, record, owners);
      if (registered === undefined) unknown.push(row.id);
      else known.push(registered);
    }
    return { known, unknown };
  }

  #registered(
    row: StoredPlugin,
    { tables }: { readonly tables: readonly string[] },
    owners: ReadonlyMap<string, number>,
  ): LoadedPlugin | undefined {
    const isolation = this.#isolationOf(row);
    if (isolation === undefined) return undefined;
    const whose = new Set(
      tables.map((table) => owners.get(table.toLowerCase())),
    );
    whose.delete(row.id);
    if (whose.size === 0) {
      return new LoadedPlugin(row, () => this.#instance(row, isolation));
    }
    // Its code is known from another plugin, which has a table of it.
    whose.delete(undefined);
    return whose.size === 0 ? this.#opened(row, isolation) : undefined;
  }

  /** A plugin whose code is known, and whose table nobody has made yet. */
  #opened(row: StoredPlugin, isolation: Isolation): LoadedPlugin | undefined {
    const contributions = this.#options.contributions.get(row.digest!);
    if (contributions === undefined) return undefined;
    const instance = this.#instance(row, isolation);
    try {
      instance.open(contributions);
      return new LoadedPlugin(row, instance);
    } catch {
      // Loading it says why.
      return undefined;
    }
  }

  /**
   * Learns in processes what plugins contribute of which nothing is known, so
   * that they can be registered without running them in this one. Many at once
   * are left to be loaded: that takes less than a process for each.
   *
   * @returns Why plugins are not to be loaded here, by id: importing them does
   * not end.
   */
  async learn(
    rows: readonly StoredPlugin[],
  ): Promise<ReadonlyMap<number, PluginError>> {
    const { contributions } = this.#options;
    const known = contributions.all();
    if (known.values().some((it) => it.textTemplates)) await openYaml();
    const unknown = rows.filter((row) =>
      row.digest !== null && !known.has(row.digest) && isTrusted(row) &&
      !wantsStartup(row, { activation: "lazy" })
    );
    const endless = new Map<number, PluginError>();
    if (unknown.length === 0 || unknown.length > MAX_LEARNT) return endless;
    if (!this.canDescribe()) return endless;
    const processes = new Semaphore(LEARN_AT_ONCE);
    await Promise.all(unknown.map(async ({ id }) => {
      const error = await processes.run(() => this.#learn(id));
      if (error !== undefined) endless.set(id, error);
    }));
    return endless;
  }

  async #learn(id: number): Promise<PluginError | undefined> {
    const { repository, contributions, health } = this.#options;
    try {
      const row = await verifyRowLater(id, repository.get(id));
      const learnt = await this.describe(row);
      await checkSchedules(row, learnt);
      contributions.remember(row.digest!, learnt);
    } catch (error) {
      if (error instanceof PluginError && error.code === "LOAD_TIMEOUT") {
        health.of(id).loadFinished(error);
        return error;
      }
      // Loading it says why.
    }
  }

  /**
   * Imports code that is not stored yet, to see whether it would load. Nothing
   * is made beside the module.
   *
   * @param successor The row as it would be stored.
   * @throws {PluginError} As loading the plugin would.
   */
  async trial(successor: StoredPluginCode): Promise<PluginTrial> {
    const { loader, loadTimeoutMs, health } = this.#options;
    await this.#processesReady();
    const row = await this.#withSignature(successor);
    if (this.#options.isolationOf(row) === "process") {
      const contributions = await this.describe(row);
      await checkSchedules(row, contributions);
      const instance = new PluginInstance(this.#options, row, {
        isolation: "process",
        health: health.fresh(row.id),
      });
      return new PluginTrial(instance, {
        digest: digestIn(row),
        contributions,
      });
    }
    const loading = loadSources(loader, [sourceOf(row)])[0]!;
    try {
      const imported = await withinLoadLimit(loading, {
        limitMs: loadTimeoutMs,
        signal: this.#closing.signal,
        onLimit: () => lateTrial(row, loadTimeoutMs),
      });
      const { contributions } = imported;
      await checkSchedules(row, contributions);
      await openTemplates(contributions);
      const instance = new PluginInstance(this.#options, row, {
        isolation: "inline",
        health: health.fresh(row.id),
        imported: () => Promise.resolve(imported),
      });
      const digest = digestIn(row);
      return new PluginTrial(instance, { digest, contributions, imported });
    } catch (error) {
      loading.then(({ release }) => release(), () => {});
      throw error;
    }
  }

  /** Whether a plugin would run in this process. */
  runsInline(row: StoredPlugin): boolean {
    return this.#isolationOf(row) === "inline";
  }

  /** Whether there can be processes to learn in what code contributes. */
  canDescribe(): boolean {
    return this.#options.processes.isAvailable();
  }

  /**
   * Learns what code contributes without running it in this process.
   *
   * @param row The row with the code; it need not be stored.
   * @throws {PluginError} As loading the plugin would.
   */
  async describe(row: StoredPluginCode): Promise<PluginContributions> {
    const { processes } = this.#options;
    const learnt = await processes.describe(row, this.#closing.signal);
    await openTemplates(learnt);
    return learnt;
  }

  /**
   * Brings the table of a plugin that goes on running back to what it declares,
   * after another version of it could not be loaded.
   */
  async restore(record: LoadedPlugin): Promise<void> {
    const { tables } = this.#options;
    tables.reopen(record);
    await tables.reopened(record.id);
  }

  /**
   * Ends the trial of a plugin that nobody has loaded, and keeps its code for
   * the load.
   */
  async keep(id: number, trial: PluginTrial): Promise<void> {
    const { digest, imported } = await trial.end();
    if (imported !== undefined) this.#kept.put(id, { digest, imported });
  }

  /** Gives up what is being tried, and what was kept of it. */
  close(): void {
    this.#kept.clear();
    this.#closing.abort(
      new PluginError(
        "LOAD_FAILED",
        "Cannot load the plugin: the handler was closed",
      ),
    );
  }

  /**
   * The stored plugins with what their signatures are worth now. One whose
   * signature does not hold is known to be forged.
   *
   * @returns The same, in order.
   */
  async checked(rows: readonly StoredPlugin[]): Promise<StoredPlugin[]> {
    const { repository, signatures } = this.#options;
    await this.#processesReady();
    const claims = rows.filter(claimsSignature).map(({ id }) => id);
    if (claims.length === 0 || !signatures.mustCheck) return [...rows];
    const outcomes = await Promise.all(
      repository.getMany(claims).map(async (row) => {
        try {
          return [row.id, { signature: await signatures.check(row) }] as const;
        } catch {
          return [row.id, { trust: "forged" }] as const;
        }
      }),
    );
    const known = new Map<number, Partial<StoredPlugin>>(outcomes);
    return rows.map((row) => ({ ...row, ...known.get(row.id) }));
  }

  async #processesReady(): Promise<void> {
    if (this.#options.mayIsolate) await this.#options.processes.ready();
  }

  /** The row, where somebody has to look at it before it is imported. */
  async #checkedRow(id: number): Promise<StoredPluginCode | undefined> {
    const { repository, mayIsolate, signatures } = this.#options;
    if (!mayIsolate && !signatures.mustCheck) return undefined;
    const row = repository.get(id);
    return row && await this.#withSignature(row);
  }

  async #withSignature(row: StoredPluginCode): Promise<StoredPluginCode> {
    const { signatures } = this.#options;
    if (!signatures.mustCheck || !claimsSignature(row)) return row;
    return { ...row, signature: await signatures.check(row) };
  }

  /** The row, found fit to be loaded, and how its code is come by. */
  async #stored(id: number, signal: AbortSignal): Promise<StoredInstance> {
    try {
      const checked = await this.#checkedRow(id);
      if (checked !== undefined && this.#isIsolated(checked)) {
        const row = await verifyRowLater(id, checked);
        return { row, code: { isolation: "process" } };
      }
      signal.throwIfAborted();
      return await this.#tried(id) ?? await this.#taken(id, signal);
    } catch (error) {
      if (isModified(error)) this.#options.health.of(id).loadFinished(error);
      throw error;
    }
  }

  /** A plugin whose code a trial has imported. */
  async #tried(id: number): Promise<StoredInstance | undefined> {
    if (!this.#kept.has(id)) return undefined;
    const row = this.#options.repository.get(id);
    const imported = this.#kept.take(id, row?.digest ?? null);
    if (row === undefined || imported === undefined) return undefined;
    try {
      await verifyRowLater(id, row);
    } catch (error) {
      imported.release();
      throw error;
    }
    return {
      row,
      code: { isolation: "inline", imported: () => Promise.resolve(imported) },
    };
  }

  /** A plugin whose code is yet to be read; its runner leaves the queue. */
  async #taken(id: number, signal: AbortSignal): Promise<StoredInstance> {
    const ticket = this.#intake.take(id);
    const leave = () => ticket.leave(signal.reason);
    signal.addEventListener("abort", leave);
    try {
      return { row: await ticket.row, code: takenCode(ticket) };
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  #isIsolated(row: StoredPlugin): boolean {
    try {
      return this.#options.isolationOf(row) === "process";
    } catch (error) {
      if (error instanceof PluginError) {
        this.#options.health.of(row.id).loadFinished(error);
      }
      throw error;
    }
  }

  /** Nothing where the host does not decide; loading the plugin says why. */
  #isolationOf(row: StoredPlugin): Isolation | undefined {
    try {
      return this.#options.isolationOf(row);
    } catch {
      return undefined;
    }
  }

  /** An instance whose code is read when somebody first asks for it. */
  #instance(row: StoredPlugin, isolation: Isolation): PluginInstance {
    if (isolation === "process") {
      return new PluginInstance(this.#options, row, { isolation });
    }
    let ticket: CodeTicket | undefined;
    return new PluginInstance(this.#options, row, {
      isolation,
      imported: async () => {
        const tried = this.#kept.take(row.id, row.digest);
        if (tried !== undefined) return tried;
        ticket = this.#intake.take(row.id);
        return await this.#current(row, ticket);
      },
      queue: {
        waiting: () => ticket?.waiting(),
        leave: () => ticket?.leave(),
      },
    });
  }

  /** What was registered is what must be run. */
  async #current(
    row: StoredPlugin,
    ticket: CodeTicket,
  ): Promise<ImportedPlugin> {
    const { digest, version } = await ticket.row;
    if (digest === row.digest && version === row.version) {
      return await ticket.imported;
    }
    throw changedInStore(row);
  }
}

function takenCode(ticket: CodeTicket): InstanceCode {
  return {
    isolation: "inline",
    imported: () => ticket.imported,
    queue: ticket,
  };
}

/** Whether nothing keeps the row from being loaded; loading it says what. */
function isTrusted({ trust }: StoredPlugin): boolean {
  return trust === "kept" || trust === "new";
}

function digestIn({ digest, plugin }: StoredPluginCode): string {
  return digest ?? digestOf(plugin);
}

function claimsSignature({ signature }: StoredPlugin): boolean {
  return signature === "signed" || signature === "code-only";
}

function wantsStartup(
  { trialSince, quarantines, manifestFields }: StoredPlugin,
  { activation }: { readonly activation: string },
): boolean {
  // A version that has not held yet must show itself at the start.
  return trialSince === 0 || quarantines > 0 || activation === "startup" ||
    manifestFields.activation === "startup";
}

/** Whether what is stored is not what the handler wrote. */
function isModified(error: unknown): error is PluginError {
  return error instanceof PluginError && error.code === "INTEGRITY_MISMATCH";
}

function lateTrial(
  { id, name, version }: StoredPluginCode,
  limitMs: number,
): PluginError {
  return new PluginError(
    "LOAD_TIMEOUT",
    `Cannot load plugin "${name}@${version}": importing it took longer than ${limitMs} ms`,
    { pluginId: id },
  );
}
