/**
 * A transaction on a connection that others use between two messages, and that
 * therefore must never wait for a guest: the host runs it in one step.
 *
 * The function is run here first, against guessed results of what it writes.
 * The host then tries its statements and takes them back; where its results
 * are not the guessed ones the function is run again on the true ones, until
 * it asks for nothing new. At last the host runs all statements again and
 * keeps them if they come to the same results; if somebody else wrote
 * meanwhile, everything starts over with what is true now.
 *
 * @module
 */
import { PluginError } from "../../shared/errors.ts";
import type { WireOutcome, WireStatement } from "../wire/protocol.ts";
import type { AskHost } from "./ask_host.ts";

/** How often a transaction is tried before it is given up. */
const MAX_ATTEMPTS = 10;
/** How many statements one transaction may have. */
const MAX_STATEMENTS = 50_000;

/** Ends a run of the function whose guesses proved wrong. */
const RESTART: unique symbol = Symbol("restart");

interface Step {
  readonly statement: WireStatement;
  /** Undefined for a write that the host has not tried yet. */
  outcome: WireOutcome | undefined;
}

/** One transaction of a guest. */
export class RemoteTransaction {
  readonly #ask: AskHost;
  #steps: Step[] = [];
  #at = 0;
  #nestedFailure: { thrown: unknown } | undefined;

  /**
   * @param ask Sends statements to the host.
   */
  constructor(ask: AskHost) {
    this.#ask = ask;
  }

  /**
   * Runs a function as a transaction; it may be called several times.
   *
   * @param fn The function; everything that it does beside calling the
   * database must be repeatable.
   * @returns What it returned when it ran on the results that were kept.
   */
  run<R>(fn: () => R): R {
    for (let attempt = 0; attempt < MAX_ATTEMPTS;) {
      const run = this.#attempt(fn);
      if (run === undefined) continue;
      if (this.#steps.some(({ outcome }) => outcome === undefined)) {
        this.#try();
        continue;
      }
      if ("thrown" in run) throw run.thrown;
      if (this.#commit()) return run.value;
      attempt++;
    }
    throw new PluginError(
      "STORE_FAILED",
      "Cannot commit the transaction: other writers change the table all the time",
    );
  }

  /** A transaction inside: if it fails, so does the one around it. */
  nested<R>(fn: () => R): R {
    try {
      return fn();
    } catch (thrown) {
      this.#nestedFailure = { thrown };
      throw thrown;
    }
  }

  /** Answers a statement of the function, from what is known or the host. */
  do(statement: WireStatement): unknown {
    const step = this.#stepFor(statement);
    if (step.outcome === undefined && statement.op !== "run") {
      if (this.#try()) throw RESTART;
    }
    const { outcome } = step;
    if (outcome === undefined) return { changes: 1, lastInsertRowid: 0 };
    if ("error" in outcome) throw outcome.error;
    // A copy, since callers own their rows and a later run needs them whole.
    return structuredClone(outcome.value);
  }

  /** Undefined where the function has to run again. */
  #attempt<R>(fn: () => R): { value: R } | { thrown: unknown } | undefined {
    this.#at = 0;
    this.#nestedFailure = undefined;
    try {
      const value = fn();
      this.#steps.length = this.#at;
      return this.#nestedFailure ?? { value };
    } catch (thrown) {
      if (thrown === RESTART) return undefined;
      this.#steps.length = this.#at;
      return { thrown };
    }
  }

  #stepFor(statement: WireStatement): Step {
    const known = this.#steps[this.#at];
    if (known === undefined || !same(known.statement, statement)) {
      this.#steps.length = this.#at;
      if (this.#at === MAX_STATEMENTS) throw tooLong();
      this.#steps.push({ statement, outcome: undefined });
    }
    return this.#steps[this.#at++]!;
  }

  /** Has the host try every step; whether a guess was wrong. */
  #try(): boolean {
    const { outcomes } = this.#ask("try", this.#statements(), []);
    let wrong = false;
    this.#steps.forEach((step, index) => {
      wrong ||= step.outcome === undefined && step.statement.op === "run";
      step.outcome = outcomes[index]!;
    });
    return wrong;
  }

  #commit(): boolean {
    if (this.#steps.length === 0) return true;
    const expected = this.#steps.map(({ outcome }) => outcome!);
    const answer = this.#ask("commit", this.#statements(), expected);
    if (answer.committed) return true;
    this.#steps.forEach((step, index) => {
      step.outcome = answer.outcomes[index]!;
    });
    return false;
  }

  #statements(): WireStatement[] {
    return this.#steps.map(({ statement }) => statement);
  }
}

function same(a: WireStatement, b: WireStatement): boolean {
  return a.op === b.op && a.sql === b.sql &&
    a.parameters.length === b.parameters.length &&
    a.parameters.every((value, index) =>
      sameParameter(value, b.parameters[index])
    );
}

function sameParameter(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (a instanceof Date && b instanceof Date) return +a === +b;
  return a instanceof Uint8Array && b instanceof Uint8Array &&
    a.length === b.length && a.every((byte, index) => byte === b[index]);
}

function tooLong(): PluginError {
  return new PluginError(
    "STORE_FAILED",
    `Cannot run the transaction: it has more than ${MAX_STATEMENTS} statements`,
  );
}
