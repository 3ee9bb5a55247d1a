/**
 * Copies data that a plugin handed over, so that what is kept is plain JSON
 * data that the plugin no longer reaches.
 *
 * @module
 */
import { type Findings, kindOf, type Path } from "./findings.ts";

/** Deeper than any page is, and shallow enough for the stack. */
const MAX_DEPTH = 200;

/** What the copy of a value is attended by. */
interface Copying {
  readonly findings: Findings;
  readonly above: Set<object>;
}

/**
 * Copies a value as JSON would. What JSON cannot hold is left out with a
 * warning.
 *
 * @param value The value.
 * @param path Where it is.
 * @param findings Receives the warnings.
 * @returns The copy; undefined where nothing of it is left.
 */
export function plainCopy(
  value: unknown,
  path: Path,
  findings: Findings,
): unknown {
  return copy(value, path, { findings, above: new Set() });
}

function copy(value: unknown, path: Path, copying: Copying): unknown {
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
