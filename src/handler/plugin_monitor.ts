/**
 * Hears of all that becomes of plugins, and passes it on: to the log, to the
 * database, to listeners, and to what sets plugins aside.
 *
 * @module
 */
import { PluginError } from "../shared/errors.ts";
import type { PluginEvents } from "../dispatch/mod.ts";
import {
  type HealthBookListener,
  hostsTrouble,
  type NotedFailure,
  type PluginRegistry,
  shortMessageOf,
} from "../execution/mod.ts";
import type { PluginLifecycle } from "../lifecycle/mod.ts";
import {
  asPluginError,
  FailureLog,
  LastErrors,
  NewsLog,
  type PluginGuard,
} from "../management/mod.ts";
import type {
  Announce,
  LifecycleEvent,
  LifecycleEventName,
} from "../plugin/lifecycle_event.ts";
import type { PluginIdentity } from "../plugin/plugin.ts";
import type { PluginRepository } from "../store/mod.ts";

/** Whom it passes things on to; they work with the monitor themselves. */
export interface MonitorPeers {
  /** Hands events to listeners and hooks. */
  readonly events: PluginEvents;
  /** Decides what becomes of plugins that fail. */
  readonly guard: PluginGuard;
  /** Loads them. */
  readonly lifecycle: PluginLifecycle;
}

/** What a monitor works with. */
export interface PluginMonitorParts {
  /** The categories in front of the handler's own. */
  readonly loggerParents: readonly string[];
  /** After how many failures that count a plugin is set aside. */
  readonly quarantineAfter: number;
  /** Where the rows are. */
  readonly repository: PluginRepository;
  /** What is loaded. */
  readonly registry: PluginRegistry;
  /** The others, once they are there. */
  readonly peers: () => MonitorPeers;
}

/** Hears of all that becomes of plugins. */
export class PluginMonitor implements HealthBookListener, Disposable {
  /** How many failures that count are too many; 0 for no limit. */
  readonly limit: number;
  /** What goes wrong. */
  readonly failures: FailureLog;
  /** What becomes of plugins. */
  readonly news: NewsLog;
  readonly #lastErrors: LastErrors;
  readonly #parts: PluginMonitorParts;

  /**
   * @param parts What it works with.
   */
  constructor(parts: PluginMonitorParts) {
    const { loggerParents, quarantineAfter, repository } = parts;
    this.#parts = parts;
    this.limit = quarantineAfter;
    this.failures = new FailureLog(loggerParents);
    this.news = new NewsLog(loggerParents);
    this.#lastErrors = new LastErrors(repository);
  }

  /** Says what became of a plugin; after it is so. */
  readonly announce: Announce = (
    event: LifecycleEventName,
    about: LifecycleEvent,
  ): void => {
    const { events, guard } = this.#parts.peers();
    this.news.note(event, about);
    events.announce(event, about);
    if (event === "plugin:loaded") guard.loaded(about.id);
  };

  /** Something failed. */
  readonly failed = (id: number, failure: NotedFailure): void => {
    const { error, kind, inPlace } = failure;
    const plugin = failure.plugin ?? this.#identityOf(id);
    this.failures.note(plugin, failure);
    if (!inPlace || hostsTrouble(error) !== undefined) return;
    const reason = shortMessageOf(error);
    this.#lastErrors.note(id, reason);
    if (kind !== "load") return;
    const about = { ...plugin, reason, error: asPluginError(error) };
    this.announce("plugin:failed", about);
  };

  /** Too much failed: the plugin is to be set aside. */
  readonly failedTooOften: HealthBookListener["failedTooOften"] = (
    id,
    failure,
  ) => this.#parts.peers().guard.failedTooOften(id, failure);

  /** Every chain failed so far. */
  readonly actionsFail: HealthBookListener["actionsFail"] = (id, error) =>
    this.#parts.peers().guard.actionsFail(id, error);

  /** The code is imported at its first use; whoever loads it says so himself. */
  readonly loaded = (id: number): void => {
    const plugin = this.#parts.registry.get(id);
    const { lifecycle } = this.#parts.peers();
    if (plugin === undefined || lifecycle.isLoading(id)) return;
    const { name, version } = plugin;
    this.announce("plugin:loaded", { id, name, version });
  };

  /** A plugin that is tried again does what it failed to do. */
  readonly recovered = (id: number): void =>
    this.#parts.peers().guard.recovered(id);

  /** Logs and writes what it has kept back. */
  [Symbol.dispose](): void {
    this.failures[Symbol.dispose]();
    this.#lastErrors[Symbol.dispose]();
  }

  #identityOf(id: number): PluginIdentity {
    const { registry } = this.#parts;
    const { name, version } = registry.get(id) ?? this.#stored(id) ??
      { name: String(id), version: "" };
    return { id, name, version };
  }

  /** What failed is told also where the database fails. */
  #stored(id: number): PluginIdentity | undefined {
    try {
      return this.#parts.repository.find(id);
    } catch (error) {
      if (!(error instanceof PluginError)) throw error;
      return undefined;
    }
  }
}
