/**
 * What is decided about a plugin: whether it may be loaded, and which versions
 * it may be updated to.
 *
 * @module
 */
import { PluginError } from "../shared/errors.ts";
import { isRange } from "../install/mod.ts";
import { shortMessageOf } from "../execution/mod.ts";
import type { AuditAction, StoredPlugin } from "../store/mod.ts";
import {
  asPluginError,
  failed,
  type OperationResult,
} from "./operation_result.ts";
import type { ActorOptions } from "./plugin_audit.ts";
import { requireStored } from "./require_stored.ts";
import type { ManagementServices } from "./management_services.ts";

/** What decisions are made with. */
export type PluginDecisionsParts = Pick<
  ManagementServices,
  "repository" | "lifecycle" | "health" | "audit" | "atomically" | "announce"
>;

/** What is decided, and why. */
interface Decision
  extends
    ActorOptions,
    Pick<StoredPlugin, "state" | "reason">,
    Partial<Pick<StoredPlugin, "quarantines" | "retryAt">> {
  /** What the plugin failed with. */
  readonly error?: PluginError;
}

const DECISION_ACTIONS: Readonly<Record<StoredPlugin["state"], AuditAction>> = {
  enabled: "enable",
  disabled: "disable",
  quarantined: "quarantine",
};

/** Disables, quarantines, enables and pins plugins. */
export class PluginDecisionMaker {
  readonly #parts: PluginDecisionsParts;

  /**
   * @param parts What it works with.
   */
  constructor(parts: PluginDecisionsParts) {
    this.#parts = parts;
  }

  /** Unloads a plugin and keeps it from being loaded. */
  disable(
    id: number,
    options: ActorOptions & { reason?: string },
  ): OperationResult {
    const { reason = null, actor } = options;
    return this.#decide(id, { state: "disabled", reason, actor });
  }

  /** Sets aside a plugin that failed too often, until it is tried again. */
  quarantine(
    id: number,
    error: unknown,
    until: Pick<StoredPlugin, "quarantines" | "retryAt">,
  ): OperationResult {
    return this.#decide(id, {
      state: "quarantined",
      reason: shortMessageOf(error),
      actor: "plugin-handler",
      error: asPluginError(error),
      ...until,
    });
  }

  /** Lets a plugin be loaded again, its failures forgotten. */
  enable(id: number, options: ActorOptions): OperationResult {
    const { repository, health } = this.#parts;
    const isSetAside = repository.get(id)?.state !== "enabled";
    const enabled = {
      state: "enabled",
      reason: null,
      quarantines: 0,
      retryAt: null,
    } as const;
    const result = this.#decide(id, { ...enabled, ...options });
    // The health of a plugin that runs is where it counts its calls.
    if (result.success && isSetAside) health.forget(id);
    else if (result.success) health.peek(id)?.endTrial();
    return result;
  }

  /** Keeps a plugin's updates within a range of versions; `null` lifts it. */
  pin(
    id: number,
    range: string | null,
    options: ActorOptions,
  ): OperationResult {
    const { repository, audit, atomically } = this.#parts;
    const deed = { action: "pin", pluginId: id, ...options } as const;
    try {
      const { name } = requireStored(repository, "pin", id);
      if (range !== null && !isRange(range)) throw badRange(name, range);
      atomically(() => {
        repository.decide(id, { pin: range });
        audit.done({ ...deed, plugin: name, detail: range });
      });
      const message = range === null
        ? "Plugin is no longer pinned"
        : `Plugin pinned to ${range}`;
      return { success: true, message, id };
    } catch (error) {
      audit.refused(deed, error);
      return failed(`Cannot pin plugin ${id}`, error, id);
    }
  }

  #decide(
    id: number,
    { actor, error: cause, ...decision }: Decision,
  ): OperationResult {
    const { repository, lifecycle, audit, atomically, announce } = this.#parts;
    const { state, reason } = decision;
    const action = DECISION_ACTIONS[state];
    try {
      const { name, version } = requireStored(repository, action, id);
      const deed = { action, actor, pluginId: id, plugin: name } as const;
      atomically(() => {
        repository.decide(id, decision);
        audit.done({ ...deed, detail: reason });
      });
      if (state !== "enabled") lifecycle.unload(id);
      announce(`plugin:${state}`, {
        ...{ id, name, version },
        ...(reason === null ? {} : { reason }),
        ...(cause === undefined ? {} : { error: cause }),
      });
      return { success: true, message: `Plugin is ${state}`, id };
    } catch (error) {
      audit.refused({ action, actor, pluginId: id }, error);
      return failed(`Cannot ${action} plugin ${id}`, error, id);
    }
  }
}

function badRange(name: string, range: string): PluginError {
  return new PluginError(
    "INVALID_MANIFEST",
    `Cannot pin plugin "${name}" to "${range}": that is no range of versions; write it as in ^1.2.0`,
  );
}
