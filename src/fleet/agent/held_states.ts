/**
 * Keeps what an agent took: the signed states and releases, so that it goes on
 * alone, and takes nothing older after a restart.
 *
 * @module
 */
import type { SqliteDriver } from "../../sqlite/driver/sqlite_driver.ts";
import type { HeldState } from "./acceptance.ts";
import {
  type DesiredState,
  parseDesiredState,
  parseRelease,
  type Release,
} from "../documents/desired.ts";

const TABLES = `
CREATE TABLE IF NOT EXISTS plugin_handler_fleet_states (
  fleet TEXT NOT NULL,
  scope TEXT NOT NULL,
  gen INTEGER NOT NULL,
  signed TEXT NOT NULL,
  state TEXT NOT NULL,
  release TEXT,
  PRIMARY KEY (fleet, scope)
) STRICT;
CREATE TABLE IF NOT EXISTS plugin_handler_fleet_applied (
  plugin TEXT PRIMARY KEY,
  wish TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS plugin_handler_fleet (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
`;

/** A state that was taken, and the release that is the agent's in it. */
export interface TakenState extends HeldState {
  /** The desired state. */
  readonly state: DesiredState;
  /** The release; `null` where the state names none for this agent. */
  readonly release: Release | null;
}

/** What an agent took of one fleet. */
export class HeldStates {
  readonly #driver: SqliteDriver;
  readonly #fleet: string;

  constructor(driver: SqliteDriver, fleet: string) {
    this.#driver = driver;
    this.#fleet = fleet;
    driver.exec(TABLES);
  }

  /** What was taken of a scope. */
  get(scope: string): TakenState | undefined {
    const row = this.#driver.get(
      `SELECT gen, signed, state, release FROM plugin_handler_fleet_states
        WHERE fleet = ? AND scope = ?`,
      [this.#fleet, scope],
    );
    if (row === undefined) return undefined;
    return {
      gen: Number(row.gen),
      text: String(row.signed),
      state: parseDesiredState(JSON.parse(String(row.state))),
      release: row.release === null
        ? null
        : parseRelease(JSON.parse(String(row.release))),
    };
  }

  /** Keeps a state; never an older one. */
  take({ state, text, release }: Omit<TakenState, "gen">): void {
    this.#driver.run(
      `INSERT INTO plugin_handler_fleet_states
        (fleet, scope, gen, signed, state, release) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (fleet, scope) DO UPDATE SET gen = excluded.gen,
          signed = excluded.signed, state = excluded.state,
          release = excluded.release
        WHERE excluded.gen > gen`,
      [
        this.#fleet,
        state.scope,
        state.gen,
        text,
        JSON.stringify(state),
        release && JSON.stringify(release),
      ],
    );
  }

  /** The wish that a plugin was last brought to, where it was. */
  applied(plugin: string): string | undefined {
    const row = this.#driver.get(
      "SELECT wish FROM plugin_handler_fleet_applied WHERE plugin = ?",
      [plugin],
    );
    return row && String(row.wish);
  }

  /** Notes that a plugin was brought to a wish. */
  noteApplied(plugin: string, wish: string): void {
    this.#driver.run(
      `INSERT INTO plugin_handler_fleet_applied (plugin, wish) VALUES (?, ?)
        ON CONFLICT (plugin) DO UPDATE SET wish = excluded.wish`,
      [plugin, wish],
    );
  }

  /**
   * Notes what was reported last.
   *
   * @returns Whether that is other than before.
   */
  noteReported(key: string): boolean {
    const { changes } = this.#driver.run(
      `INSERT INTO plugin_handler_fleet (name, value) VALUES ('reported', ?)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value
        WHERE value <> excluded.value`,
      [key],
    );
    return Number(changes) > 0;
  }
}
