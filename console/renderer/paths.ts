/**
 * Paths into the values of a page: own properties alone, so that no path leads
 * to what objects inherit.
 *
 * @module
 */

/** A plain object of a template or a page. */
export type Dict = Readonly<Record<string, unknown>>;

/** What the expressions of a page can name. */
export interface Scope {
  readonly state: Dict;
  readonly data: Dict;
  /** The variables of loops and fragments, the innermost last. */
  readonly variables: Dict;
}

const FORBIDDEN = new Set(["__proto__", "constructor", "prototype"]);

/** A value as an object; anything else is empty. */
export function dict(value: unknown): Dict {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Dict
    : {};
}

/** A value as a list; anything else is empty. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A value where it is a string. */
export function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** What is at a path below a value. */
export function valueAt(root: unknown, path: readonly string[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    if (!Object.hasOwn(value, key)) return undefined;
    value = (value as Dict)[key];
  }
  return value;
}

/**
 * What a path names: loop variables before data before state. The documented
 * prefixes `state.` and `data.` are taken away where nothing has these names.
 */
export function lookUp(scope: Scope, path: string): unknown {
  const keys = path.trim().split(".");
  const [first = "", ...rest] = keys;
  for (const root of [scope.variables, scope.data, scope.state]) {
    if (Object.hasOwn(root, first)) return valueAt(root, keys);
  }
  if (first === "state") return valueAt(scope.state, rest);
  if (first === "data") return valueAt(scope.data, rest);
  return undefined;
}

/** A copy with another value at a path; the original where the path may not be. */
export function withValueAt(
  root: Dict,
  path: readonly string[],
  value: unknown,
): Dict {
  const [key, ...rest] = path;
  if (key === undefined || path.some((one) => FORBIDDEN.has(one))) return root;
  if (rest.length === 0) return { ...root, [key]: value };
  const below = Object.hasOwn(root, key) ? root[key] : undefined;
  if (Array.isArray(below)) {
    const copy = [...below];
    const at = Number(rest[0]);
    if (!Number.isInteger(at) || at < 0 || at >= copy.length) return root;
    copy[at] = rest.length === 1
      ? value
      : withValueAt(dict(copy[at]), rest.slice(1), value);
    return { ...root, [key]: copy };
  }
  return { ...root, [key]: withValueAt(dict(below), rest, value) };
}

/** A value as people read it: objects as JSON, nothing as nothing. */
export function readable(value: unknown): string {
  if (value === undefined || value === null || typeof value === "boolean") {
    return "";
  }
  if (typeof value === "object") return json(value);
  return String(value);
}

/** A value as a cell shows it, where truth is worth showing too. */
export function cellText(value: unknown): string {
  return typeof value === "boolean" ? String(value) : readable(value);
}

function json(value: object): string {
  try {
    return JSON.stringify(value);
  } catch {
    return "";
  }
}
