/**
 * Updates plugins from their manifests, and rolls them back.
 *
 * @module
 */
import { digestOf } from "../../shared/digest.ts";
import { PluginError } from "../../shared/errors.ts";
import type { FetchProgress, ObtainedPlugin } from "../../install/mod.ts";
import type {
  KeptPlugin,
  PluginExtras,
  StoredPlugin,
  StoredPluginCode,
} from "../../store/mod.ts";
import { linkOf } from "./link_of.ts";
import { failed, type OperationResult } from "../operation_result.ts";
import type { ActorOptions } from "../plugin_audit.ts";
import { requireStored } from "../require_stored.ts";
import {
  acceptSuccessor,
  obtainSuccessor,
  type SuccessionFlags,
  type SuccessionOptions,
  type UpdateSettings,
} from "./succession.ts";
import type { VersionSwap } from "./version_swap.ts";
import type { ManagementServices } from "../management_services.ts";

/** What an updater works with. */
export interface PluginUpdaterParts
  extends Pick<ManagementServices, "repository" | "audit"> {
  /** What puts one version in the place of another. */
  readonly swap: VersionSwap;
  /** How manifests are fetched and checked. */
  readonly install: UpdateSettings;
}

/** How one update is done. */
export interface UpdateOptions extends ActorOptions, SuccessionFlags {
  /** Cancels the download. */
  readonly signal?: AbortSignal;
  /** Called with each piece that arrives. */
  readonly onProgress?: (progress: FetchProgress) => void;
}

/** Updates plugins and rolls them back. */
export class PluginUpdater {
  readonly #parts: PluginUpdaterParts;

  /**
   * @param parts What it works with.
   */
  constructor(parts: PluginUpdaterParts) {
    this.#parts = parts;
  }

  /** Fetches a plugin's manifest again and swaps its new version in. */
  async update(
    id: number,
    link: unknown,
    options: UpdateOptions,
  ): Promise<OperationResult> {
    const url = link instanceof URL ? link.href : link;
    const from = typeof url === "string" ? url : undefined;
    return await this.#update(
      id,
      { ...options, url: from },
      (old, settings) => {
        if (url !== from) linkOf(url, `Cannot update plugin ${id}`);
        return obtainSuccessor(old, from, settings);
      },
    );
  }

  /** Swaps a version in whose manifest is in hand. */
  async updateTo(
    id: number,
    obtained: ObtainedPlugin,
    options: UpdateOptions,
  ): Promise<OperationResult> {
    return await this.#update(
      id,
      options,
      (old, settings) => acceptSuccessor(old, obtained, settings),
    );
  }

  async #update(
    id: number,
    options: UpdateOptions & { readonly url?: string | undefined },
    obtain: (
      old: StoredPluginCode,
      settings: SuccessionOptions,
    ) => Promise<ObtainedPlugin | null>,
  ): Promise<OperationResult> {
    const { repository, install, swap } = this.#parts;
    const { actor, url, ...flags } = options;
    const action = "update";
    try {
      const old = requireStored(repository, action, id);
      const next = await obtain(old, { ...install, ...flags, repository });
      if (next === null) {
        return { success: true, message: "Plugin is up to date", id };
      }
      const { row, extras } = next;
      const failure = await swap.run(old, { row, extras, action, actor });
      if (failure !== undefined) {
        return failed(refusal(action, id), failure, id);
      }
      const message = `Plugin updated to ${row.version}`;
      const warnings = [...next.warnings, ...lostTrust(old, extras)];
      return { success: true, message, id, warnings };
    } catch (error) {
      this.#parts.audit.refused({ action, actor, url, pluginId: id }, error);
      return failed(refusal(action, id), error, id);
    }
  }

  /** Puts an earlier version back. */
  async rollback(
    id: number,
    version: string,
    { actor }: ActorOptions,
  ): Promise<OperationResult> {
    const { repository, swap } = this.#parts;
    const action = "rollback";
    try {
      const old = requireStored(repository, "roll back", id);
      const { row, extras } = checkKept(old, {
        version,
        kept: repository.version(id, version),
      });
      const failure = await swap.run(old, { row, extras, action, actor });
      if (failure !== undefined) {
        return failed(refusal(action, id), failure, id);
      }
      const message = `Plugin rolled back to ${row.version}`;
      return { success: true, message, id };
    } catch (error) {
      this.#parts.audit.refused({ action, actor, pluginId: id }, error);
      return failed(refusal(action, id), error, id);
    }
  }
}

function refusal(action: "update" | "rollback", id: number): string {
  return `Cannot ${action === "update" ? "update" : "roll back"} plugin ${id}`;
}

/** It was meant, and whoever relied on the signature should know. */
function lostTrust(old: StoredPlugin, { signature }: PluginExtras): string[] {
  if (old.signature !== "signed" || signature === "signed") return [];
  return [
    `version ${old.version} was signed by a trusted key, and this is not`,
  ];
}

/** The history is in the database too, where others can write. */
function checkKept(
  old: StoredPlugin,
  { version, kept }: { version: string; kept: KeptPlugin | undefined },
): KeptPlugin {
  const refuse = (
    code: "PLUGIN_NOT_FOUND" | "INTEGRITY_MISMATCH",
    state: string,
  ) =>
    new PluginError(
      code,
      `Cannot roll back plugin "${old.name}": ${state}; see listVersions(${old.id})`,
      { pluginId: old.id },
    );
  if (kept === undefined) {
    throw refuse("PLUGIN_NOT_FOUND", `version ${version} is not kept`);
  }
  if (kept.trust !== "kept" || kept.digest !== digestOf(kept.row.plugin)) {
    throw refuse(
      "INTEGRITY_MISMATCH",
      `the code of version ${version} is not the code that was kept`,
    );
  }
  return kept;
}
