/**
 * Keeps the code of versions that were tried and took their places while nobody
 * had them loaded: a module stays in memory once it was imported, so the next
 * load takes it and does not import it again.
 *
 * @module
 */
import type { ImportedPlugin } from "../loader/mod.ts";

/** A version that was tried. */
interface TriedCode {
  readonly digest: string;
  readonly imported: ImportedPlugin;
}

/** Imported code by the ids of its plugins; each is used once. */
export class KeptCode {
  readonly #tried = new Map<number, TriedCode>();

  /** Keeps code until its plugin is loaded. */
  put(id: number, tried: TriedCode): void {
    this.#tried.get(id)?.imported.release();
    this.#tried.set(id, tried);
  }

  /** The code of a plugin, where it is kept and still what is stored. */
  take(id: number, digest: string | null): ImportedPlugin | undefined {
    const tried = this.#tried.get(id);
    this.#tried.delete(id);
    if (tried?.digest === digest) return tried.imported;
    tried?.imported.release();
    return undefined;
  }

  /** Whether there is some of a plugin. */
  has(id: number): boolean {
    return this.#tried.has(id);
  }

  /** Lets go of it all. */
  clear(): void {
    for (const { imported } of this.#tried.values()) imported.release();
    this.#tried.clear();
  }
}
