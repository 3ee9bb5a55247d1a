/**
 * Finds out whether a guest still listens.
 *
 * @module
 */
import { Timer } from "../../async/timer.ts";

/** How long a guest may take to say so. */
const PONG_MS = 1_000;

/** Finds out whether a guest still listens. */
export class Pulse {
  readonly #ping: () => void;
  #asked = false;
  #pong: PromiseWithResolvers<void> | undefined;

  constructor(ping: () => void) {
    this.#ping = ping;
  }

  /** The guest answered. */
  heard(): boolean {
    if (!this.#asked) return false;
    this.#asked = false;
    this.#pong?.resolve();
    return true;
  }

  /** The guest is gone: nobody waits for it any more. */
  stop(): void {
    this.#pong?.resolve();
  }

  /** Asks the guest, and waits for its answer. */
  async listens(): Promise<boolean> {
    if (this.#pong === undefined) {
      this.#pong = Promise.withResolvers();
      this.#asked = true;
      this.#ping();
    }
    const timeout = Promise.withResolvers<boolean>();
    const timer = new Timer(PONG_MS, () => timeout.resolve(false));
    const heard = this.#pong.promise.then(() => true);
    const listens = await Promise.race([heard, timeout.promise]);
    timer.stop();
    if (listens) this.#pong = undefined;
    return listens;
  }
}
