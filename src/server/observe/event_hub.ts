/**
 * Hands what happens to whoever watches: log lines, lifecycle, progress.
 *
 * @module
 */

/** What can be watched. */
export type ServerEvent =
  | { readonly type: "log"; readonly data: LogLine }
  | { readonly type: "lifecycle"; readonly data: LifecycleEvent }
  | { readonly type: "health"; readonly data: HealthChange }
  | { readonly type: "progress"; readonly data: Progress };

/** A line of the log. */
export interface LogLine {
  /** A number that grows with each line. */
  readonly id: number;
  /** When, in ISO 8601. */
  readonly at: string;
  /** How bad: `debug`, `info`, `warning`, `error`, … */
  readonly level: string;
  /** Where from, the outermost first. */
  readonly category: readonly string[];
  /** The plugin, where the line is about one. */
  readonly plugin?: string;
  /** What. */
  readonly message: string;
  /** What was logged beside the message. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What became of a plugin. */
export interface LifecycleEvent {
  /** Such as `plugin:updated`. */
  readonly event: string;
  /** When, in ISO 8601. */
  readonly at: string;
  /** Which plugin. */
  readonly id: number;
  /** Its name. */
  readonly name: string;
  /** Its version. */
  readonly version: string;
  /** Why. */
  readonly reason?: string;
}

/** A plugin that is doing better or worse than before. */
export interface HealthChange {
  /** Which plugin. */
  readonly id: number;
  /** Its name. */
  readonly name: string;
  /** How it is doing now. */
  readonly state: string;
}

/** How far something is that takes long. */
export interface Progress {
  /** What the client called it. */
  readonly task: string;
  /** What is being done. */
  readonly step: string;
  /** Which plugin. */
  readonly plugin?: string;
  /** How many of how many. */
  readonly done?: number;
  readonly total?: number;
}

/** Called with what happens. */
export type Watcher = (event: ServerEvent) => void;

/** Hands events to watchers. */
export class EventHub {
  readonly #watchers = new Set<Watcher>();
  readonly #ending = new AbortController();

  /** Aborts when nobody is to watch any longer. */
  get ending(): AbortSignal {
    return this.#ending.signal;
  }

  /** How many watch. */
  get watchers(): number {
    return this.#watchers.size;
  }

  /** Tells all watchers. */
  publish(event: ServerEvent): void {
    for (const watcher of this.#watchers) watcher(event);
  }

  /** Watches. */
  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  /** Sends away whoever watches, now and later. */
  end(): void {
    this.#ending.abort();
  }
}
