/**
 * Runs the statements of one guest on the connection that the host confined to
 * the plugin's table.
 *
 * @module
 */
import { messageOf, PluginError } from "../../shared/errors.ts";
import type { SqliteDriver } from "../../sqlite/driver/sqlite_driver.ts";
import { Encoder } from "../wire/encoder.ts";
import type { WireOutcome, WireStatement } from "../wire/protocol.ts";
import { StatementGuard, type StatementLimits } from "./statement_guard.ts";

/** What statements came to. */
export interface BatchAnswer {
  /** The outcome of each. */
  readonly outcomes: readonly WireOutcome[];
  /** Whether what they wrote is kept. */
  readonly committed: boolean;
}

/** Takes a transaction back without being anybody's error. */
const ROLL_BACK: unique symbol = Symbol("roll back");

/** Runs statements for one guest. */
export class StatementServer {
  readonly #driver: SqliteDriver;
  readonly #guard: StatementGuard;

  /**
   * @param driver The connection; it must reach the plugin's table only.
   * @param table The table's name.
   * @param limits What a statement may cost.
   */
  constructor(driver: SqliteDriver, table: string, limits: StatementLimits) {
    this.#driver = driver;
    this.#guard = new StatementGuard(driver, table, limits);
  }

  /**
   * Runs what a guest asks for.
   *
   * @param mode How: one statement, or several that are tried or kept.
   * @param statements The statements; at least one.
   * @param expected What they came to when they were tried.
   * @returns What they came to, and whether what they wrote is kept.
   */
  answer(
    mode: "run" | "try" | "commit",
    statements: readonly WireStatement[],
    expected: readonly WireOutcome[],
  ): BatchAnswer {
    if (mode === "run") return this.run(statements[0]!);
    return mode === "try"
      ? this.try(statements)
      : this.commit(statements, expected);
  }

  /**
   * Runs one statement.
   *
   * @param statement The statement.
   * @returns What it came to.
   */
  run(statement: WireStatement): BatchAnswer {
    return { outcomes: [this.#outcome(statement)], committed: true };
  }

  /**
   * Runs statements in a transaction and takes them back.
   *
   * @param statements The statements.
   * @returns What they came to.
   */
  try(statements: readonly WireStatement[]): BatchAnswer {
    return this.#transaction(statements, () => false);
  }

  /**
   * Runs statements in a transaction, and keeps them if they come to what is
   * expected.
   *
   * @param statements The statements.
   * @param expected What they came to when they were tried.
   * @returns What they came to, and whether they were kept.
   */
  commit(
    statements: readonly WireStatement[],
    expected: readonly WireOutcome[],
  ): BatchAnswer {
    return this.#transaction(
      statements,
      (outcomes) => sameBytes(fingerprint(outcomes), fingerprint(expected)),
    );
  }

  #transaction(
    statements: readonly WireStatement[],
    keep: (outcomes: WireOutcome[]) => boolean,
  ): BatchAnswer {
    let outcomes: WireOutcome[] = [];
    try {
      this.#driver.transaction(() => {
        outcomes = statements.map((statement) => this.#outcome(statement));
        if (!keep(outcomes)) throw ROLL_BACK;
      }, "IMMEDIATE");
      return { outcomes, committed: true };
    } catch (thrown) {
      if (thrown === ROLL_BACK) return { outcomes, committed: false };
      const failure = { error: storeFailure(thrown) };
      return { outcomes: statements.map(() => failure), committed: false };
    }
  }

  #outcome(statement: WireStatement): WireOutcome {
    const { op, sql, parameters } = statement;
    try {
      return this.#guard.run(statement, () => {
        if (op !== "run") return { value: this.#driver[op](sql, parameters) };
        const { changes, lastInsertRowid } = this.#driver.run(sql, parameters);
        return { value: { changes, lastInsertRowid } };
      });
    } catch (thrown) {
      return { error: storeFailure(thrown) };
    }
  }
}

/** Without its stack trace, which tells of the host. */
function storeFailure(thrown: unknown): PluginError {
  const error = new PluginError("STORE_FAILED", messageOf(thrown));
  error.stack = `PluginError: ${error.message}`;
  return error;
}

function fingerprint(outcomes: readonly WireOutcome[]): Uint8Array {
  return new Encoder(0).encode(
    outcomes.map((outcome) =>
      "error" in outcome ? ["error", messageOf(outcome.error)] : [outcome.value]
    ),
  );
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
