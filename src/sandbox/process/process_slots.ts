/**
 * How many child processes there may be at a time, and who is next. Who waits
 * is served in order; for each of them an idle process is stopped or, where
 * none is idle, the one that has run longest is asked to finish.
 *
 * @module
 */

/** Something that holds a process. */
export interface Tenant {
  /** Since when it has been idle; undefined while it works. */
  readonly idleSince: number | undefined;
  /** Stops the process as soon as what is under way is done. */
  makeRoom(): void;
}

/** Gives out processes. */
export class ProcessSlots {
  readonly #max: number;
  /** In the order in which they got their slot. */
  readonly #tenants = new Set<Tenant>();
  readonly #leaving = new Set<Tenant>();
  readonly #waiting: { tenant: Tenant; start: () => void }[] = [];

  /**
   * @param max How many there may be; 0 for no limit.
   */
  constructor(max: number) {
    this.#max = max;
  }

  /** How many processes there are. */
  get size(): number {
    return this.#tenants.size;
  }

  /** Takes a slot, or waits for one. */
  async take(tenant: Tenant): Promise<void> {
    if (!this.hasSpare) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.push({ tenant, start: resolve });
      this.#makeRoom();
      await promise;
    }
    this.#tenants.add(tenant);
  }

  /** Whether there is a slot that nobody wants. */
  get hasSpare(): boolean {
    const isFull = this.#max > 0 && this.#tenants.size >= this.#max;
    return !isFull && this.#waiting.length === 0;
  }

  /**
   * Takes a slot of those that nobody wants.
   *
   * @param tenant Who can do without.
   */
  takeSpare(tenant: Tenant): void {
    this.#tenants.add(tenant);
  }

  /** Gives a slot back. */
  release(tenant: Tenant): void {
    if (!this.#tenants.delete(tenant)) return;
    this.#leaving.delete(tenant);
    // Who gave up waiting may have been one too many.
    if (this.#tenants.size >= this.#max) return;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    // At once, or a newcomer would take the slot before it.
    this.#tenants.add(next.tenant);
    next.start();
    this.#makeRoom();
  }

  /**
   * Stops waiting for a slot; {@linkcode take} resolves, to be released again.
   *
   * @param tenant Who no longer wants it.
   */
  giveUp(tenant: Tenant): void {
    const index = this.#waiting.findIndex((it) => it.tenant === tenant);
    if (index >= 0) this.#waiting.splice(index, 1)[0]!.start();
  }

  #makeRoom(): void {
    while (this.#leaving.size < this.#waiting.length) {
      const tenant = this.#longestIdle() ?? this.#longestRunning();
      if (tenant === undefined) return;
      this.#leaving.add(tenant);
      tenant.makeRoom();
    }
  }

  #longestIdle(): Tenant | undefined {
    let found: Tenant | undefined;
    for (const tenant of this.#tenants) {
      if (this.#leaving.has(tenant) || tenant.idleSince === undefined) continue;
      if (found === undefined || tenant.idleSince < found.idleSince!) {
        found = tenant;
      }
    }
    return found;
  }

  #longestRunning(): Tenant | undefined {
    for (const tenant of this.#tenants) {
      if (!this.#leaving.has(tenant)) return tenant;
    }
    return undefined;
  }
}
