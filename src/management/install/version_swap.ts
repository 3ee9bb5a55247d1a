/**
 * Puts another version in the place of a plugin: tried first, then swapped in
 * in one transaction, and taken back where it does not hold.
 *
 * @module
 */
import { digestOf } from "../../shared/digest.ts";
import { messageOf, PluginError } from "../../shared/errors.ts";
import type { PluginTrial } from "../../lifecycle/mod.ts";
import type {
  DBPluginSchema,
  KeptPlugin,
  PluginExtras,
  PluginVersion,
  StoredPluginCode,
} from "../../store/mod.ts";
import { forgetUnwantedColumns } from "./forget_columns.ts";
import { asPluginError } from "../operation_result.ts";
import type { ManagementServices } from "../management_services.ts";

/** What versions are swapped with. */
export interface VersionSwapParts extends
  Pick<
    ManagementServices,
    | "repository"
    | "registry"
    | "lifecycle"
    | "assembly"
    | "tables"
    | "contributions"
    | "health"
    | "audit"
    | "atomically"
    | "announce"
  > {
  /** Whether no plugin's code may run, so that none is tried. */
  readonly safeMode: boolean;
}

/** What is to take the place of a stored plugin. */
export interface Successor {
  /** The row. */
  readonly row: DBPluginSchema;
  /** What goes beside it. */
  readonly extras: PluginExtras;
  /** What the operator asked for. */
  readonly action: "update" | "rollback";
  /** Who asked. */
  readonly actor?: string;
}

/** A version that had its place and did not hold. */
type Failing = Pick<StoredPluginCode, "id" | "name" | "version" | "plugin">;

/** How long a new version is on probation, from when it was first loaded. */
const PROBATION_MS = 60_000;

/** Failures that are not the code's own. */
const NOT_ITS_FAULT: ReadonlySet<string> = new Set([
  "INTEGRITY_MISMATCH",
  "PLUGIN_NOT_FOUND",
]);

/** Swaps versions of plugins. */
export class VersionSwap {
  readonly #parts: VersionSwapParts;

  /**
   * @param parts What it works with.
   */
  constructor(parts: VersionSwapParts) {
    this.#parts = parts;
  }

