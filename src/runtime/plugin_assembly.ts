/**
 * Makes records out of stored rows: checks the row, imports the code, opens the
 * table, runs `init()`. What it makes is not published yet, and can be undone.
 *
 * @module
 */
import { PluginError } from "../errors.ts";
import { digestOf } from "../digest.ts";
import type {
  LoadedModule,
  PluginLoader,
  PluginSource,
} from "../loader/mod.ts";
import type {
  PluginRepository,
  StoredPlugin,
  StoredPluginCode,
} from "../store/handler_tables.ts";
import {
  type AssembledPlugin,
  type BuildModule,
  PluginBuild,
  type PluginBuildOptions,
} from "./plugin_build.ts";
import { PluginTrial } from "./plugin_trial.ts";
import { verifyRow } from "./verify_row.ts";
import { withinLimit } from "./within_limit.ts";

/** What an assembly works with. */
export interface PluginAssemblyOptions extends PluginBuildOptions {
  /** Where the rows are. */
  readonly repository: PluginRepository;
  /** What imports code. */
  readonly loader: PluginLoader;
}

/** Makes records out of stored rows. */
export class PluginAssembly {
  readonly #options: PluginAssemblyOptions;

  /**
   * @param options What it works with.
   */
  constructor(options: PluginAssemblyOptions) {
    this.#options = options;
  }

  /**
   * Imports and initialises plugins, side by side.
   *
   * @param ids Which ones.
   * @returns One promise for each id, in order.
   */
  activate(ids: readonly number[]): Promise<AssembledPlugin>[] {
    const { repository, loader } = this.#options;
    const rows = new Map(repository.getMany(ids).map((row) => [row.id, row]));
    const checked = ids.map((id) => this.#check(id, rows.get(id)));
    const sound = checked.flatMap((row) =>
      row instanceof PluginError ? [] : [row]
    );
    const modules = loader.load(sound.map(sourceOf));
    let next = 0;
    return checked.map((row) =>
      row instanceof PluginError
        ? Promise.reject(row)
        : this.#assemble(row, modules[next++]!)
    );
  }

  /**
   * Makes records of plugins whose contributions are known, without importing
   * them.
   *
   * @returns The records, and the ids of plugins that must be imported.
   */
  register(
    rows: readonly StoredPlugin[],
  ): { known: AssembledPlugin[]; unknown: number[] } {
    const records = this.#options.contributions.all();
    const known: AssembledPlugin[] = [];
    const unknown: number[] = [];
    for (const row of rows) {
      const text = row.digest === null ? undefined : records.get(row.digest);
      // A version that has not held yet must show itself at the start.
      const wantsStartup = row.trialSince === 0 ||
        row.manifestFields.activation === "startup" ||
        text?.includes(`"activation":"startup"`);
      if (text === undefined || wantsStartup) unknown.push(row.id);
      else known.push(this.#register(row, text));
    }
    return { known, unknown };
  }

  /**
   * Imports code that is not stored yet, to see whether it would load. Nothing
   * is made beside the module.
   *
   * @param row The row as it would be stored.
   * @returns The trial.
   * @throws {PluginError} As loading the plugin would.
   */
  async trial(row: StoredPluginCode): Promise<PluginTrial> {
    const { loader, loadTimeoutMs, health } = this.#options;
    const loading = loader.load([sourceOf(row)])[0]!;
    const module = await withinLimit(loading, loadTimeoutMs, () => {
      loading.then(({ release }) => release(), () => {});
      return new PluginError(
        "LOAD_TIMEOUT",
        `Cannot load plugin "${row.name}@${row.version}": importing it took longer than ${loadTimeoutMs} ms`,
        { pluginId: row.id },
      );
    });
    return new PluginTrial(this.#options, row, {
      module: withDigest(module, row),
      health: health.fresh(row.id),
    });
  }

  async #assemble(
    row: StoredPluginCode,
    module: Promise<LoadedModule>,
  ): Promise<AssembledPlugin> {
    const build = new PluginBuild(this.#options, row, {
      module: async () => withDigest(await module, row),
    });
    try {
      const definition = await build.runner.activate();
      if (row.trialSince === 0) {
        this.#options.repository.decide(row.id, { trialSince: Date.now() });
      }
      return build.assembled(definition);
    } catch (error) {
      await build.undo();
      throw error;
    }
  }

  #register(row: StoredPlugin, contributions: string): AssembledPlugin {
    const build = new PluginBuild(this.#options, row, {
      module: async () => {
        const { repository, loader } = this.#options;
        const current = this.#check(row.id, repository.get(row.id));
        if (current instanceof PluginError) throw current;
        const module = await loader.load([sourceOf(current)])[0]!;
        return withDigest(module, current);
      },
    });
    return build.registered(contributions);
  }

  #check(
    id: number,
    row: StoredPluginCode | undefined,
  ): StoredPluginCode | PluginError {
    try {
      return verifyRow(id, row);
    } catch (error) {
      if (!(error instanceof PluginError)) throw error;
      if (error.code === "INTEGRITY_MISMATCH") {
        this.#options.health.of(id).loadFinished(error);
      }
      return error;
    }
  }
}

function sourceOf(row: StoredPluginCode): PluginSource {
  const { id, name, version, language, plugin } = row;
  return { id, name, version, language, code: plugin };
}

function withDigest(module: LoadedModule, row: StoredPluginCode): BuildModule {
  return { ...module, digest: row.digest ?? digestOf(row.plugin) };
}
