/**
 * Keeps plugins' last errors over a restart: in the database, and no more often
 * than every ten seconds for one plugin.
 *
 * @module
 */
import { Timer } from "../../async/timer.ts";
import type { PluginRepository } from "../../store/mod.ts";

const PAUSE_MS = 10_000;

/** An error that is not written yet. */
interface Unwritten {
  readonly text: string;
  readonly at: number;
}

/** Keeps the last errors. */
export class LastErrors implements Disposable {
  readonly #repository: Pick<PluginRepository, "noteError">;
  /** The plugins whose next error waits, and what waits. */
  readonly #pauses = new Map<number, { timer: Timer; next?: Unwritten }>();
  #disposed = false;

  constructor(repository: Pick<PluginRepository, "noteError">) {
    this.#repository = repository;
  }

  /** Keeps an error. */
  note(id: number, text: string): void {
    if (this.#disposed) return;
    const error = { text, at: Date.now() };
    const pause = this.#pauses.get(id);
    if (pause !== undefined) pause.next = error;
    else this.#write(id, error);
  }

  /** Writes what waits, and nothing more. */
  [Symbol.dispose](): void {
    this.#disposed = true;
    for (const [id, { timer, next }] of this.#pauses) {
      timer.stop();
      if (next !== undefined) this.#store(id, next);
    }
    this.#pauses.clear();
  }

  #write(id: number, error: Unwritten): void {
    this.#store(id, error);
    const timer = new Timer(PAUSE_MS, () => {
      const next = this.#pauses.get(id)?.next;
      this.#pauses.delete(id);
      if (next !== undefined) this.#write(id, next);
    });
    this.#pauses.set(id, { timer: timer.unref() });
  }

  /** A database that cannot be written must not add to the trouble. */
  #store(id: number, { text, at }: Unwritten): void {
    try {
      this.#repository.noteError(id, { text, at });
    } catch {
      return;
    }
  }
}
