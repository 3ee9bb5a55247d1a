/**
 * Keeps the modules of versions that were tried and took their places while
 * nobody had them loaded: a module stays in memory once it was imported, so the
 * next load takes it and does not import it again.
 *
 * @module
 */
import type { BuildModule } from "./plugin_build.ts";

/** Modules by the ids of their plugins; each is used once. */
export class KeptModules {
  readonly #modules = new Map<number, BuildModule>();

  /** Keeps a module until its plugin is loaded. */
  put(id: number, module: BuildModule): void {
    this.#modules.get(id)?.release();
    this.#modules.set(id, module);
  }

  /** The module of a plugin's code, where it is kept. */
  take(id: number, digest: string | null): BuildModule | undefined {
    const module = this.#modules.get(id);
    this.#modules.delete(id);
    if (module === undefined || module.digest === digest) return module;
    module.release();
    return undefined;
  }

  /** Whether there is one for a plugin. */
  has(id: number): boolean {
    return this.#modules.has(id);
  }

  /** Lets go of them all. */
  clear(): void {
    for (const module of this.#modules.values()) module.release();
    this.#modules.clear();
  }
}
