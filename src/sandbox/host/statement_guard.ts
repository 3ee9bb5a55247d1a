/**
 * Keeps a guest's statements from costing the host more than they may. SQLite
 * cannot be interrupted through `node:sqlite`, so what a statement will cost is
 * estimated from its query plan before it runs; one that took too long all the
 * same is not run again.
 *
 * @module
 */
import { PluginError } from "../../shared/errors.ts";
import type { SqliteDriver } from "../../sqlite/driver/sqlite_driver.ts";
import type { WireStatement } from "../wire/protocol.ts";

/** What a statement may cost. */
export interface StatementLimits {
  /** How many rows a statement may return. */
  readonly maxRows: number;
  /** How many milliseconds a statement may take. */
  readonly timeoutMs: number;
}

/** Rows that SQLite steps through in a millisecond, at least. */
const STEPS_PER_MS = 5_000;
const MAX_PLANS = 500;
const RECOUNT_MS = 500;

/** What the plan of a statement says about its cost. */
interface Plan {
  /** How many times the whole table is walked, one inside the other at worst. */
  readonly scans: number;
  /** How many tables it reads in any way. */
  readonly reads: number;
}

/** Guards the statements of one guest. */
export class StatementGuard {
  readonly #driver: SqliteDriver;
  readonly #table: string;
  readonly #limits: StatementLimits;
  readonly #plans = new Map<string, Plan>();
  readonly #banned = new Set<string>();
  #count = 0;
  #countedAt = -Infinity;

  /**
   * @param driver The connection.
   * @param table The plugin's table.
   * @param limits What a statement may cost.
   */
  constructor(driver: SqliteDriver, table: string, limits: StatementLimits) {
    this.#driver = driver;
    this.#table = table;
    this.#limits = limits;
  }

  /**
   * Runs a statement that is not too expensive.
   *
   * @param statement The statement.
   * @param run Runs it.
   * @returns What it returned.
   * @throws {PluginError} `STORE_FAILED` where it may cost too much, or did.
   */
  run<R>(statement: WireStatement, run: () => R): R {
    this.#check(statement);
    const start = performance.now();
    const result = run();
    if (performance.now() - start > this.#limits.timeoutMs) {
      this.#banned.add(statement.sql);
    }
    return result;
  }

  #check({ op, sql, parameters }: WireStatement): void {
    const { maxRows, timeoutMs } = this.#limits;
    if (this.#banned.has(sql)) {
      throw tooMuch(`it took longer than ${timeoutMs} ms before`);
    }
    const { scans, reads } = this.#plan(sql, parameters);
    if (scans < 2 && (op !== "all" || reads === 0)) return;
    const rows = this.#rows();
    if (scans > 1 && rows ** scans > timeoutMs * STEPS_PER_MS) {
      throw tooMuch(`it would walk ${rows} rows ${scans} times over`);
    }
    if (op !== "all" || rows ** reads <= maxRows) return;
    const counted = `SELECT count(*) AS n FROM (SELECT 1 FROM (${
      sql.replace(/;\s*$/, "")
    }\n) LIMIT ${maxRows + 1})`;
    const found = this.#driver.get(counted, parameters);
    if (Number(found?.n) > maxRows) {
      throw tooMuch(`it returns more than ${maxRows} rows; ask for pages`);
    }
  }

  #plan(sql: string, parameters: WireStatement["parameters"]): Plan {
    const known = this.#plans.get(sql);
    if (known !== undefined) return known;
    const plan = isQuery(sql)
      ? this.#explain(sql, parameters)
      : { scans: 0, reads: 0 };
    if (this.#plans.size >= MAX_PLANS) this.#plans.clear();
    this.#plans.set(sql, plan);
    return plan;
  }

  #explain(sql: string, parameters: WireStatement["parameters"]): Plan {
    const lines = this.#driver.all(`EXPLAIN QUERY PLAN ${sql}`, parameters)
      .map(({ detail }) => String(detail));
    const count = (pattern: RegExp) =>
      lines.filter((line) => pattern.test(line)).length;
    const isRead = /^\s*select|^\s*with/i.test(sql);
    return {
      scans: count(/^SCAN (?!CONSTANT)/),
      reads: isRead ? count(/^(?:SCAN|SEARCH) (?!CONSTANT)/) : 0,
    };
  }

  /** How many rows there were a moment ago. */
  #rows(): number {
    const now = performance.now();
    if (now - this.#countedAt > RECOUNT_MS) {
      const table = `"${this.#table.replaceAll('"', '""')}"`;
      const row = this.#driver.get(`SELECT count(*) AS n FROM ${table}`);
      this.#count = Number(row?.n ?? 0);
      this.#countedAt = performance.now();
    }
    return this.#count;
  }
}

/** What else there is, such as a pragma, has no plan to look at. */
function isQuery(sql: string): boolean {
  return /^\s*(?:select|with|insert|replace|update|delete)\b/i.test(sql);
}

function tooMuch(state: string): PluginError {
  return new PluginError(
    "STORE_FAILED",
    `Cannot run a statement of a sandboxed plugin: ${state}`,
  );
}
