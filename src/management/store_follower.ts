/**
 * Notices what others did to the plugins in the same database, and does the
 * same to those that run: each change is in the audit log, whose numbers grow.
 *
 * @module
 */
import { repeat } from "../async/timer.ts";
import type { AuditAction, AuditEntry, AuditLog } from "../store/mod.ts";
import type { PluginStarter } from "./failures/plugin_starter.ts";
import type { StoreSync } from "./store_sync.ts";
import type { ManagementServices } from "./management_services.ts";

/** What a follower works with. */
export interface StoreFollowerParts
  extends Pick<ManagementServices, "repository" | "registry"> {
  /** Where changes are noted. */
  readonly auditLog: AuditLog;
  /** Catches up with what runs. */
  readonly sync: StoreSync;
  /** Loads what is new. */
  readonly starter: PluginStarter;
  /** How often it looks, in milliseconds; 0 for never. */
  readonly everyMs: number;
  /** Told what could not be caught up with; it is tried at the next change. */
  readonly onError: (error: unknown) => void;
}

/** What makes a plugin one that is to run. */
const STARTS: ReadonlySet<AuditAction> = new Set([
  "install",
  "save",
  "enable",
  "accept",
]);

/** Follows the store. */
export class StoreFollower implements Disposable {
  readonly #parts: StoreFollowerParts;
  #looks: Disposable | undefined;
  #seen = 0;
  #isLooking = false;

  /**
   * @param parts What it works with.
   */
  constructor(parts: StoreFollowerParts) {
    this.#parts = parts;
  }

  /** Follows from now on. */
  start(): void {
    const { everyMs, auditLog } = this.#parts;
    if (everyMs <= 0 || this.#looks !== undefined) return;
    this.#seen = auditLog.revision();
    this.#looks = repeat(everyMs, () => void this.#look());
  }

  /** Stops. */
  [Symbol.dispose](): void {
    this.#looks?.[Symbol.dispose]();
  }

  /** One look at a time. */
  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      const { auditLog } = this.#parts;
      const now = auditLog.revision();
      if (now === this.#seen) return;
      const entries = auditLog.after(this.#seen);
      this.#seen = now;
      const foreign = entries.filter(({ outcome, isOwn }) =>
        outcome === "done" && !isOwn
      );
      if (foreign.length > 0) await this.#catchUp(foreign);
    } catch (error) {
      this.#parts.onError(error);
    } finally {
      this.#isLooking = false;
    }
  }

  async #catchUp(entries: readonly AuditEntry[]): Promise<void> {
    const { sync, starter, repository, registry, onError } = this.#parts;
    for (const { error } of (await sync.run()).errors) onError(error);
    const started = new Set(
      entries.filter(({ action }) => STARTS.has(action))
        .flatMap(({ pluginId }) => pluginId ?? []),
    );
    const wanted = [...started].filter((id) =>
      registry.get(id) === undefined &&
      repository.get(id)?.state === "enabled"
    );
    if (wanted.length === 0) return;
    for (const { error } of (await starter.load(wanted)).errors) onError(error);
  }
}
