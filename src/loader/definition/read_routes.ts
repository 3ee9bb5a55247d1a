/**
 * Reads the API routes of a definition.
 *
 * @module
 */
import type { RouteContribution } from "../../plugin/contributions.ts";
import type { HttpMethod } from "../../plugin/plugin.ts";
import { didYouMean } from "../../shared/text/nearest_name.ts";
import { patternWarnings } from "../../routing/mod.ts";
import { DECLARED_LIMITS } from "../../plugin/declared_limits.ts";
import type { Findings } from "./findings.ts";
import { kindOf } from "../../shared/text/kind_of.ts";
import type { Path } from "../../shared/text/format_path.ts";

const METHODS: ReadonlySet<string> = new Set<HttpMethod>([
  "GET",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
]);

const VALIDATED = ["body", "query", "params"] as const;

/**
 * Reads `config.apiRoutes`.
 *
 * @param actions The names of the actions that the definition has.
 * @param findings Receives what is wrong.
 * @returns The routes that are well formed, in the order of the definition.
 */
export function readRoutes(
  value: unknown,
  actions: ReadonlySet<string>,
  findings: Findings,
): RouteContribution[] {
  const path = ["config", "apiRoutes"];
  const routes: RouteContribution[] = [];
  const declared = findings.object(value, path) ?? {};
  const keys = Object.keys(declared);
  const limit = DECLARED_LIMITS.routes;
  if (findings.tooMany(keys.length, limit, { path, what: "routes" })) return [];
  for (const key of keys) {
    if (isTooLong(key, [...path, key], findings)) continue;
    const route = readRoute(key, declared[key], findings);
    if (route === undefined) continue;
    routes.push(route);
    warnOfActions(route, actions, findings);
  }
  return routes;
}

function isTooLong(key: string, path: Path, findings: Findings): boolean {
  const { pathLength, segments } = DECLARED_LIMITS;
  return findings.tooMany(key.length, pathLength, {
    path,
    what: "characters in its path",
  }) || findings.tooMany(key.split("/").length, segments, {
    path,
    what: "segments in its path",
  });
}

function readRoute(
  key: string,
  value: unknown,
  findings: Findings,
): RouteContribution | undefined {
  const path = ["config", "apiRoutes", key];
  if (value === undefined || value === null) {
    findings.issue(path, `must be an object, and is ${kindOf(value)}`);
  }
  const route = findings.object(value, path);
  if (route === undefined) return undefined;
  const { method, pattern } = takeApart(key);
  const methods = method === undefined
    ? readMethods(route.method, [...path, "method"], findings)
    : readKeyMethod(method, route.method, { path, findings });
  const actions = findings.texts(route.actions, [...path, "actions"]);
  if (route.actions === undefined || route.actions === null) {
    findings.issue([...path, "actions"], "must be an array of action names");
  }
  findings.tooMany(actions?.length ?? 0, DECLARED_LIMITS.actionsOfRoute, {
    path: [...path, "actions"],
    what: "actions",
  });
  const timeoutMs = findings.milliseconds(
    route.timeoutMs,
    [...path, "timeoutMs"],
  );
  checkValidators(route.validate, [...path, "validate"], findings);
  for (const warning of patternWarnings(pattern)) findings.warn(path, warning);
  return {
    path: pattern.startsWith("/") ? pattern : `/${pattern}`,
    key,
    methods,
    actions: actions ?? [],
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    body: readBody(route.body, [...path, "body"], findings),
    ...(readPublic(route.public, [...path, "public"], findings)
      ? { isPublic: true }
      : {}),
  };
}

/** `"GET /checks"` is the route `/checks` for one method. */
function takeApart(key: string): { method?: string; pattern: string } {
  const [, method, pattern] = /^([A-Za-z]+)\s+(\/.*)$/.exec(key) ?? [];
  return pattern === undefined ? { pattern: key } : { method, pattern };
}

function readKeyMethod(
  word: string,
  declared: unknown,
  { path, findings }: { path: Path; findings: Findings },
): HttpMethod[] {
  const methods = readMethods(word, path, findings);
  if (methods.length === 0 || declared === undefined || declared === null) {
    return methods;
  }
  const others = readMethods(declared, [...path, "method"], findings);
  if (others.join() !== methods.join()) {
    findings.issue(
      [...path, "method"],
      `must be left out, or be ${methods[0]} as the route's key says`,
    );
  }
  return methods;
}

function readMethods(
  value: unknown,
  path: Path,
  findings: Findings,
): HttpMethod[] {
  if (value === undefined || value === null) {
    findings.warn(path, "is missing, and taken as GET");
    return ["GET"];
  }
  const several = Array.isArray(value);
  const methods = new Set<HttpMethod>();
  Array.from(several ? value : [value], (item: unknown, index) => {
    const method = typeof item === "string" ? item.toUpperCase() : "";
    if (METHODS.has(method)) return methods.add(method as HttpMethod);
    const is = typeof item === "string" ? JSON.stringify(item) : kindOf(item);
    findings.issue(
      several ? [...path, index] : path,
      `must be GET, POST, PUT, PATCH or DELETE, and is ${is}`,
    );
  });
  if (several && value.length === 0) {
    findings.issue(path, "must name at least one method");
  }
  return [...methods];
}

function readBody(
  value: unknown,
  path: Path,
  findings: Findings,
): "parsed" | "raw" {
  if (value === "raw") return "raw";
  if (value !== undefined && value !== null && value !== "parsed") {
    findings.issue(path, 'must be "parsed" or "raw"');
  }
  return "parsed";
}

/** What is no boolean opens nothing. */
function readPublic(value: unknown, path: Path, findings: Findings): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === "boolean") return value;
  findings.issue(path, `must be true or false, and is ${kindOf(value)}`);
  return false;
}

/**
 * Checks the schemas of a route or an action.
 *
 * @param value What it holds as `validate`.
 * @param path Where it is.
 * @param findings Receives what is wrong.
 */
export function checkValidators(
  value: unknown,
  path: Path,
  findings: Findings,
): void {
  const validators = findings.object(value, path);
  if (validators === undefined) return;
  for (const part of VALIDATED) {
    const schema = validators[part];
    if (schema === undefined || isStandardSchema(schema)) continue;
    findings.issue(
      [...path, part],
      "must be a Standard Schema, such as one of zod, valibot or arktype",
    );
  }
}

/** Some libraries' schemas are functions. */
function isStandardSchema(value: unknown): boolean {
  if (value === null) return false;
  if (typeof value !== "object" && typeof value !== "function") return false;
  const standard: unknown = Reflect.get(value, "~standard");
  return typeof standard === "object" && standard !== null &&
    typeof Reflect.get(standard, "validate") === "function";
}

function warnOfActions(
  { key, actions }: RouteContribution,
  known: ReadonlySet<string>,
  findings: Findings,
): void {
  const path = ["config", "apiRoutes", key, "actions"];
  if (actions.length === 0) findings.warn(path, "names no action");
  for (const name of new Set(actions)) {
    if (known.has(name)) continue;
    findings.warn(
      path,
      `names the action ${
        JSON.stringify(name)
      }, which the plugin does not define${didYouMean(name, known)}`,
    );
  }
}
