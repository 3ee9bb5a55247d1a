/**
 * Keeps reports until the registry has them, across breaks and restarts.
 *
 * @module
 */
import { Backoff } from "../../async/backoff.ts";
import { sleep } from "../../async/timer.ts";
import type { SqliteDriver } from "../../sqlite/driver/sqlite_driver.ts";
import type { AgentReport } from "../documents/report.ts";

/** More than a cut-off agent has to tell in months; then the oldest go. */
const MAX_WAITING = 10_000;

const TABLE = `
CREATE TABLE IF NOT EXISTS plugin_handler_fleet_outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  message_id TEXT NOT NULL UNIQUE,
  report TEXT NOT NULL
) STRICT`;

/** How a report is handed in. */
export type SendReport = (id: string, report: AgentReport) => Promise<void>;

/** The reports that wait to be handed in, in order. */
export class Outbox {
  readonly #driver: SqliteDriver;
  readonly #send: SendReport;
  readonly #backoff = new Backoff({ minMs: 250, maxMs: 30_000 });
  #running: Promise<void> | undefined;

  /** @param send Hands one in; rejects where the registry did not take it. */
  constructor(driver: SqliteDriver, send: SendReport) {
    this.#driver = driver;
    this.#send = send;
    driver.exec(TABLE);
  }

  /** How many wait. */
  get waiting(): number {
    const row = this.#driver.get(
      "SELECT count(*) AS n FROM plugin_handler_fleet_outbox",
    );
    return Number(row?.n);
  }

  /** Keeps a report; the same one waits once. */
  add(id: string, report: AgentReport): void {
    this.#driver.transaction(() => {
      this.#driver.run(
        `INSERT OR IGNORE INTO plugin_handler_fleet_outbox
          (message_id, report) VALUES (?, ?)`,
        [id, JSON.stringify(report)],
      );
      this.#driver.run(
        `DELETE FROM plugin_handler_fleet_outbox WHERE id <=
          (SELECT max(id) FROM plugin_handler_fleet_outbox) - ?`,
        [MAX_WAITING],
      );
    });
  }

  /**
   * Hands in what waits, until nothing does or the signal aborts. One that is
   * not taken is tried again after a rest, under the same id.
   */
  flush(signal: AbortSignal): Promise<void> {
    this.#running ??= this.#flush(signal).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #flush(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const row = this.#driver.get(
        `SELECT id, message_id, report FROM plugin_handler_fleet_outbox
          ORDER BY id LIMIT 1`,
      );
      if (row === undefined) return;
      try {
        const report = JSON.parse(String(row.report)) as AgentReport;
        await this.#send(String(row.message_id), report);
      } catch {
        await sleep(this.#backoff.next(), signal).catch(() => {});
        continue;
      }
      this.#backoff.reset();
      // The host may have closed its database meanwhile; it is sent once more.
      if (this.#driver.closed) return;
      this.#driver.run(
        "DELETE FROM plugin_handler_fleet_outbox WHERE id = ?",
        [Number(row.id)],
      );
    }
  }
}
