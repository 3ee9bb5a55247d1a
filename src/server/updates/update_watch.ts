/**
 * Knows which plugins have new versions, and brings those that the operator's
 * policy lets in by themselves.
 *
 * @module
 */
import { repeat } from "../../async/timer.ts";
import type { PluginHandler } from "../../handler/plugin_handler.ts";
import type { OperationResult, UpdateCheck } from "../../management/mod.ts";
import type { EventHub } from "../observe/event_hub.ts";
import {
  comesByItself,
  isInWindow,
  MANUAL,
  type UpdatePolicy,
  updatePolicySchema,
} from "./update_policy.ts";

const CHECK_EVERY_MS = 6 * 3_600_000;
/** How often a window that opens is noticed. */
const LOOK_EVERY_MS = 60_000;
/** Who brings updates by policy, in the audit log. */
const ACTOR = "update policy";

const TABLE = `CREATE TABLE IF NOT EXISTS plugin_handler_update_policies (
  plugin TEXT PRIMARY KEY,
  policy TEXT NOT NULL
) STRICT`;

/** What became of an update. */
export interface UpdateOutcome {
  /** The plugin. */
  readonly id: number;
  /** Whether it runs in its new version. */
  readonly ok: boolean;
  /** What became of it, in a sentence. */
  readonly message: string;
  /** The code of what stopped it. */
  readonly code?: string;
}

/** Watches for new versions. */
export class UpdateWatch implements Disposable {
  /** What is known, by plugin id. */
  readonly known: Map<number, UpdateCheck> = new Map();
  /** When it was looked for last, in Unix milliseconds. */
  checkedAt: number | undefined;
  readonly #handler: PluginHandler;
  readonly #hub: EventHub;
  readonly #looks: Disposable;
  #running: Promise<void> | undefined;

  constructor(handler: PluginHandler, hub: EventHub) {
    this.#handler = handler;
    this.#hub = hub;
    handler.database.driver.exec(TABLE);
    this.#looks = repeat(LOOK_EVERY_MS, () => this.#look());
  }

  /** The policy of a plugin; it is kept by name, over reinstallation. */
  policyOf(plugin: string): UpdatePolicy {
    const row = this.#handler.database.driver.get(
      "SELECT policy FROM plugin_handler_update_policies WHERE plugin = ?",
      [plugin],
    );
    if (row === undefined) return MANUAL;
    const read = updatePolicySchema.safeParse(JSON.parse(String(row.policy)));
    return read.success ? read.data : MANUAL;
  }

  /** Decides on the policy of a plugin. */
  setPolicy(plugin: string, policy: UpdatePolicy): void {
    this.#handler.database.driver.run(
      `INSERT INTO plugin_handler_update_policies (plugin, policy) VALUES (?, ?)
       ON CONFLICT (plugin) DO UPDATE SET policy = excluded.policy`,
      [plugin, JSON.stringify(policy)],
    );
  }

  /** Looks for new versions of all plugins. */
  async check(signal?: AbortSignal): Promise<void> {
    const checks = await this.#handler.checkForUpdates({ signal });
    this.known.clear();
    for (const check of checks) this.known.set(check.id, check);
    this.checkedAt = Date.now();
  }

  /** Updates one plugin. */
  async apply(
    id: number,
    actor: string,
    task = "update",
  ): Promise<UpdateOutcome> {
    const plugin = this.#handler.getAll().find((row) => row.id === id)?.name;
    const tell = (step: string) =>
      this.#hub.publish({ type: "progress", data: { task, step, plugin } });
    tell("fetching");
    const result: OperationResult = await this.#handler.updateFromManifestLink(
      id,
      undefined,
      { actor },
    );
    tell(result.success ? "updated" : "refused");
    if (result.success) this.known.delete(id);
    return result.success
      ? { id, ok: true, message: result.message }
      : { id, ok: false, message: result.error, code: result.cause.code };
  }

  /** Updates several plugins, one after another. */
  async applyAll(
    ids: readonly number[] | undefined,
    actor: string,
  ): Promise<UpdateOutcome[]> {
    const wanted = ids ??
      [...this.known.values()].filter(({ available }) => available !== null)
        .map(({ id }) => id);
    const results: UpdateOutcome[] = [];
    for (const id of wanted) results.push(await this.apply(id, actor));
    return results;
  }

  /** Stops watching. */
  [Symbol.dispose](): void {
    this.#looks[Symbol.dispose]();
  }

  /** One look at a time; what fails is told by the next. */
  #look(): void {
    this.#running ??= this.#bring()
      .catch(() => {})
      .finally(() => this.#running = undefined);
  }

  async #bring(): Promise<void> {
    const now = new Date();
    const open = this.#handler.getAll().filter(({ name }) => {
      const policy = this.policyOf(name);
      return policy.policy !== "manual" && isInWindow(policy, now);
    });
    if (open.length === 0) return;
    if (Date.now() - (this.checkedAt ?? 0) >= CHECK_EVERY_MS) {
      await this.check();
    }
    for (const { id, name, version } of open) {
      const { available, error } = this.known.get(id) ?? {};
      if (!available || error !== undefined) continue;
      if (!comesByItself(this.policyOf(name), version, available)) continue;
      await this.apply(id, ACTOR);
    }
  }
}
