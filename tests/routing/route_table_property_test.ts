import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { HttpMethod } from "../../src/plugin/plugin.ts";
import { RouteTable } from "../../src/routing/mod.ts";

interface Route {
  readonly path: string;
  readonly methods: HttpMethod[];
}

const METHODS: HttpMethod[] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

const word = fc.constantFrom("a", "b", "__proto__", "constructor", "ä");
const segment = fc.oneof(
  { weight: 4, arbitrary: word },
  { weight: 2, arbitrary: fc.constantFrom(":x", ":y", ":__proto__") },
  { weight: 1, arbitrary: fc.constant("*") },
);
const route: fc.Arbitrary<Route> = fc.record({
  path: fc.tuple(
    fc.array(segment, { maxLength: 4 }),
    fc.constantFrom("", "", "", "/:x?", "/:z?"),
  ).map(([it, end]) => `/${it.join("/")}${end}`),
  methods: fc.uniqueArray(fc.constantFrom(...METHODS), { minLength: 1 }),
});
const path = fc.array(
  fc.oneof(word, fc.constantFrom("", "c", "%61", "a%2Fb")),
  { maxLength: 5 },
).map((it) => it.join("/"));

/** How specific a route is at each place: text, parameter, end, rest. */
function ranks(pattern: readonly string[]): string {
  return pattern.map((it, index) =>
    it === "*" && index === pattern.length - 1
      ? "3"
      : it.startsWith(":") || it === "*"
      ? "1"
      : "0"
  ).join("");
}

/** Tries every route on its own, one segment after the other. */
function fits(
  pattern: readonly string[],
  segments: readonly string[],
  path: string,
): Record<string, string> | undefined {
  const params: [string, string][] = [];
  for (const [index, part] of pattern.entries()) {
    if (part === "*" && index === pattern.length - 1) {
      return Object.fromEntries([
        ...params,
        ["*", restOf(path, index)],
      ]);
    }
    const text = segments[index];
    if (text === undefined) return undefined;
    if (part === ":") continue;
    if (part.startsWith(":")) params.push([part.slice(1), text]);
    else if (part !== "*" && part !== text) return undefined;
  }
  return pattern.length === segments.length
    ? Object.fromEntries(params)
    : undefined;
}

/** What is left behind so many segments, as it was sent. */
function restOf(path: string, count: number): string {
  let rest = path;
  for (let n = 0; n < count; n++) rest = rest.replace(/^\/*[^/]+/, "");
  return rest.replace(/^\//, "");
}

/** Both forms of a pattern whose last parameter is optional. */
function formsOf(pattern: string): string[][] {
  const whole = pattern.split("/").filter(Boolean);
  const last = whole.at(-1) ?? "";
  if (!last.endsWith("?")) return [whole];
  const rest = whole.slice(0, -1);
  // A star before the end of the pattern stands for one segment, unnamed.
  const short = rest.map((it) => it === "*" ? ":" : it);
  return [[...rest, last.slice(0, -1)], short];
}

function naive(
  routes: readonly Route[],
  method: string,
  path: string,
): unknown {
  const segments = path.split("/").filter(Boolean).map(decodeURIComponent);
  const fitting = routes.flatMap(({ path: declared, methods }, index) => {
    const all = methods.includes("GET") ? [...methods, "HEAD"] : methods;
    return formsOf(declared).map((pattern) => {
      const params = fits(pattern, segments, path);
      return { index, params, methods: all, rank: ranks(pattern) };
    });
  }).filter((it) => it.params !== undefined);
  if (fitting.length === 0) return undefined;
  const [best] = fitting.filter((it) => it.methods.includes(method))
    .sort((a, b) => compare(a.rank, b.rank) || a.index - b.index);
  if (best !== undefined) {
    return { value: routes[best.index], params: Object.entries(best.params!) };
  }
  return new Set(fitting.flatMap((it) => it.methods));
}

/** A wildcard that matches nothing loses to the end of the path. */
function compare(a: string, b: string): number {
  const [x, y] = [`${a}2`, `${b}2`];
  return x < y ? -1 : x > y ? 1 : 0;
}

Deno.test("match() agrees with trying every route", () => {
  fc.assert(
    fc.property(
      fc.array(route, { maxLength: 12 }),
      fc.constantFrom("GET", "HEAD", "POST", "DELETE", "TRACE"),
      path,
      (routes, method, path) => {
        const table = new RouteTable(
          routes.map((value) => ({ ...value, value })),
        );
        const match = table.match(method, path);
        const actual = match === undefined
          ? undefined
          : match.kind === "found"
          ? { value: match.value, params: Object.entries(match.params) }
          : new Set(match.allow);
        assertEquals(actual, naive(routes, method, path));
      },
    ),
    { numRuns: 5000 },
  );
});

Deno.test("match() answers or throws INVALID_REQUEST for any path", () => {
  const table = new RouteTable<number>([
    { path: "/:a/:b", methods: ["GET"], value: 1 },
    { path: "/x/*", methods: ["GET"], value: 2 },
  ]);
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (path) => {
      try {
        table.match("GET", path);
      } catch (error) {
        assertEquals(Reflect.get(Object(error), "code"), "INVALID_REQUEST");
      }
    }),
    { numRuns: 2000 },
  );
});
