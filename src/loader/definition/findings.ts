/**
 * Collects what is wrong with a definition while it is read.
 *
 * @module
 */
import { DECLARED_LIMITS } from "../../plugin/declared_limits.ts";
import { clip } from "../../shared/text/clip.ts";
import type { Issue } from "../../shared/errors.ts";
import { isObject, kindOf } from "../../shared/text/kind_of.ts";
import { didYouMean } from "../../shared/text/nearest_name.ts";
import { type Path, pathText } from "../../shared/text/format_path.ts";

/** The problems of one definition: those that stop it and those that do not. */
export class Findings {
  readonly #issues: Issue[] = [];
  readonly #warnings: string[] = [];

  /** What stops the plugin from loading. */
  get issues(): readonly Issue[] {
    return this.#issues;
  }

  /** What loads but cannot work. */
  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /**
   * Notes what stops the plugin from loading.
   *
   * @param path Where it is.
   * @param message What is wrong, to be read after the path.
   */
  issue(path: Path, message: string): void {
    if (this.#issues.length >= DECLARED_LIMITS.findings) return;
    this.#issues.push({
      message: clip(message, DECLARED_LIMITS.findingLength),
      path: path.slice(0, MAX_STEPS).map(shorten),
    });
  }

  /**
   * Notes what loads but cannot work.
   *
   * @param path Where it is.
   * @param message What is wrong, to be read after the path.
   */
  warn(path: Path, message: string): void {
    if (this.#warnings.length >= DECLARED_LIMITS.findings) return;
    const where = pathText(path.slice(0, MAX_STEPS).map(shorten));
    const warning = `${where} ${message}`;
    this.#warnings.push(clip(warning, DECLARED_LIMITS.findingLength));
  }

  /**
   * Refuses more of something than a plugin may declare.
   *
   * @param limit How many there may be.
   * @param where What they are, and where.
   */
  tooMany(
    count: number,
    limit: number,
    { path, what }: { readonly path: Path; readonly what: string },
  ): boolean {
    if (count <= limit) return false;
    this.issue(path, `must have at most ${limit} ${what}, and has ${count}`);
    return true;
  }

  /** Notes the fields of an object that nothing reads: slips of the pen. */
  unread(
    object: Readonly<Record<string, unknown>>,
    known: ReadonlySet<string>,
    path: Path,
  ): void {
    for (const name of Object.keys(object)) {
      if (known.has(name)) continue;
      const meant = didYouMean(name, known);
      this.warn([...path, name], `is not read${meant}`);
    }
  }

  /**
   * A value that has to be an object, where it is there.
   *
   * @param path Where it is.
   * @returns The object; undefined where there is none.
   */
  object(
    value: unknown,
    path: Path,
  ): Readonly<Record<string, unknown>> | undefined {
    if (value === undefined || value === null) return undefined;
    if (isObject(value)) return value;
    this.issue(path, `must be an object, and is ${kindOf(value)}`);
    return undefined;
  }

  /**
   * A value that has to be an array of strings, where it is there.
   *
   * @param path Where it is.
   * @returns A copy of the array; undefined where there is none.
   */
  texts(value: unknown, path: Path): string[] | undefined {
    if (value === undefined || value === null) return undefined;
    if (!Array.isArray(value)) {
      this.issue(path, `must be an array of strings, and is ${kindOf(value)}`);
      return undefined;
    }
    const texts: string[] = [];
    Array.from(value, (item: unknown, index) => {
      if (typeof item === "string") texts.push(item);
      else {this.issue(
          [...path, index],
          `must be a string, and is ${kindOf(item)}`,
        );}
    });
    return texts;
  }

  /**
   * A value that has to be a number of milliseconds, where it is there.
   *
   * @param path Where it is.
   * @returns The number; undefined where there is none.
   */
  milliseconds(value: unknown, path: Path): number | undefined {
    if (value === undefined || value === null) return undefined;
    // No limit, in a form that JSON keeps.
    if (value === Infinity) return 0;
    if (typeof value === "number" && value >= 0) return value;
    const is = typeof value === "number" ? String(value) : kindOf(value);
    this.issue(path, `must be a number of milliseconds, and is ${is}`);
    return undefined;
  }

  /**
   * A value that has to be a function, where it is there.
   *
   * @param path Where it is.
   */
  function(value: unknown, path: Path): void {
    if (value === undefined || value === null || typeof value === "function") {
      return;
    }
    this.issue(path, `must be a function, and is ${kindOf(value)}`);
  }
}

/** Deeper paths say nothing. */
const MAX_STEPS = 20;

function shorten(step: PropertyKey): PropertyKey {
  return typeof step === "string"
    ? clip(step, DECLARED_LIMITS.nameLength)
    : step;
}
