/**
 * Loads the plugins that are to be in service, and says what became of each.
 *
 * @module
 */
import { messageOf } from "../../shared/errors.ts";
import type { LoadedPlugin } from "../../execution/mod.ts";
import type { StoredPlugin } from "../../store/mod.ts";
import type { CircuitBreaker } from "./circuit_breaker.ts";
import { asPluginError } from "../operation_result.ts";
import type { PluginError } from "../../shared/errors.ts";
import type { ManagementServices } from "../management_services.ts";

/** A plugin that was not loaded. */
export interface LoadFailure {
  /** The plugin. */
  pluginId: number;
  /** What is shown: `Could not load <id> - <reason>`. */
  error: string;
  /** The error itself, with its code. */
  cause: PluginError;
}

/** A plugin that was left out. */
export interface SkippedPlugin {
  /** The plugin. */
  pluginId: number;
  /** Why: it is `disabled` or `quarantined`, and what was said about that. */
  reason: string;
}

/** What became of loading several plugins. */
export interface LoadResult {
  /** The ids of the plugins that were loaded, in the order asked. */
  readonly successes: number[];
  /** The ones that could not be loaded, in the order asked. */
  readonly errors: LoadFailure[];
  /** The ones that were left out, in the order asked. */
  readonly skipped: SkippedPlugin[];
}

/** What a starter works with. */
export interface PluginStarterParts
  extends Pick<ManagementServices, "repository" | "registry" | "lifecycle"> {
  /** What tries plugins again that were set aside. */
  readonly breaker: CircuitBreaker;
  /** Whether no plugin's code may run. */
  readonly safeMode: boolean;
  /** Whether plugins are imported at their first use only. */
  readonly isLazy: boolean;
}

type Outcome = PromiseSettledResult<LoadedPlugin>;

/** Loads plugins. */
export class PluginStarter {
  readonly #parts: PluginStarterParts;

  /**
   * @param parts What it works with.
   */
  constructor(parts: PluginStarterParts) {
    this.#parts = parts;
  }

  /**
   * Loads what is stored, enabled and not loaded. A plugin that was quarantined
   * before this start is tried again.
   */
  async loadAll(): Promise<LoadResult> {
    const { repository, registry, lifecycle, isLazy, safeMode } = this.#parts;
    if (safeMode) return { successes: [], errors: [], skipped: [] };
    const rows = repository.list().filter(({ id }) => !registry.has(id));
    const skipped = rows.flatMap((row) => this.#skip(row) ?? []);
    const left = new Set(skipped.map(({ pluginId }) => pluginId));
    const wanted = rows.filter(({ id }) => !left.has(id));
    const enabled = wanted.filter(({ state }) => state === "enabled");
    const ids = enabled.map(({ id }) => id);
    const [loaded, retried] = await Promise.all([
      isLazy ? lifecycle.register(enabled) : lifecycle.load(ids),
      this.#retry(wanted.filter(({ state }) => state !== "enabled")),
    ]);
    const outcomes = new Map(retried);
    ids.forEach((id, place) => outcomes.set(id, loaded[place]!));
    return resultOf(wanted.map(({ id }) => id), outcomes, skipped);
  }

  /** Loads plugins. */
  async load(ids: readonly number[]): Promise<LoadResult> {
    const loaded = await this.#parts.lifecycle.load(ids);
    const outcomes = new Map(ids.map((id, place) => [id, loaded[place]!]));
    return resultOf(ids, outcomes, []);
  }

  #skip({ id, state, reason }: StoredPlugin): SkippedPlugin | undefined {
    const { breaker } = this.#parts;
    const isTried = state === "quarantined" && breaker.isUntried(id);
    if (state === "enabled" || isTried) return undefined;
    const why = reason === null ? "" : `: ${reason}`;
    return { pluginId: id, reason: `${state}${why}` };
  }

  async #retry(rows: readonly StoredPlugin[]): Promise<[number, Outcome][]> {
    const { breaker } = this.#parts;
    const outcomes = await Promise.allSettled(
      rows.map(({ id }) => breaker.tryAgain(id)),
    );
    return rows.map(({ id }, place) => [id, outcomes[place]!]);
  }
}

function resultOf(
  ids: readonly number[],
  outcomes: ReadonlyMap<number, Outcome>,
  skipped: SkippedPlugin[],
): LoadResult {
  const result: LoadResult = { successes: [], errors: [], skipped };
  for (const pluginId of ids) {
    const outcome = outcomes.get(pluginId)!;
    if (outcome.status === "fulfilled") result.successes.push(pluginId);
    else {
      const cause = asPluginError(outcome.reason);
      const error = `Could not load ${pluginId} - ${messageOf(cause)}`;
      result.errors.push({ pluginId, error, cause });
    }
  }
  return result;
}
