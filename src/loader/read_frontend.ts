/**
 * Reads the pages of a definition.
 *
 * @module
 */
import type { PluginFrontendConfig } from "../plugin/plugin.ts";
import { DECLARED_LIMITS } from "../plugin/declared_limits.ts";
import { type Findings, isObject, kindOf, type Path } from "./findings.ts";
import { plainCopy } from "./plain_copy.ts";

const PATH: Path = ["config", "frontend"];

const PAGE_LIMITS = {
  values: DECLARED_LIMITS.pageValues,
  length: DECLARED_LIMITS.templateLength,
  characters: DECLARED_LIMITS.pageCharacters,
};

/** What a page or all pages list by `id`. */
const LISTS = {
  page: ["loaders", "actions"],
  all: ["sharedFragments", "globalActions", "globalLoaders"],
} as const;

/**
 * Reads `config.frontend`.
 *
 * @param value What the definition holds there.
 * @param findings Receives what is wrong.
 * @returns The pages as plain data; undefined where there are none.
 */
export function readFrontend(
  value: unknown,
  findings: Findings,
): PluginFrontendConfig | undefined {
  if (findings.object(value, PATH) === undefined) return undefined;
  const frontend = plainCopy(value, PATH, { findings, limits: PAGE_LIMITS });
  if (!isObject(frontend)) return undefined;
  const path = [...PATH, "routes"];
  const routes = readList(frontend.routes, path, findings);
  const limit = DECLARED_LIMITS.pages;
  if (findings.tooMany(routes.length, limit, { path, what: "pages" })) {
    return undefined;
  }
  routes.forEach((route, index) => {
    checkRoute(route, [...path, index], findings);
  });
  for (const list of LISTS.all) {
    checkIds(frontend[list], [...PATH, list], findings);
  }
  findings.object(frontend.globalState, [...PATH, "globalState"]);
  return frontend as PluginFrontendConfig;
}

function checkRoute(value: unknown, path: Path, findings: Findings): void {
  if (!isObject(value)) {
    findings.issue(path, `must be an object, and is ${kindOf(value)}`);
    return;
  }
  if (typeof value.path !== "string") {
    findings.issue(
      [...path, "path"],
      `must be a text, and is ${kindOf(value.path)}`,
    );
  }
  if (!isObject(value.template) && typeof value.template !== "string") {
    findings.issue(
      [...path, "template"],
      `must be an object or a text, and is ${kindOf(value.template)}`,
    );
  }
  findings.object(value.meta, [...path, "meta"]);
  for (const list of LISTS.page) {
    checkIds(value[list], [...path, list], findings);
  }
}

function checkIds(value: unknown, path: Path, findings: Findings): void {
  readList(value, path, findings).forEach((item, index) => {
    if (isObject(item) && typeof item.id === "string") return;
    findings.issue([...path, index], "must be an object with a text as its id");
  });
}

function readList(value: unknown, path: Path, findings: Findings): unknown[] {
  if (Array.isArray(value)) return value;
  if (value !== undefined && value !== null) {
    findings.issue(path, `must be an array, and is ${kindOf(value)}`);
  }
  return [];
}
