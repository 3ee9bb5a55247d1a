/**
 * Keeps prepared statements for their next use.
 *
 * @module
 */

/**
 * A bounded map from SQL to what was prepared for it. When it is full, the
 * entry that was not used for longest makes room.
 */
export class StatementCache<S> {
  readonly #entries = new Map<string, S>();
  readonly #capacity: number;
  readonly #dispose: (statement: S) => void;
  #latestSql = "";
  #latest: S | undefined;

  /** @param dispose Called with each statement that leaves the cache. */
  constructor(capacity: number, dispose: (statement: S) => void = () => {}) {
    this.#capacity = capacity;
    this.#dispose = dispose;
  }

  /** How many statements are kept now. */
  get size(): number {
    return this.#entries.size;
  }

  /** The statement for this SQL. */
  take(sql: string, prepare: (sql: string) => S): S {
    if (this.#latest !== undefined && sql === this.#latestSql) {
      return this.#latest;
    }
    let statement = this.#entries.get(sql);
    if (statement === undefined) {
      statement = prepare(sql);
      this.#makeRoom();
    } else {
      this.#entries.delete(sql);
    }
    this.#entries.set(sql, statement);
    this.#latestSql = sql;
    this.#latest = statement;
    return statement;
  }

  /** Lets go of every statement. */
  clear(): void {
    const statements = [...this.#entries.values()];
    // First, so that a disposal that throws leaves nothing freed behind.
    this.#latest = undefined;
    this.#entries.clear();
    for (const statement of statements) this.#letGo(statement);
  }

  #letGo(statement: S): void {
    try {
      this.#dispose(statement);
    } catch {
      // Finalizing may throw the error of the last step, which was reported.
    }
  }

  #makeRoom(): void {
    if (this.#entries.size < this.#capacity) return;
    for (const [sql, statement] of this.#entries) {
      this.#entries.delete(sql);
      if (this.#latest === statement) this.#latest = undefined;
      this.#letGo(statement);
      return;
    }
  }
}
