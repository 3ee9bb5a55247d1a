/**
 * Reads YAML that a stranger wrote, by the core schema of YAML 1.2: no dates,
 * no tags but those of strings, sequences and mappings, no merged keys. What
 * `@std/yaml` reads otherwise than it looks is refused by name.
 *
 * @module
 */
import { parse } from "@std/yaml/parse";
import {
  FORBIDDEN_KEY,
  MAX_DEPTH,
  type ReadDocument,
  refusalOf,
  unreadable,
} from "./read_document.ts";
import { type Issue, messageOf } from "../errors.ts";
import { findMisread } from "./yaml_layout.ts";

/** Reads a text as one YAML document. */
export function readYaml(text: string): ReadDocument {
  const misread = findMisread(text);
  if (misread) return unreadable(misread.message, text, misread.offset);
  try {
    return new Copy().of(
      parse(text, { schema: "core" }),
      // The same without a schema tells how a number was written.
      parse(text, { schema: "failsafe" }),
    );
  } catch (cause) {
    return refused(cause, text);
  }
}

function refused(cause: unknown, text: string): ReadDocument {
  // Deep nesting runs out of stack before there is anything to count.
  if (cause instanceof RangeError) {
    return unreadable(refusalOf(MAX_DEPTH + 1, 0)!, text, 0);
  }
  const said = messageOf(cause);
  const [, words = said, line, column] =
    /^(.*?) at line (\d+), column (\d+)/s.exec(said) ?? [];
  const message = words.endsWith("duplicated key")
    ? "is a duplicate key"
    : words.charAt(0).toLowerCase() + words.slice(1);
  const place = { line: Number(line ?? 1), column: Number(column ?? 1) };
  return { value: undefined, issues: [{ message, path: [], ...place }] };
}

/** A number as JSON has it, and as everybody reads it. */
const PLAIN_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

const MAX_ISSUES = 10;

/** Copies what was parsed, under a bound: an alias counts as what it names. */
class Copy {
  readonly #path: PropertyKey[] = [];
  #issues: Issue[] = [];
  #values = 0;
  #isOver = false;

  of(value: unknown, written: unknown): ReadDocument {
    return { value: this.#copy(value, written), issues: this.#issues };
  }

  #copy(value: unknown, written: unknown): unknown {
    const refusal = refusalOf(this.#path.length, ++this.#values);
    if (refusal !== undefined) return this.#stop(refusal);
    if (typeof value === "number") this.#checkNumber(value, written);
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) {
      return value.map((item, at) => this.#copyAt(at, item, written));
    }
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, child]) => [key, this.#copyAt(key, child, written)]),
    );
  }

  #copyAt(key: string | number, value: unknown, written: unknown): unknown {
    if (this.#isOver) return undefined;
    this.#path.push(key);
    if (typeof key === "string") this.#checkKey(key);
    const copy = this.#copy(
      value,
      (written as Record<PropertyKey, unknown>)?.[key],
    );
    this.#path.pop();
    return copy;
  }

  #checkNumber(value: number, written: unknown): void {
    if (typeof written !== "string" || PLAIN_NUMBER.test(written)) return;
    const read = Number.isFinite(value) ? `${value}` : "no finite number";
    const hint = `put it in quotes, or write it plainly`;
    this.#note(`is written as ${written}, which would be ${read}; ${hint}`);
  }

  #checkKey(key: string): void {
    if (key === "__proto__") this.#note(FORBIDDEN_KEY);
    else if (key === "<<") this.#note("is a merge key; write its fields out");
    else if (key === "[object Object]") {
      this.#note("is a key that is no scalar");
    }
  }

  #note(message: string): void {
    if (this.#issues.length >= MAX_ISSUES) return;
    this.#issues.push({ message, path: [...this.#path] });
  }

  #stop(message: string): void {
    this.#isOver = true;
    this.#issues = [{ message, path: this.#path.slice(0, 1) }];
  }
}
