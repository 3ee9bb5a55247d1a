/**
 * How one plugin is doing: the calls of its actions and hooks, its last error,
 * and the failures that it is set aside for. It outlives a load, so that what
 * made a plugin fail can still be told when it is no longer loaded.
 *
 * @module
 */
import { PluginError } from "../../shared/errors.ts";
import type { PluginIdentity } from "../../shared/plugin_identity.ts";
import { nameStack } from "../../shared/stack/readable_stack.ts";
import { type CallReport, CallStats, rounded } from "./call_stats.ts";
import { NOTHING_MISSING, type SettledReport } from "../settle_settings.ts";
import { FailureCounts } from "./failure_counts.ts";
import {
  type FailureKind,
  hostsTrouble,
  type PluginFailure,
  shortMessageOf,
} from "./plugin_failure.ts";

/** What has become of a plugin. */
export type HealthState =
  | "active"
  | "degraded"
  | "registered"
  | "disabled"
  | "quarantined"
  | "failed";

/** What `getHealth` tells about a plugin. */
export interface HealthReport {
  /** The plugin's name. */
  readonly name: string;
  /**
   * `active`: its code runs. `degraded`: it runs, and a tenth or more of its
   * recent calls failed, or it waits for settings, or it is tried again after a
   * quarantine, or something
   * went wrong outside of its calls in the last minutes. `registered`: it is
   * stored, and its code is not imported (yet). `disabled`: the operator set it
   * aside. `quarantined`: the handler did, for a while. `failed`: the last
   * attempt to load it failed.
   */
  readonly state: HealthState;
  /** Why the plugin is disabled or quarantined. */
  readonly reason?: string;
  /** When a quarantined plugin is tried again, in milliseconds since 1970. */
  readonly retryAt?: number;
  /** The last error of its code. */
  readonly lastError?: string;
  /** When that was, in milliseconds since 1970. */
  readonly lastErrorAt?: number;
  /**
   * Which share of the last calls failed, from 0 to 1: of the action or hook
   * that is doing worst.
   */
  readonly failureRate: number;
  /** How long import and `init()` took, in milliseconds. */
  readonly loadMs?: number;
  /** The settings that its routes and schedules wait for, where they do. */
  readonly missingSettings?: readonly string[];
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
  /** How often its process crashed. */
  readonly crashes: number;
  /** Its actions by name, those that were called. */
  readonly actions: Readonly<Record<string, CallReport>>;
  /** Its hooks by name, those that were called. */
  readonly hooks: Readonly<Record<string, CallReport>>;
}

/** Told what becomes of a plugin. */
export interface HealthListener {
  /** How many failures that count are too many; 0 for no limit. */
  readonly limit: number;
  /** Something failed. */
  readonly failed: (
    failure: PluginFailure,
    plugin: PluginIdentity | undefined,
  ) => void;
  /** Too much failed: the plugin is to be set aside. */
  readonly failedTooOften: (failure: PluginFailure) => void;
  /** Every chain failed so far, as many times as the limit or a multiple. */
  readonly actionsFail: (error: unknown) => void;
  /** The code is imported and `init()` is done. */
  readonly loaded: () => void;
  /** A plugin that is tried again does what it failed to do. */
  readonly recovered: () => void;
}

/** Whom a failure outside of any call is due to. */
export interface FailureOrigin {
  /** Whether a request made it happen. */
  readonly ofRequest: boolean;
}

/** From which share of failures on a plugin is degraded. */
const DEGRADED_RATE = 0.1;
/** How long a failure outside of calls is held against a plugin. */
const REMEMBERED_MS = 300_000;

const NOBODY: HealthListener = {
  limit: 0,
  failed: () => {},
  failedTooOften: () => {},
  actionsFail: () => {},
  loaded: () => {},
  recovered: () => {},
};

/** The health of one plugin. */
export class PluginHealth {
  /** Which plugin it is, once it is being loaded. */
  plugin: PluginIdentity | undefined;
  /** Events that were dropped since the plugin could not keep up. */
  droppedEvents = 0;
  /** Errors that its code caused outside of any call. */
  lateErrors = 0;
  /** How often its process crashed. */
  crashes = 0;
  /** How long import and `init()` took, in milliseconds. */
  loadMs: number | undefined;
  /** Whether a chain did what it was asked, ever. */
  hasAnswered = false;
  /** Whether the last attempt to load it failed. */
  loadFailed = false;
  /** Whether that was since its code is not the code that was saved. */
  codeModified = false;
  /** What is wrong with its settings. */
  settings: SettledReport = NOTHING_MISSING;
  readonly #actions = new Map<string, CallStats>();
  readonly #hooks = new Map<string, CallStats>();
  readonly #counts = new FailureCounts();
  readonly #listener: HealthListener;
  #onTrial = false;
  /** Whether a success of a hook would change anything. */
  #awaitsSuccess = false;
  /** Whether any chain has come to its end. */
  #failedChains = 0;
  #lastError: { readonly text: string; readonly at: number } | undefined;
  /** When something last went wrong outside of its calls. */
  #troubledAt = -Infinity;

  constructor(listener: HealthListener = NOBODY) {
    this.#listener = listener;
  }

