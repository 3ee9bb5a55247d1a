/**
 * Keeps the last run of each schedule, so that a restart of the host neither
 * forgets it nor starts the interval anew.
 *
 * @module
 */
import type { ScheduleRun } from "../plugin/plugin.ts";
import type { SqliteDriver } from "../sqlite/driver/sqlite_driver.ts";

/** The last runs, by plugin and schedule. */
export class ScheduleRuns {
  readonly #driver: SqliteDriver;

  constructor(driver: SqliteDriver) {
    this.#driver = driver;
  }

  /** The last run of each schedule of a plugin, by name. */
  of(pluginId: number): Map<string, ScheduleRun> {
    const rows = this.#driver.all(
      `SELECT name, started_at, duration_ms, ok, error
        FROM plugin_handler_schedules WHERE plugin_id = ?`,
      [pluginId],
    );
    return new Map(rows.map((row) => [String(row.name), {
      startedAt: Number(row.started_at),
      durationMs: Number(row.duration_ms),
      ok: Number(row.ok) === 1,
      ...(row.error === null ? {} : { error: String(row.error) }),
    }]));
  }

  /** Keeps a run as the last one. */
  record(pluginId: number, name: string, run: ScheduleRun): void {
    const { startedAt, durationMs, ok, error = null } = run;
    this.#driver.run(
      `INSERT INTO plugin_handler_schedules
        (plugin_id, name, started_at, duration_ms, ok, error)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (plugin_id, name) DO UPDATE SET
          started_at = excluded.started_at,
          duration_ms = excluded.duration_ms,
          ok = excluded.ok,
          error = excluded.error`,
      [pluginId, name, startedAt, durationMs, ok ? 1 : 0, error],
    );
  }
}
