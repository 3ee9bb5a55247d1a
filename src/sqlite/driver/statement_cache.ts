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

  /**
   * @param capacity How many statements are kept.
   * @param dispose Called with each statement that leaves the cache.
   */
  constructor(capacity: number, dispose: (statement: S) => void = () => {}) {
    this.#capacity = capacity;
    this.#dispose = dispose;
  }

  /** How many statements are kept now. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * The statement for this SQL.
   *
   * @param sql The statement's text.
   * @param prepare Makes it when it is not kept.
   * @returns The kept or new statement.
   */
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
    this.#latest = undefined;
    for (const statement of this.#entries.values()) this.#dispose(statement);
    this.#entries.clear();
  }

  #makeRoom(): void {
    if (this.#entries.size < this.#capacity) return;
    for (const [sql, statement] of this.#entries) {
      this.#entries.delete(sql);
      this.#dispose(statement);
      return;
    }
  }
}