  /**
   * Puts another version in the place of the stored one. Where that fails, at
   * whatever step, the old one is stored and runs as before.
   *
   * @returns Why the old version has its place back, where the new one had it
   * and could not be started.
   * @throws {PluginError} What stood in the way of the new version.
   */
  async run(old: StoredPluginCode, successor: Successor): Promise<unknown> {
    const { lifecycle, repository } = this.#parts;
    return await lifecycle.exclusive(old.id, async () => {
      const { row } = successor;
      const now = repository.get(old.id);
      // Two asked for the same at once.
      if (now?.plugin === row.plugin && now.version === row.version) return;
      const trial = await this.#try(old, successor);
      const isKept = this.#former(old.id, versionOf(row)) !== undefined;
      try {
        this.#write(old, successor, trial);
      } catch (error) {
        await trial?.discard();
        throw error;
      }
      this.#swapped(old.id, successor);
      return await this.#start(old, trial, (error) => {
        this.#giveBack(old, { ...row, id: old.id }, error);
        if (!isKept) repository.forgetVersion(old.id, versionOf(row));
      });
    });
  }

  /** Whether a plugin would be taken back if it failed. */
  isOnTrial(id: number): boolean {
    const { repository } = this.#parts;
    const trialSince = repository.get(id)?.trialSince;
    return trialSince != null && isWithinProbation(trialSince);
  }

  /**
   * Gives the place back to the version before, where the one that has it now
   * is on probation.
   */
  takeBack(id: number, error: unknown): boolean {
    if (error instanceof PluginError && NOT_ITS_FAULT.has(error.code)) {
      return false;
    }
    const { repository, health } = this.#parts;
    try {
      const now = repository.get(id);
      if (now?.state !== "enabled" || now.trialSince === null) return false;
      if (!isWithinProbation(now.trialSince)) return false;
      const before = this.#former(id, repository.versions(id)[0]);
      if (before === undefined) return false;
      this.#return(now, before, error);
      health.forget(id);
      return true;
    } catch {
      // What cannot be taken back fails as any plugin does.
      return false;
    }
  }

  async #try(
    old: StoredPluginCode,
    { row, extras, action }: Successor,
  ): Promise<PluginTrial | undefined> {
    const { assembly, safeMode } = this.#parts;
    if (safeMode) return undefined;
    const digest = digestOf(row.plugin);
    const upgradeFrom = action === "update" ? upgradesFrom(old) : null;
    // The old version's is of other code.
    const { sourceMap } = extras;
    const stored = { ...old, ...row, ...extras, sourceMap, id: old.id };
    return await assembly.trial(
      { ...stored, digest, upgradeFrom } as StoredPluginCode,
    );
  }

  #write(
    old: StoredPluginCode,
    successor: Successor,
    trial: PluginTrial | undefined,
  ): void {
    const { repository, audit, atomically } = this.#parts;
    const { row, extras, action, actor } = successor;
    const digest = digestOf(row.plugin);
    atomically(() => {
      refuseStale(old, repository.get(old.id));
      repository.forgetVersion(old.id, versionOf(row));
      repository.update(old.id, row, extras);
      repository.decide(old.id, {
        trialSince: 0,
        upgradeFrom: action === "update" ? upgradesFrom(old) : null,
      });
      trial?.open();
      forgetUnwantedColumns(this.#parts, old.id);
      audit.done({
        action,
        actor,
        pluginId: old.id,
        plugin: row.name,
        url: extras.sourceUrl,
        digestBefore: old.digest,
        digestAfter: digest,
        detail: `${old.version} → ${row.version}`,
      });
    });
  }

  /** How the former version did says nothing of this one. */
  #swapped(id: number, { action, row: { name, version } }: Successor): void {
    const { announce, health, registry } = this.#parts;
    if (!registry.has(id)) health.forget(id);
    const event = action === "update" ? "plugin:updated" : "plugin:rolledBack";
    announce(event, { id, name, version });
  }

  async #start(
    old: StoredPluginCode,
    trial: PluginTrial | undefined,
    giveBack: (error: unknown) => void,
  ): Promise<unknown> {
    const { assembly, lifecycle, registry, health, repository } = this.#parts;
    if (trial === undefined) return;
    if (!registry.has(old.id)) return await assembly.keep(old.id, trial);
    try {
      const successor = await trial.activate();
      if (!registry.has(old.id)) return (await trial.end()).imported?.release();
      repository.decide(old.id, { trialSince: Date.now() });
      health.put(old.id, trial.health);
      lifecycle.replace(successor);
    } catch (error) {
      await trial.discard().catch(() => {});
      giveBack(error);
      await this.#parts.tables.reopened(old.id);
      return error;
    }
  }

  #giveBack(old: StoredPluginCode, failing: Failing, error: unknown): void {
    const before = this.#former(old.id, versionOf(old));
    if (before !== undefined) this.#return(failing, before, error);
  }

  /** A kept version, unless somebody changed it behind the handler's back. */
  #former(
    id: number,
    version: Pick<PluginVersion, "version" | "digest"> | undefined,
  ): KeptPlugin | undefined {
    if (version === undefined) return undefined;
    const kept = this.#parts.repository.version(id, version);
    return kept?.trust === "kept" && kept.digest === digestOf(kept.row.plugin)
      ? kept
      : undefined;
  }

  #return(now: Failing, before: KeptPlugin, error: unknown): void {
    const { repository, audit, atomically, announce } = this.#parts;
    atomically(() => {
      repository.forgetVersion(now.id, before);
      repository.update(now.id, before.row, before.extras);
      const trouble = this.#reopen(now.id, before);
      audit.done({
        action: "return",
        actor: "plugin-handler",
        pluginId: now.id,
        plugin: before.row.name,
        digestBefore: digestOf(now.plugin),
        digestAfter: before.digest,
        detail: `${now.version} → ${before.version}: ${
          messageOf(error)
        }${trouble}`,
      });
    });
    const { name, version } = before.row;
    announce("plugin:rolledBack", {
      ...{ id: now.id, name, version },
      reason: `${now.version} did not hold: ${messageOf(error)}`,
      error: asPluginError(error),
    });
  }

  /** Rows that the new version made may not fit the old table. */
  #reopen(id: number, { digest }: KeptPlugin): string {
    const { registry, tables } = this.#parts;
    const running = registry.get(id);
    if (running?.digest !== digest) return "";
    try {
      tables.reopen(running);
      return "";
    } catch (error) {
      return `; its table stays as it is: ${messageOf(error)}`;
    }
  }
}

/** The version whose data is there, which may be older than the stored one. */
export function upgradesFrom(
  { upgradeFrom, version }: Pick<StoredPluginCode, "upgradeFrom" | "version">,
): string {
  return upgradeFrom ?? version;
}

function isWithinProbation(since: number): boolean {
  return since === 0 || Date.now() - since <= PROBATION_MS;
}

function versionOf(
  { version, plugin }: Pick<DBPluginSchema, "version" | "plugin">,
): Pick<PluginVersion, "version" | "digest"> {
  return { version, digest: digestOf(plugin) };
}

function refuseStale(
  old: StoredPluginCode,
  now: StoredPluginCode | undefined,
): void {
  // The repository says that it is gone.
  if (now === undefined) return;
  if (now.plugin === old.plugin && now.version === old.version) return;
  throw new PluginError(
    "STORE_FAILED",
    `Cannot replace plugin "${old.name}": somebody else replaced it meanwhile; try again`,
    { pluginId: old.id },
  );
}
