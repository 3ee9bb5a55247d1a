/**
 * Installs plugins: obtains one, tries it where nothing can come of it, stores
 * it, and loads it where the host wants that.
 *
 * @module
 */
import {
  type FetchProgress,
  type ObtainedPlugin,
  obtainFromMetadata,
  obtainPlugin,
  type ObtainSettings,
  printable,
} from "../../install/mod.ts";
import { digestOf } from "../../shared/digest.ts";
import { messageOf, PluginError } from "../../shared/errors.ts";
import { isTracing, withSpan } from "../../shared/tracing.ts";
import type { InstallTrial } from "./install_trial.ts";
import { linkOf } from "./link_of.ts";
import { failed, type OperationResult } from "../operation_result.ts";
import type { ActorOptions } from "../plugin_audit.ts";
import { duplicate, type PluginManager } from "../plugin_manager.ts";
import type { PluginUpdater } from "./plugin_updater.ts";
import type { SuccessionFlags } from "./succession.ts";
import type { ManagementServices } from "../management_services.ts";

/** How one installation is watched and cancelled. */
export interface InstallCallOptions extends ActorOptions {
  /** Cancels it. */
  readonly signal?: AbortSignal;
  /** Called with each piece that arrives. */
  readonly onProgress?: (progress: FetchProgress) => void;
  /**
   * Whether to try the plugin before it is stored.
   *
   * @default what the handler's option `install.trial` says
   */
  readonly trial?: boolean;
  /**
   * `false` refuses private addresses, whatever the handler's option says.
   *
   * @default what the handler's option `install.allowPrivateHosts` says
   */
  readonly allowPrivateHosts?: boolean;
  /**
   * The digest of the code that was looked at, as `previewInstall()` tells it:
   * no other code is installed.
   */
  readonly integrity?: string;
}

/** How a plugin is installed whose manifest is in hand. */
export interface InstallPluginOptions
  extends InstallCallOptions, SuccessionFlags {
  /**
   * Whether to put it in the place of the stored plugin of the same name, in
   * the way of `updateFromManifestLink()`.
   *
   * @default false
   */
  readonly update?: boolean;
}

/** What plugins are installed with. */
export interface PluginInstallerParts
  extends Pick<ManagementServices, "repository" | "lifecycle" | "audit"> {
  /** Stores what is new. */
  readonly manager: PluginManager;
  /** Puts what is new in the place of what is there. */
  readonly updater: PluginUpdater;
  /** Tries what was obtained. */
  readonly trial: InstallTrial;
  /** How plugins are fetched and checked. */
  readonly install: ObtainSettings;
  /** Whether to load what was installed. */
  readonly loadAfterInstall: boolean;
}

/** What is to be installed, for the audit log. */
interface Source {
  readonly name: string;
  readonly url?: unknown;
  readonly options: InstallCallOptions;
}

/** Installs plugins. */
export class PluginInstaller {
  readonly #parts: PluginInstallerParts;

  constructor(parts: PluginInstallerParts) {
    this.#parts = parts;
  }

  /** Fetches, verifies, tries and saves what a manifest describes. */
  async fromLink(
    link: unknown,
    options: InstallCallOptions,
  ): Promise<OperationResult> {
    const url = link instanceof URL ? link.href : link;
    const name = typeof url === "string" ? printable(url) : "no link";
    return await this.#audited({ name, url, options }, async () => {
      const checked = linkOf(url, "Cannot install a plugin");
      const obtained = await obtainPlugin(
        checked,
        callSettings(this.#parts.install, options),
      );
      return await this.#add(obtained, options);
    });
  }

  /** The same for a manifest in hand. */
  async fromMetadata(
    metadata: unknown,
    options: InstallPluginOptions,
  ): Promise<OperationResult> {
    const source = { name: nameOf(metadata), options };
    return await this.#audited(source, async () => {
      const settings = callSettings(this.#parts.install, options);
      const obtained = await obtainFromMetadata(metadata, settings);
      const old = this.#parts.repository.findByName(obtained.row.name);
      if (!options.update || old === undefined) {
        return await this.#add(obtained, options);
      }
      const { update: _, trial: _trial, ...flags } = options;
      return await this.#parts.updater.updateTo(old.id, obtained, flags);
    });
  }

  async #audited(
    { name, url, options }: Source,
    install: () => Promise<OperationResult>,
  ): Promise<OperationResult> {
    try {
      if (!isTracing()) return await install();
      const attributes = { "url.full": name };
      return await withSpan("install", { attributes }, install);
    } catch (error) {
      const { actor } = options;
      const from = typeof url === "string" ? url : null;
      const deed = { action: "install", actor, plugin: name } as const;
      this.#parts.audit.refused({ ...deed, url: from }, error);
      const what = from === null
        ? `plugin "${name}"`
        : `the plugin of "${name}"`;
      return failed(`Cannot install ${what}`, error);
    }
  }

  async #add(
    obtained: ObtainedPlugin,
    { actor, trial: isTried = true, integrity }: InstallCallOptions,
  ): Promise<OperationResult> {
    const { repository, manager, trial } = this.#parts;
    const { row } = obtained;
    if (integrity !== undefined) requireLookedAt(obtained, integrity);
    const old = repository.findByName(row.name);
    if (old !== undefined) throw duplicate(row.name, old.id);
    const tried = isTried ? await trial.run(obtained) : { warnings: [] };
    const result = manager.add(obtained, { actor, ...tried });
    const warnings = [...obtained.warnings, ...tried.warnings];
    return { ...result, warnings: await this.#loaded(result, warnings) };
  }

  /** The plugin is installed, whatever becomes of its first load. */
  async #loaded(
    { id }: OperationResult,
    warnings: readonly string[],
  ): Promise<readonly string[]> {
    const { lifecycle, loadAfterInstall } = this.#parts;
    if (!loadAfterInstall || id === undefined) return warnings;
    const [outcome] = await lifecycle.load([id]);
    return outcome?.status === "rejected"
      ? [...warnings, `not loaded: ${messageOf(outcome.reason)}`]
      : warnings;
  }
}

function requireLookedAt({ row }: ObtainedPlugin, integrity: string): void {
  if (digestOf(row.plugin) === integrity) return;
  throw new PluginError(
    "INTEGRITY_MISMATCH",
    `Cannot install "${row.name}": its code is not the code that was looked at; look at it again`,
  );
}

function nameOf(metadata: unknown): string {
  try {
    const name = (metadata as { name?: unknown } | null | undefined)?.name;
    return typeof name === "string" ? name : "without a name";
  } catch {
    return "without a name";
  }
}

/** How plugins are fetched for one call. */
export function callSettings(
  install: ObtainSettings,
  { signal, onProgress, allowPrivateHosts }: InstallCallOptions,
): ObtainSettings {
  const settings = { ...install, signal, onProgress };
  // A caller may be stricter than the host, and no more.
  return allowPrivateHosts === false
    ? { ...settings, allowPrivateHosts }
    : settings;
}
