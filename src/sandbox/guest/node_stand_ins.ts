/**
 * Stands in for the three `node:` modules that the loader uses, when the guest
 * is bundled: importing any of them makes a child take twice as long to start.
 *
 * @module
 */

import { PluginError } from "../../shared/errors.ts";

/** A guest computes no digest: the host has checked the code. */
export function createHash(): never {
  throw new PluginError(
    "LOAD_FAILED",
    "Cannot compute a digest in a plugin's process: the host does that",
  );
}

/** As much of Node's class as reading source maps takes. */
export const Buffer = {
  /** Takes text, or bytes in Base64. */
  from(text: string, encoding?: "base64"): { toString(to?: "base64"): string } {
    const bytes = encoding === undefined
      ? new TextEncoder().encode(text)
      : Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    return {
      toString: (to) =>
        to === undefined ? new TextDecoder().decode(bytes) : btoa(
          Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""),
        ),
    };
  },
};

/** A process with one plugin need not follow whose code is running. */
export class AsyncLocalStorage<T> {
  #store: T | undefined;

  /** Runs a function, and remembers the store for good. */
  run<A extends unknown[], R>(store: T, run: (...args: A) => R, ...args: A): R {
    this.#store = store;
    return run(...args);
  }

  /** The store of the last run. */
  getStore(): T | undefined {
    return this.#store;
  }
}