  /** The figures of an action. */
  action(name: string): CallStats {
    return statsOf(this.#actions, name);
  }

  /** The figures of a hook. */
  hook(name: string): CallStats {
    return statsOf(this.#hooks, name);
  }

  /** Whether it has been called on account of a request. */
  get hasServed(): boolean {
    return this.#actions.values().some(({ calls }) => calls > 0);
  }

  /** Whether it runs, but not well. */
  get degraded(): boolean {
    return this.#onTrial || this.settings.missing.length > 0 ||
      this.#rate() >= DEGRADED_RATE ||
      Date.now() - this.#troubledAt < REMEMBERED_MS;
  }

  /** Whether one more failure is too much, since it was set aside before. */
  get onTrial(): boolean {
    return this.#onTrial;
  }

  /**
   * Tries a plugin again that was set aside: the next failure that counts is
   * one too many.
   */
  beginTrial(): void {
    this.#counts.reset();
    this.#onTrial = true;
    this.#awaitsSuccess = true;
  }

  /** Ends the trial: the plugin has held. */
  passTrial(): void {
    if (!this.#onTrial) return;
    this.endTrial();
    this.#listener.recovered();
  }

  /** Ends the trial without it: somebody has decided so. */
  endTrial(): void {
    if (!this.#onTrial) return;
    this.#onTrial = false;
    this.#counts.reset();
    this.#troubledAt = -Infinity;
  }

  /**
   * An action failed. That sets nobody aside: it may be due to what a client
   * sent.
   *
   * @param error What it failed with.
   */
  actionFailed(name: string, error: unknown): void {
    if (hostsTrouble(error) === undefined) this.action(name).fail();
    // A crash is noted once, not for each call that it took along.
    if (!isCrash(error)) this.#note({ kind: "action", name, error });
    if (this.hasAnswered || hostsTrouble(error) !== undefined) return;
    const { limit } = this.#listener;
    if (limit > 0 && ++this.#failedChains % limit === 0) {
      this.#listener.actionsFail(error);
    }
  }

  /** A hook is done with an event. */
  hookSucceeded(): void {
    if (!this.#awaitsSuccess) return;
    this.#awaitsSuccess = false;
    this.#counts.delivered();
    this.passTrial();
  }

  /**
   * A hook failed.
   *
   * @param error What it failed with.
   */
  hookFailed(event: string, error: unknown): void {
    if (hostsTrouble(error) === undefined) this.hook(event).fail();
    // A crash is counted by itself, and may be due to a request.
    if (!isCrash(error)) this.#count({ kind: "hook", name: event, error });
  }

  /**
   * The plugin's process crashed.
   *
   * @param origin Whether a request may have made it crash.
   */
  crashed(error: unknown, origin: FailureOrigin): void {
    this.crashes++;
    this.#outsideOfCalls({ kind: "crash", error }, origin);
  }

  /** The plugin's code caused an error outside of any call. */
  failedLate(error: unknown, origin: FailureOrigin): void {
    this.lateErrors++;
    this.#outsideOfCalls({ kind: "late", error }, origin);
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
    if (typeof outcome !== "number") {
      return this.#count({ kind: "load", error: outcome });
    }
    this.loadMs = outcome;
    this.#counts.loaded();
    this.#listener.loaded();
  }

  /** The figures so far. */
  report(): Omit<
    HealthReport,
    | "name"
    | "state"
    | "reason"
    | "retryAt"
    | "changedInStore"
    | "residentBytes"
    | "tableBytes"
  > {
    return {
      ...(this.#lastError === undefined ? {} : {
        lastError: this.#lastError.text,
        lastErrorAt: this.#lastError.at,
      }),
      ...(this.loadMs === undefined ? {} : { loadMs: rounded(this.loadMs) }),
      ...(this.settings.missing.length === 0
        ? {}
        : { missingSettings: this.settings.missing }),
      failureRate: rounded(this.#rate()),
      droppedEvents: this.droppedEvents,
      lateErrors: this.lateErrors,
      crashes: this.crashes,
      actions: reports(this.#actions),
      hooks: reports(this.#hooks),
    };
  }

  #outsideOfCalls(
    failure: PluginFailure & { readonly kind: "crash" | "late" },
    { ofRequest }: FailureOrigin,
  ): void {
    this.#troubledAt = Date.now();
    if (ofRequest) this.#note(failure);
    else this.#count(failure);
  }

  #count(
    failure: PluginFailure & { readonly kind: Exclude<FailureKind, "action"> },
  ): void {
    this.#note(failure);
    const { limit } = this.#listener;
    if (limit === 0 || hostsTrouble(failure.error) !== undefined) return;
    this.#awaitsSuccess = true;
    if (this.#counts.add(failure.kind) < (this.onTrial ? 1 : limit)) return;
    this.#counts.reset();
    this.#onTrial = false;
    this.#listener.failedTooOften(failure);
  }

  #note(failure: PluginFailure): void {
    // Whoever logs the error sees the plugin's name in its stack trace.
    nameStack(failure.error);
    if (hostsTrouble(failure.error) === undefined) {
      const text = shortMessageOf(failure.error);
      this.#lastError = { text, at: Date.now() };
    }
    this.#listener.failed(failure, this.plugin);
  }

  #rate(): number {
    let worst = 0;
    for (const all of [this.#actions, this.#hooks]) {
      for (const stats of all.values()) {
        worst = Math.max(worst, stats.failureRate);
      }
    }
    return worst;
  }
}

function isCrash(error: unknown): boolean {
  return error instanceof PluginError && error.code === "SANDBOX_CRASHED";
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
