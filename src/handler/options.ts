/**
 * What a host can set, and what holds where it sets nothing.
 *
 * @module
 */
import type { ObtainOptions } from "../install/mod.ts";
import type { Isolation } from "../execution/mod.ts";
import type { SandboxOptions } from "../sandbox/mod.ts";
import type { StoredPlugin } from "../store/mod.ts";

/** The settings of a `PluginHandler`. */
export interface PluginHandlerOptions {
  /**
   * The categories in front of every log category.
   *
   * @default []
   */
  loggerParents?: readonly string[];
  /**
   * `"lazy"`: `loadAllPlugins` reads metadata only, and a plugin's code is
   * imported at its first route, event or page.
   *
   * @default "eager"
   */
  activation?: "eager" | "lazy";
  /**
   * `"process"`: plugins run in sandboxed processes of their own. A function
   * decides for each plugin; {@linkcode isolateUnsigned} is one. Needs
   * `--allow-run=/bin/sh`, or `--allow-run` for the `deno` that runs them.
   *
   * @default "inline"
   */
  isolation?: Isolation | ((plugin: StoredPlugin) => Isolation);
  /**
   * What sandboxed plugins may use.
   *
   * @default {}
   */
  sandbox?: SandboxOptions;
  /**
   * How plugins' code becomes modules: by blob URL, or by data URL, which is
   * slower and there for runtimes without the other.
   *
   * @default "blob"
   */
  importer?: "blob" | "data";
  /**
   * How many milliseconds importing a plugin and its `init()` may take, not
   * counting what it waits for others; 0 for no limit.
   *
   * @default 10000
   */
  loadTimeoutMs?: number;
  /**
   * How many milliseconds one action or hook may take; 0 turns the limit off.
   *
   * @default 30000
   */
  actionTimeoutMs?: number;
  /**
   * How many hooks may be under way at once, over all plugins.
   *
   * @default Infinity
   */
  hookConcurrency?: number;
  /**
   * How many events of one name may wait for one plugin. When more come, the
   * oldest is dropped and counted in the plugin's health.
   *
   * @default 1000
   */
  maxQueuedEvents?: number;
  /**
   * How many milliseconds a plugin's `cleanup()` may take; 0 for no limit.
   *
   * @default 5000
   */
  cleanupTimeoutMs?: number;
  /**
   * How many bytes a request's body may have.
   *
   * @default 1048576
   */
  maxBodyBytes?: number;
  /**
   * Whether problem responses carry stack traces, which name plugins and their
   * lines.
   *
   * @default false
   */
  exposeStacks?: boolean;
  /**
   * What fetches manifests and bundles.
   *
   * @default globalThis.fetch
   */
  fetch?: typeof globalThis.fetch;
  /**
   * How manifests and bundles are fetched and checked.
   *
   * @default {}
   */
  install?: Omit<ObtainOptions, "fetch" | "signal" | "onProgress">;
  /**
   * How many earlier versions of a plugin are kept; one at least, to which an
   * update that fails returns.
   *
   * @default 5
   */
  keepVersions?: number;
  /**
   * Who the audit log says acted, where a call does not say.
   *
   * @default "host"
   */
  actor?: string;
  /**
   * After how many failures in a row (load, action, hook, crash) a plugin is
   * set aside; 0 turns this off.
   *
   * @default 5
   */
  quarantineAfter?: number;
  /**
   * Loads nothing, and serves status and management only.
   *
   * @default false
   */
  safeMode?: boolean;
}

/** The settings with their defaults filled in. */
export type ResolvedOptions = Required<PluginHandlerOptions>;

/**
 * Fills in the defaults.
 *
 * @param options What the host set; a list is the `loggerParents`.
 * @returns All settings.
 */
export function resolveOptions(
  options: readonly string[] | PluginHandlerOptions,
): ResolvedOptions {
  const given = isList(options) ? { loggerParents: options } : options;
  return {
    loggerParents: [],
    activation: "eager",
    isolation: "inline",
    sandbox: {},
    importer: "blob",
    loadTimeoutMs: 10_000,
    actionTimeoutMs: 30_000,
    hookConcurrency: Infinity,
    maxQueuedEvents: 1000,
    cleanupTimeoutMs: 5_000,
    maxBodyBytes: 1_048_576,
    exposeStacks: false,
    fetch: globalThis.fetch,
    install: {},
    keepVersions: 5,
    actor: "host",
    quarantineAfter: 5,
    safeMode: false,
    ...Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined),
    ),
  };
}

function isList(
  options: readonly string[] | PluginHandlerOptions,
): options is readonly string[] {
  return Array.isArray(options);
}
