/**
 * What the lifecycle asks of the sandbox: to learn what code contributes, and to
 * run it.
 *
 * @module
 */
import type { PluginContributions } from "../../plugin/contributions.ts";
import type { IsolatedPlugin, TimeLimits } from "../../execution/mod.ts";
import type { TableHome } from "../../execution/isolated_plugins.ts";
import type { PluginIdentity, TableConfig } from "../../plugin/plugin.ts";
import { evolveInStore } from "./session/open_table_store.ts";
import { sourceOf } from "../../lifecycle/mod.ts";
import type { StoredPluginCode } from "../../store/mod.ts";
import { describePlugin } from "./describe_plugin.ts";
import type { PluginPermissions } from "../process/permissions.ts";
import { ProcessRunner } from "./process_runner.ts";
import { withoutUndefined } from "../../shared/option_rules.ts";
import { SANDBOX_DEFAULTS, type SandboxOptions } from "../sandbox_options.ts";
import { Sandbox } from "./sandbox.ts";

/** What isolated plugins are limited to. */
export interface SandboxPlaceOptions extends TimeLimits {
  /** What the processes may use. */
  readonly sandbox: SandboxOptions;
  /** What a plugin may do. */
  readonly permissionsOf: (plugin: StoredPluginCode) => PluginPermissions;
  /** The folder of all plugins' tables, which no grant reaches. */
  readonly tables: () => string;
  /** Whether clients see what plugins' errors say. */
  readonly exposeErrors: boolean;
}

/** Runs the isolated plugins of one handler. */
export class SandboxPlace {
  readonly #options: SandboxPlaceOptions;
  readonly #sandbox: Sandbox;

  constructor(options: SandboxPlaceOptions) {
    this.#options = options;
    this.#sandbox = new Sandbox(
      { spare: SANDBOX_DEFAULTS.spare, ...withoutUndefined(options.sandbox) },
      options.tables,
    );
  }

  /** Learns what code contributes, with no permissions granted to it. */
  describe(
    row: StoredPluginCode,
    signal: AbortSignal,
  ): Promise<PluginContributions> {
    const { loadTimeoutMs } = this.#options;
    return describePlugin(sourceOf(row), {
      sandbox: this.#sandbox,
      loadTimeoutMs,
      signal,
    });
  }

  /** Brings an isolated plugin's tables to what it declares. */
  evolve(
    { id, name, version }: PluginIdentity,
    tables: readonly TableConfig[],
    home: TableHome,
  ): Promise<void> {
    const plugin = { id, name, version };
    return evolveInStore({ sandbox: this.#sandbox, plugin, tables, home });
  }

  /** Ends what was started ahead. */
  close(): Promise<void> {
    return this.#sandbox.close();
  }

  /** Makes the runner of a plugin; its process starts at its first use. */
  runner(plugin: IsolatedPlugin): ProcessRunner {
    const { identity, row, tableFile, open, settings, logger, health } = plugin;
    const { emits, emit, upgradeFrom, upgraded } = plugin;
    const { permissionsOf, exposeErrors } = this.#options;
    const { actionTimeoutMs, loadTimeoutMs, cleanupTimeoutMs } = this.#options;
    return new ProcessRunner({
      sandbox: this.#sandbox,
      plugin: identity,
      source: () => sourceOf(row()),
      permissions: () => permissionsOf(row()),
      tableFile,
      open: ({ contributions }) => open(contributions),
      settings,
      upgradeFrom,
      upgraded,
      emits,
      emit,
      logger,
      health,
      exposeErrors,
      actionTimeoutMs,
      loadTimeoutMs,
      cleanupTimeoutMs,
    });
  }
}
