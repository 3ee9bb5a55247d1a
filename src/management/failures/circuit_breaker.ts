/**
 * Sets plugins aside that fail too often, for a while that grows each time, then
 * tries them again: once, before they count as healthy.
 *
 * @module
 */
import { Timer } from "../../async/timer.ts";
import type {
  FailureKind,
  LoadedPlugin,
  PluginFailure,
} from "../../execution/mod.ts";
import { PluginError } from "../../shared/errors.ts";
import type { PluginDecisionMaker } from "../plugin_decisions.ts";
import type { ManagementServices } from "../management_services.ts";

/** What a breaker works with. */
export interface CircuitBreakerParts extends
  Pick<
    ManagementServices,
    | "repository"
    | "registry"
    | "lifecycle"
    | "health"
    | "audit"
    | "atomically"
    | "announce"
  > {
  /** What sets plugins aside. */
  readonly decisions: PluginDecisionMaker;
  /** Told that the database did not answer; it is asked again later. */
  readonly onTrouble: (error: PluginError) => void;
}

/** How long the first quarantine lasts; each further one twice as long. */
const FIRST_MS = 5_000;
const LONGEST_MS = 3_600_000;
/** How long a plugin has to hold at most, where nothing else shows that it does. */
const LONGEST_TRIAL_MS = 60_000;
/** When a database that did not answer is asked again. */
const AGAIN_MS = 60_000;

/** Opens and closes the circuits of plugins. */
export class CircuitBreaker implements Disposable {
  readonly #parts: CircuitBreakerParts;
  readonly #timers = new Map<number, Timer>();
  /** What the quarantined plugins failed at. */
  readonly #causes = new Map<number, FailureKind>();
  /** The plugins that this handler has set aside, or tried again, itself. */
  readonly #known = new Set<number>();
  #disposed = false;

  /**
   * @param parts What it works with.
   */
  constructor(parts: CircuitBreakerParts) {
    this.#parts = parts;
  }

  /** Sets a plugin aside. */
  open(id: number, { kind, error }: Pick<PluginFailure, "kind" | "error">) {
    const { repository, decisions } = this.#parts;
    const quarantines = (repository.find(id)?.quarantines ?? 0) + 1;
    const wait = coolDown(quarantines);
    const retryAt = Date.now() + wait;
    this.#causes.set(id, kind);
    this.#known.add(id);
    decisions.quarantine(id, error, { quarantines, retryAt });
    this.#arm(id, wait, () => this.#isDue(id, retryAt));
  }

  /**
   * Whether a plugin that was quarantined before this handler was made is yet to
   * be tried by it.
   *
   * @returns Whether it is.
   */
  isUntried(id: number): boolean {
    return !this.#known.has(id);
  }

  /**
   * Tries a quarantined plugin again. Where that fails, it is set aside for
   * longer.
   *
   * @returns The plugin, loaded.
   */
  async tryAgain(id: number): Promise<LoadedPlugin> {
    const { repository, lifecycle, registry } = this.#parts;
    this.#known.add(id);
    repository.decide(id, { state: "enabled", reason: null });
    const [outcome] = await lifecycle.load([id]);
    if (outcome!.status === "fulfilled") return outcome!.value;
    const error = outcome!.reason;
    // What is not the plugin's own failure has set nobody aside.
    const isOpen = repository.find(id)?.state !== "enabled" || registry.has(id);
    if (!isOpen && !this.#disposed) this.open(id, { kind: "load", error });
    throw error;
  }

  /** A plugin is loaded. One that was set aside has to hold now. */
  loaded(id: number): void {
    const { health, repository } = this.#parts;
    const tried = health.of(id);
    if (!tried.onTrial) return;
    if (this.#causes.get(id) === "load") return tried.passTrial();
    const quarantines = repository.find(id)?.quarantines ?? 1;
    const trialMs = Math.min(coolDown(quarantines), LONGEST_TRIAL_MS);
    this.#arm(id, trialMs, () => {
      if (health.peek(id) === tried) tried.passTrial();
    });
  }

  /** A plugin has held on trial. */
  recovered(id: number): void {
    const { repository, audit, atomically, announce } = this.#parts;
    this.#causes.delete(id);
    this.#timers.get(id)?.stop();
    const row = repository.find(id);
    if (row === undefined) return;
    const { name, version } = row;
    atomically(() => {
      repository.decide(id, { quarantines: 0, retryAt: null });
      audit.done({
        action: "enable",
        actor: "plugin-handler",
        pluginId: id,
        plugin: name,
        detail: "it holds again",
      });
    });
    announce("plugin:recovered", { id, name, version });
  }

  /** Tries nothing again any more. */
  [Symbol.dispose](): void {
    this.#disposed = true;
    for (const timer of this.#timers.values()) timer.stop();
    this.#timers.clear();
  }

  #arm(id: number, ms: number, act: () => void): void {
    if (this.#disposed) return;
    this.#timers.get(id)?.stop();
    const timer = new Timer(ms, () => {
      this.#timers.delete(id);
      try {
        act();
      } catch (error) {
        this.#putOff(id, error, act);
      }
    });
    this.#timers.set(id, timer.unref());
  }

  #putOff(id: number, error: unknown, act: () => void): void {
    if (!isStoreTrouble(error)) throw error;
    if (this.#disposed || this.#timers.has(id)) return;
    this.#parts.onTrouble(error);
    this.#arm(id, AGAIN_MS, act);
  }

  /** Somebody may have enabled, updated or deleted it meanwhile. */
  #isDue(id: number, retryAt: number): void {
    const row = this.#parts.repository.find(id);
    if (row?.state !== "quarantined" || row.retryAt !== retryAt) return;
    this.tryAgain(id).catch((error) => {
      // What failed at the plugin is known, and has its own time.
      if (!isStoreTrouble(error)) return;
      this.#putOff(id, error, () => this.#isDue(id, retryAt));
    });
  }
}

/** Whether it was the database that failed. */
export function isStoreTrouble(error: unknown): error is PluginError {
  return error instanceof PluginError && error.code === "STORE_FAILED";
}

function coolDown(quarantines: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, quarantines - 1));
}
