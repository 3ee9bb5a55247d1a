/**
 * Copies data that a plugin handed over, so that what is kept is plain JSON
 * data that the plugin no longer reaches.
 *
 * @module
 */
import type { Findings } from "./findings.ts";
import { kindOf } from "../../shared/text/kind_of.ts";
import type { Path } from "../../shared/text/format_path.ts";

/** Deeper than any page is, and shallow enough for the stack. */
const MAX_DEPTH = 200;

/** How large a copy may be. */
export interface CopyLimits {
  /** How many values, each counted as often as it is referred to. */
  readonly values: number;
  /** How many characters one string may have. */
  readonly length: number;
  /**
   * How many characters there may be.
   *
   * @default no limit
   */
  readonly characters?: number;
}

/** What the copy of a value is attended by. */
interface Copying {
  readonly findings: Findings;
  readonly above: Set<object>;
  readonly limits: CopyLimits;
  values: number;
  characters: number;
  isOver: boolean;
}

/**
 * Copies a value as JSON would. What JSON cannot hold is left out with a
 * warning; what is too large is a problem, and is not read to its end.
 *
 * @param path Where it is.
 * @param options What receives problems and warnings, and the limits.
 * @returns The copy; undefined where nothing of it is left.
 */
export function plainCopy(
  value: unknown,
  path: Path,
  options: { readonly findings: Findings; readonly limits: CopyLimits },
): unknown {
  const copying: Copying = {
    ...options,
    above: new Set(),
    values: 0,
    characters: 0,
    isOver: false,
  };
  const result = copy(value, path, copying);
  return copying.isOver ? undefined : result;
}

/** Counts a value; with the first one too many, the rest is left alone. */
function isTooMuch(value: unknown, path: Path, copying: Copying): boolean {
  if (copying.isOver) return true;
  const { limits, findings } = copying;
  const length = typeof value === "string" ? value.length : 0;
  copying.characters += length;
  const excess = ++copying.values > limits.values
    ? `must not hold more than ${limits.values} values`
    : length > limits.length
    ? `must have at most ${limits.length} characters, and has ${length}`
    : copying.characters > (limits.characters ?? Infinity)
    ? `must not hold more than ${limits.characters} characters`
    : undefined;
  if (excess === undefined) return false;
  findings.issue(path, excess);
  return copying.isOver = true;
}

function copy(value: unknown, path: Path, copying: Copying): unknown {
  if (isTooMuch(value, path, copying)) return undefined;
  if (typeof value === "object" && value !== null) {
    return copyObject(value, path, copying);
  }
  if (value === undefined || value === null) return value;
  if (typeof value === "string" || typeof value === "boolean") return value;
  // JSON has no -0.
  if (typeof value === "number" && Number.isFinite(value)) return value + 0;
  return leaveOut(
    path,
    typeof value === "number" ? String(value) : kindOf(value),
    copying,
  );
}

function copyObject(value: object, path: Path, copying: Copying): unknown {
  const { above } = copying;
  if (above.has(value)) return leaveOut(path, "part of itself", copying);
  if (above.size >= MAX_DEPTH) return leaveOut(path, "too deep", copying);
  if ("toJSON" in value && typeof value.toJSON === "function") {
    const json: unknown = value.toJSON(String(path.at(-1) ?? ""));
    if (json !== value) return copy(json, path, copying);
  }
  above.add(value);
  const result = Array.isArray(value)
    ? Array.from(
      value,
      (item, index) => copy(item, [...path, index], copying) ?? null,
    )
    : copyMembers(value as Readonly<Record<string, unknown>>, path, copying);
  above.delete(value);
  return result;
}

function copyMembers(
  value: Readonly<Record<string, unknown>>,
  path: Path,
  copying: Copying,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (isTooMuch(key, path, copying)) break;
    const at = [...path, key];
    // Whoever merges it into an object would change that object's prototype.
    if (key === "__proto__") {
      leaveOut(at, "a name that is not allowed", copying);
      continue;
    }
    const member = copy(value[key], at, copying);
    if (member !== undefined) result[key] = member;
  }
  return result;
}

function leaveOut(path: Path, what: string, { findings }: Copying): undefined {
  findings.warn(path, `is left out: it is ${what}, which JSON cannot hold`);
}
