/**
 * Keeps what a plugin's loaders returned for as long as they allow.
 *
 * @module
 */

/** How many results of one plugin are kept; the oldest goes first. */
const MAX_ENTRIES = 256;

interface CacheEntry<T> {
  readonly value: Promise<T>;
  readonly expiresAt: number;
}

/** The results of one plugin's loaders by key. */
export class LoaderCache<T> {
  readonly #entries = new Map<string, CacheEntry<T>>();

  /**
   * The kept result, or a new one. Calls at the same time share one.
   *
   * @param ttlMs How long it is kept, in milliseconds.
   * @param load Makes a new result; `keep` tells whether it is worth keeping.
   */
  get(
    key: string,
    ttlMs: number,
    load: { run: () => Promise<T>; keep: (value: T) => boolean },
  ): Promise<T> {
    const now = performance.now();
    const entry = this.#entries.get(key);
    if (entry !== undefined && now < entry.expiresAt) return entry.value;
    this.#entries.delete(key);
    if (this.#entries.size >= MAX_ENTRIES) this.#dropOldest();
    const value = load.run();
    const fresh: CacheEntry<T> = { value, expiresAt: now + ttlMs };
    this.#entries.set(key, fresh);
    value.then((it) => {
      if (!load.keep(it) && this.#entries.get(key) === fresh) {
        this.#entries.delete(key);
      }
    });
    return value;
  }

  #dropOldest(): void {
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}
