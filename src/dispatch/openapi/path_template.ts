/**
 * Writes the patterns of routes as OpenAPI has them.
 *
 * @module
 */
import { parsePattern, type PatternSegment } from "../../routing/mod.ts";

/** A pattern as a template. */
export interface PathTemplate {
  /** Such as `/items/{id}`. */
  readonly template: string;
  /** The names in the braces, in order. */
  readonly names: readonly string[];
  /** The same whatever the names: two paths that differ in them are one. */
  readonly shape: string;
  /** The name that stands for the rest of the path, where there is one. */
  readonly rest?: string;
}

/**
 * A pattern as templates: two where its last segment may be missing.
 *
 * @param pattern The path or pattern of a route.
 */
export function pathTemplates(pattern: string): PathTemplate[] {
  const segments = parsePattern(pattern);
  const last = segments.at(-1);
  const whole = templateOf(segments);
  return last?.kind === "param" && last.optional
    ? [templateOf(segments.slice(0, -1)), whole]
    : [whole];
}

function templateOf(segments: readonly PatternSegment[]): PathTemplate {
  const names: string[] = [];
  let rest: string | undefined;
  const free = (wanted: string) => {
    let name = wanted;
    for (let count = 2; names.includes(name); count++) name = wanted + count;
    names.push(name);
    return name;
  };
  const parts = segments.map((segment) => {
    if (segment.kind === "static") return encodeURIComponent(segment.text);
    if (segment.kind === "wildcard") return `{${rest = free("rest")}}`;
    return `{${free(segment.name ?? "segment")}}`;
  });
  return {
    template: `/${parts.join("/")}`,
    names,
    shape: `/${parts.map((it) => it.replace(/^\{.*\}$/, "{}")).join("/")}`,
    ...(rest === undefined ? {} : { rest }),
  };
}
