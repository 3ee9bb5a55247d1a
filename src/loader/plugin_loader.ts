/**
 * Turns stored source into checked definitions, many plugins at a time.
 *
 * @module
 */
import type { PluginContributions } from "../plugin/contributions.ts";
import { messageOf, PluginError } from "../shared/errors.ts";
import type { PluginDefinition, PluginIdentity } from "../plugin/plugin.ts";
import { createImporter } from "./importer/create_importer.ts";
import {
  claimError,
  containLateErrors,
  expectLateErrors,
  type LateErrorListeners,
  ownerOf,
} from "./late_errors.ts";
import { PluginContext } from "../shared/plugin_context.ts";
import { nameModule, releaseModule } from "../shared/stack/module_labels.ts";
import { definitionOf } from "./definition/plugin_definition.ts";
import type {
  ImportedModule,
  ImporterName,
  PluginImporter,
  PreparedSource,
} from "./importer/plugin_importer.ts";
import { nameStack } from "../shared/stack/readable_stack.ts";

/** How a {@linkcode PluginLoader} loads. */
export interface PluginLoaderOptions {
  /**
   * The way of importing.
   *
   * @default "blob"
   */
  readonly importer?: ImporterName | PluginImporter;
}

/** A plugin's code, imported and checked. */
export interface ImportedPlugin {
  /** What the module exports, with its id set. */
  readonly definition: PluginDefinition;
  /** What it contributes, as plain data. */
  readonly contributions: PluginContributions;
  /** What the plugin's code has to run in, so that its late errors are known. */
  readonly context: PluginContext;
  /**
   * Says that the plugin is unloaded. Its late errors are still attributed to
   * it until many other modules have been released.
   */
  release(): void;
}

/** Loads plugins' code. */
export class PluginLoader {
  readonly #importer: PluginImporter;

  constructor(options: PluginLoaderOptions = {}) {
    const { importer = "blob" } = options;
    this.#importer = typeof importer === "string"
      ? createImporter(importer)
      : importer;
  }

  /**
   * Imports plugins side by side. Each fails alone, and one that never finishes
   * stays pending alone; whoever stops waiting for it need not handle it.
   *
   * @param onTurn Called with the place of each plugin when nothing but its own
   * code is left to wait for.
   * @returns One promise for each plugin, in order. It rejects with
   * `LOAD_FAILED` and a `cause` where the code does not parse, cannot import
   * what it needs or throws, and with `INVALID_PLUGIN` where what it exports is
   * not a plugin.
   */
  load(
    sources: readonly PreparedSource[],
    onTurn?: (place: number) => void,
  ): Promise<ImportedPlugin>[] {
    return this.#importer.import(sources).map((module, place) => {
      if (onTurn !== undefined) module.turn.then(() => onTurn(place));
      const imported = this.#finish(sources[place]!, module);
      imported.catch(() => {});
      return imported;
    });
  }

  /**
   * Whose code something was thrown in.
   *
   * @returns The id of the plugin; undefined where it is none of this loader's.
   */
  ownerOf(thrown: unknown): number | undefined {
    return ownerOf(thrown, this);
  }

  /**
   * Keeps unhandled rejections and uncaught errors of plugins' code from ending
   * the process. What belongs to the host is left to the host.
   *
   * @param afterwards Receive those that come when it has been disposed of:
   * plugins' timers go on.
   */
  containLateErrors(
    listeners: LateErrorListeners,
    afterwards: LateErrorListeners,
  ): Disposable {
    return containLateErrors(this, listeners, afterwards);
  }

  /**
   * Says whose an error is that was made for the host, and that the host may
   * leave alone.
   */
  claim(error: Error, { id, name, version }: PluginIdentity): void {
    claimError(error, { id, label: `${name}@${version}`, loader: this });
  }

  async #finish(
    { plugin, sourcesKey, shifts }: PreparedSource,
    { key, evaluate }: ImportedModule,
  ): Promise<ImportedPlugin> {
    const { id, name, version } = plugin;
    const owner = { id, label: `${name}@${version}`, loader: this };
    const keys = [key, sourcesKey];
    nameModule(key, owner, shifts);
    nameModule(sourcesKey, owner);
    expectLateErrors();
    const context = new PluginContext(owner);
    const release = () => keys.forEach(releaseModule);
    try {
      const namespace = await context.run(evaluate, undefined).catch(
        (cause) => {
          nameStack(cause);
          throw loadFailed(plugin, cause);
        },
      );
      return {
        ...context.run(() => definitionOf(namespace, plugin), undefined),
        context,
        release,
      };
    } catch (error) {
      release();
      nameStack(error);
      throw error;
    }
  }
}

function loadFailed(
  { id, name, version }: PluginIdentity,
  cause: unknown,
): PluginError {
  const said = messageOf(cause);
  const state = `${said}${adviceOn(said)}`;
  return new PluginError(
    "LOAD_FAILED",
    `Cannot load plugin "${name}@${version}": ${state}`,
    { pluginId: id, cause },
  );
}

/** What to do about what modules made for elsewhere fail with. */
function adviceOn(said: string): string {
  if (said.includes("not a dependency and not in import map")) {
    return "; bundle it with everything that it imports";
  }
  if (/\b(?:module|exports|require|__dirname) is not defined/.test(said)) {
    return "; it is a CommonJS module, so bundle it as an ES module";
  }
  return /\bBun\.\w+/.test(said)
    ? "; it exists on Bun only, so rebuild the bundle for Deno"
    : "";
}
