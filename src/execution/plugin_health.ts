/**
 * How one plugin is doing: the calls of its actions and hooks, its last error,
 * and how many failures came in a row. It outlives a load, so that what made a
 * plugin fail can still be told when it is no longer loaded.
 *
 * @module
 */
import { messageOf, type PluginError } from "../shared/errors.ts";
import { nameStack } from "../shared/readable_stack.ts";
import { type CallReport, CallStats } from "./call_stats.ts";

/** What has become of a plugin. */
export type HealthState =
  | "active"
  | "registered"
  | "disabled"
  | "quarantined"
  | "failed";

/** What `getHealth` tells about a plugin. */
export interface HealthReport {
  /**
   * `active`: its code runs. `registered`: it is stored, and its code is not
   * imported (yet). `disabled`: the operator set it aside. `quarantined`: the
   * handler did. `failed`: the last attempt to load it failed.
   */
  readonly state: HealthState;
  /** Why the plugin is disabled or quarantined. */
  readonly reason?: string;
  /** The last error of its code. */
  readonly lastError?: string;
  /** How long import and `init()` took, in milliseconds. */
  readonly loadMs?: number;
  /** Bytes of memory that its own process occupies, while it has one. */
  readonly residentBytes?: number;
  /**
   * Bytes on the disk of the file that its table is in, with its log; for a
   * plugin in a process of its own.
   */
  readonly tableBytes?: number;
  /** Whether somebody else changed the stored code while this one runs. */
  readonly changedInStore: boolean;
  /** Events that were dropped since the plugin could not keep up. */
  readonly droppedEvents: number;
  /** Errors that its code caused outside of any call. */
  readonly lateErrors: number;
  /** Its actions by name, those that were called. */
  readonly actions: Readonly<Record<string, CallReport>>;
  /** Its hooks by name, those that were called. */
  readonly hooks: Readonly<Record<string, CallReport>>;
}

/** The health of one plugin. */
export class PluginHealth {
  /** Events that were dropped since the plugin could not keep up. */
  droppedEvents = 0;
  /** Errors that its code caused outside of any call. */
  lateErrors = 0;
  /** How long import and `init()` took, in milliseconds. */
  loadMs: number | undefined;
  /** Whether the last attempt to load it failed. */
  loadFailed = false;
  /** Whether that was since its code is not the code that was saved. */
  codeModified = false;
  readonly #actions = new Map<string, CallStats>();
  readonly #hooks = new Map<string, CallStats>();
  readonly #limit: number;
  readonly #onLimit: (error: unknown) => void;
  #failuresInARow = 0;
  #lastError: unknown;

  /**
   * @param limit How many failures in a row are too many; 0 for no limit.
   * @param onLimit Called with the last error when they are reached.
   */
  constructor(limit: number, onLimit: (error: unknown) => void) {
    this.#limit = limit;
    this.#onLimit = onLimit;
  }

  /** The figures of an action. */
  action(name: string): CallStats {
    return statsOf(this.#actions, name);
  }

  /** The figures of a hook. */
  hook(name: string): CallStats {
    return statsOf(this.#hooks, name);
  }

  /** Ends a row of failures. */
  succeeded(): void {
    this.#failuresInARow = 0;
  }

  /**
   * Adds a failure of the plugin's code.
   *
   * @param error What was thrown.
   */
  failed(error: unknown): void {
    // Whoever logs the error sees the plugin's name in its stack trace.
    nameStack(error);
    this.#lastError = error;
    if (++this.#failuresInARow !== this.#limit) return;
    this.#failuresInARow = 0;
    this.#onLimit(error);
  }

  /**
   * Adds an error that the plugin's code caused outside of any call.
   *
   * @param error What was thrown.
   */
  failedLate(error: unknown): void {
    this.lateErrors++;
    this.failed(error);
  }

  /**
   * Notes how an attempt to load the plugin ended.
   *
   * @param outcome The error, or the milliseconds that it took.
   */
  loadFinished(outcome: PluginError | number): void {
    this.loadFailed = typeof outcome !== "number";
    this.codeModified = typeof outcome !== "number" &&
      outcome.code === "INTEGRITY_MISMATCH";
    if (typeof outcome === "number") {
      this.loadMs = outcome;
      this.succeeded();
    } else {
      this.failed(outcome);
    }
  }

  /** The figures so far. */
  report(): Omit<
    HealthReport,
    "state" | "reason" | "changedInStore" | "residentBytes" | "tableBytes"
  > {
    return {
      ...(this.#lastError === undefined
        ? {}
        : { lastError: messageOf(this.#lastError) }),
      ...(this.loadMs === undefined ? {} : { loadMs: this.loadMs }),
      droppedEvents: this.droppedEvents,
      lateErrors: this.lateErrors,
      actions: reports(this.#actions),
      hooks: reports(this.#hooks),
    };
  }
}

function statsOf(all: Map<string, CallStats>, name: string): CallStats {
  let stats = all.get(name);
  if (stats === undefined) all.set(name, stats = new CallStats());
  return stats;
}

function reports(all: Map<string, CallStats>): Record<string, CallReport> {
  return Object.fromEntries(
    [...all].filter(([, stats]) => stats.calls > 0)
      .map(([name, stats]) => [name, stats.report()]),
  );
}
