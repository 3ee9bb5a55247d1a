/**
 * What a host can set, and what holds where it sets nothing.
 *
 * @module
 */
import {
  INSTALL_RULES,
  type InstallOptions,
} from "../install/install_options.ts";
import type { Isolation } from "../execution/mod.ts";
import {
  SANDBOX_RULES,
  type SandboxOptions,
} from "../sandbox/sandbox_options.ts";
import { thisDeno } from "../sandbox/process/this_deno.ts";
import {
  aBoolean,
  aFunction,
  aString,
  checkOptions,
  count,
  milliseconds,
  oneOf,
  optionalLimit,
  type OptionRule,
  options as optionsOf,
  type RulesOf,
  strings,
  withoutUndefined,
} from "../shared/option_rules.ts";
import { isSecretsKey } from "../shared/secret/secrets_key.ts";
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
   * counting what it waits for others; 0 and `Infinity` for no limit.
   *
   * @default 10000
   */
  loadTimeoutMs?: number;
  /**
   * How many milliseconds one action or hook may take; 0 and `Infinity`
   * turn the limit off.
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
   * How many milliseconds a plugin's `cleanup()` may take; 0 and `Infinity` for no limit.
   *
   * @default 5000
   */
  cleanupTimeoutMs?: number;
  /**
   * How many bytes a request's body may have; no more than 15 MiB are parsed
   * for a plugin, whatever is set here.
   *
   * @default 1048576
   */
  maxBodyBytes?: number;
  /**
   * How many milliseconds a request's body may take to arrive; 0 and `Infinity`
   * for no limit. Routes with `body: "raw"` read it themselves.
   *
   * @default 30000
   */
  bodyTimeoutMs?: number;
  /**
   * Whether problem responses carry stack traces, which name plugins and their
   * lines.
   *
   * @default false
   */
  exposeStacks?: boolean;
  /**
   * Whether clients see what plugins' errors say. `false` answers with the
   * code's general text and a number that the log repeats, since a message may
   * quote SQL or secrets.
   *
   * @default true
   */
  exposeErrors?: boolean;
  /**
   * What becomes of errors that plugins cause outside of any call: `"contain"`
   * logs and counts them, `"throw"` leaves them to the host, whose process they
   * end.
   *
   * @default "contain"
   */
  lateErrors?: "contain" | "throw";
  /**
   * The key that plugins' secret settings are encrypted with: 32 random bytes,
   * their base64, or a text of at least 32 bytes that is as hard to guess.
   *
   * @default none; secret settings are refused
   */
  secretsKey?: string | Uint8Array;
  /**
   * Keys that secrets may still be encrypted with; what is read with one of them
   * is encrypted anew.
   *
   * @default []
   */
  previousSecretsKeys?: readonly (string | Uint8Array)[];
  /**
   * How many milliseconds a statement waits for another process that writes to
   * the same database; where the handler opens it.
   *
   * @default 5000
   */
  busyTimeoutMs?: number;
  /**
   * What fetches manifests and bundles.
   *
   * @default globalThis.fetch
   */
  fetch?: typeof globalThis.fetch;
  /**
   * How manifests and bundles are fetched, checked and installed.
   *
   * @default {}
   */
  install?: InstallOptions;
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
   * After how many failures in a row a plugin is set aside for a while: loads,
   * crashes, events that a hook fails, errors outside of any call. What an action
   * does with a request never counts. 0 turns this off.
   *
   * @default 5
   */
  quarantineAfter?: number;
  /**
   * How often `loadAllPlugins` has the handler look for what others did to the
   * plugins in the same database, in milliseconds: it then loads, reloads and
   * unloads what they changed. 0 for never: call `syncFromStore()`.
   *
   * @default 0
   */
  followStoreMs?: number;
  /**
   * Loads nothing, and serves status and management only.
   *
   * @default false
   */
  safeMode?: boolean;
}

/** The settings with their defaults filled in. */
export type ResolvedOptions =
  & Required<Omit<PluginHandlerOptions, "secretsKey">>
  & Pick<PluginHandlerOptions, "secretsKey">;

const isolation: OptionRule = {
  allowed: '"inline", "process" or a function that answers with one of them',
  accepts: (value) =>
    value === "inline" || value === "process" || typeof value === "function",
};

const secret: OptionRule = {
  allowed: "32 bytes, their base64, or a text of at least 32 bytes",
  accepts: isSecretsKey,
  secret: true,
};

const RULES: RulesOf<PluginHandlerOptions> = {
  loggerParents: strings,
  activation: oneOf("eager", "lazy"),
  isolation,
  sandbox: optionsOf(SANDBOX_RULES),
  importer: oneOf("blob", "data"),
  loadTimeoutMs: optionalLimit,
  actionTimeoutMs: optionalLimit,
  hookConcurrency: count(1),
  maxQueuedEvents: count(1),
  cleanupTimeoutMs: optionalLimit,
  maxBodyBytes: count(0),
  bodyTimeoutMs: optionalLimit,
  exposeStacks: aBoolean,
  exposeErrors: aBoolean,
  lateErrors: oneOf("contain", "throw"),
  secretsKey: secret,
  previousSecretsKeys: {
    allowed: "an array of such keys",
    accepts: (value) => Array.isArray(value) && value.every(secret.accepts),
    secret: true,
  },
  busyTimeoutMs: milliseconds,
  fetch: aFunction,
  install: optionsOf(INSTALL_RULES),
  keepVersions: count(0),
  actor: aString,
  quarantineAfter: count(0),
  followStoreMs: milliseconds,
  safeMode: aBoolean,
};

/**
 * Checks the settings, and fills in the defaults.
 *
 * @param options What the host set; a list is the `loggerParents`.
 * @throws {PluginError} `INVALID_OPTIONS` for an unknown name, or a value that
 * is not allowed.
 */
export function resolveOptions(
  options: readonly string[] | PluginHandlerOptions,
): ResolvedOptions {
  const given = isList(options) ? { loggerParents: options } : options;
  checkOptions(given, RULES);
  if (given.isolation === "process" && given.sandbox?.denoPath === undefined) {
    thisDeno();
  }
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
    bodyTimeoutMs: 30_000,
    exposeStacks: false,
    exposeErrors: true,
    lateErrors: "contain",
    previousSecretsKeys: [],
    busyTimeoutMs: 5_000,
    fetch: globalThis.fetch,
    install: {},
    keepVersions: 5,
    actor: "host",
    quarantineAfter: 5,
    followStoreMs: 0,
    safeMode: false,
    ...withoutUndefined(given),
  };
}

function isList(
  options: readonly string[] | PluginHandlerOptions,
): options is readonly string[] {
  return Array.isArray(options);
}
