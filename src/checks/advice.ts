/**
 * Collects what a check finds.
 *
 * @module
 */
import { DECLARED_LIMITS } from "../plugin/declared_limits.ts";
import { clip } from "../shared/text/clip.ts";
import { type Path, pathText } from "../shared/text/format_path.ts";

/** One thing that loads but probably does not do what its author meant. */
export interface Advice {
  /** Where it is, as it would be written in code. */
  readonly path: string;
  /** What it is, and what was probably meant; to be read after the path. */
  readonly message: string;
}

/** What the checks of one plugin have found so far. */
export class AdviceList {
  readonly #found: Advice[] = [];

  /** All of it, in the order of the definition. */
  get found(): readonly Advice[] {
    return this.#found;
  }

  /**
   * Notes something.
   *
   * @param path Where it is.
   * @param message What it is, to be read after the path.
   */
  add(path: Path, message: string): void {
    const { findings, findingLength, nameLength } = DECLARED_LIMITS;
    if (this.#found.length >= findings) return;
    const steps = path.map((step) =>
      typeof step === "string" ? clip(step, nameLength) : step
    );
    this.#found.push({
      path: clip(pathText(steps), findingLength),
      message: clip(message, findingLength),
    });
  }
}
