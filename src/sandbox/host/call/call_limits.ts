/**
 * How long the host waits for a guest: as long as the operator says, whatever
 * the plugin says.
 *
 * @module
 */
import { isLimit } from "../../../async/timer.ts";

/** A guest keeps the limits itself; one that does not has this much longer. */
export const GRACE_MS = 250;

/** How long calls may take. */
export class CallLimits {
  readonly #actionTimeoutMs: number;
  readonly #maxCallMs: number;

  /**
   * @param actionTimeoutMs The operator's limit of an action; 0 for none.
   * @param maxCallMs What holds where there is none.
   */
  constructor(actionTimeoutMs: number, maxCallMs: number) {
    this.#actionTimeoutMs = actionTimeoutMs;
    this.#maxCallMs = maxCallMs;
  }

  /**
   * Milliseconds that an action may take.
   *
   * @param own The action's own limit, which can only be shorter.
   */
  actionMs(own: number | undefined): number {
    const most = isLimit(this.#actionTimeoutMs)
      ? this.#actionTimeoutMs
      : this.#maxCallMs;
    return own !== undefined && isLimit(own) ? Math.min(own, most) : most;
  }

  /**
   * Milliseconds until the host acts on a limit that the guest keeps as well.
   */
  waitMs(limitMs: number): number {
    return isLimit(limitMs) ? limitMs + GRACE_MS : 0;
  }

  /** Milliseconds that a whole call may take. */
  callMs(steps: number): number {
    const each = this.waitMs(this.actionMs(undefined));
    return isLimit(this.#actionTimeoutMs)
      ? Math.max(this.#maxCallMs, each * steps)
      : this.#maxCallMs;
  }
}
