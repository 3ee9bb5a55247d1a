/**
 * Keeps what an agent demands of plugins, for whoever manages the same database
 * without it.
 *
 * @module
 */
import type { SqliteDriver } from "../sqlite/driver/sqlite_driver.ts";

/** The policy of an agent, by its parts, each as JSON. */
export type KeptPolicy = Readonly<Record<string, unknown>>;

/** Keeps the policy. */
export class PolicyStore {
  readonly #driver: SqliteDriver;

  constructor(driver: SqliteDriver) {
    this.#driver = driver;
  }

  /** What was kept; `undefined` where no agent has started yet. */
  read(): KeptPolicy | undefined {
    const rows = this.#driver.all(
      `SELECT name, value FROM plugin_handler_policy ORDER BY name`,
    );
    if (rows.length === 0) return undefined;
    return Object.fromEntries(
      rows.map(({ name, value }) => [String(name), JSON.parse(String(value))]),
    );
  }

  /** Keeps a policy; the same one again is not written. */
  write(policy: KeptPolicy): void {
    const wanted = Object.entries(policy)
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => a < b ? -1 : 1);
    const before = JSON.stringify(Object.entries(this.read() ?? {}));
    if (before === JSON.stringify(wanted)) return;
    this.#driver.transaction(() => {
      this.#driver.exec(`DELETE FROM plugin_handler_policy`);
      for (const [name, value] of wanted) {
        this.#driver.run(
          `INSERT INTO plugin_handler_policy (name, value) VALUES (?, ?)`,
          [name, JSON.stringify(value)],
        );
      }
    }, "IMMEDIATE");
  }
}
