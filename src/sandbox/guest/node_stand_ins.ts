/**
 * Stands in for the two `node:` modules that the loader uses, when the guest
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

/** A store opens no file by a name of its own making. */
export function dirname(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** The same. */
export function basename(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The same. */
export function extname(): string {
  return "";
}

/** The same. */
export function join(...parts: readonly string[]): string {
  return parts.join("/");
}
