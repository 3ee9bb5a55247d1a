/**
 * Lets one controller of several act. The registry ends a lease that is not
 * renewed.
 *
 * @module
 */
import type { ControlRegistry } from "../registry.ts";

/** For how long the registry keeps a lease that is not renewed. */
export const LEASE_MS = 3_000;

const KEY = "controller";

/** A controller's claim to act. */
export class Lease {
  readonly #registry: ControlRegistry;
  readonly #holder: string;
  #revision = 0;
  #since = -Infinity;

  constructor(registry: ControlRegistry, holder: string) {
    this.#registry = registry;
    this.#holder = holder;
  }

  /**
   * Whether it is held. It ends here before it does in the registry, whose
   * count begins later.
   */
  get isHeld(): boolean {
    return performance.now() - this.#since < LEASE_MS * 0.9;
  }

  /** Renews the lease, or takes it where nobody has it. */
  async hold(): Promise<boolean> {
    const since = performance.now();
    const change = { text: this.#holder, revision: this.#revision };
    const revision = await this.#registry.write("lease", KEY, change)
      .catch(() => undefined);
    this.#revision = revision ?? 0;
    this.#since = revision === undefined ? -Infinity : since;
    return revision !== undefined;
  }
}
