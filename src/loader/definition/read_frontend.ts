/**
 * Reads the pages of a definition.
 *
 * @module
 */
import type { PluginFrontendConfig } from "../../plugin/plugin.ts";
import type { Exported } from "./exported_definition.ts";
import type { Findings } from "./findings.ts";
import { isObject, kindOf } from "../../shared/text/kind_of.ts";
import type { Path } from "../../shared/text/format_path.ts";
import { DECLARED_LIMITS } from "../../plugin/declared_limits.ts";
import { plainCopy } from "./plain_copy.ts";

const PATH: Path = ["config", "frontend"];

const PAGE_LIMITS = {
  values: DECLARED_LIMITS.pageValues,
  length: DECLARED_LIMITS.templateLength,
  characters: DECLARED_LIMITS.pageCharacters,
};

/** What a client could not call by anything but its id. */
const CALLED = ["loaders", "actions", "globalActions", "globalLoaders"];

/**
 * Reads `config.frontend`. Pages are drawn by a client that knows more of them
 * than is known here: what is odd is a warning, and what could not be used is
 * left out.
 *
 * @param findings Receives what is wrong.
 * @returns The pages as plain data; undefined where there are none.
 */
export function readFrontend(
  value: unknown,
  findings: Findings,
): PluginFrontendConfig | undefined {
  if (value === undefined || value === null) return undefined;
  const frontend = plainCopy(value, PATH, { findings, limits: PAGE_LIMITS });
  if (!isObject(frontend)) {
    leaveOut(PATH, `must be an object, and is ${kindOf(frontend)}`, findings);
    return undefined;
  }
  const { routes, sharedFragments, globalState, ...rest } = frontend;
  return {
    ...rest,
    ...readPart("globalActions", rest.globalActions, PATH, findings),
    ...readPart("globalLoaders", rest.globalLoaders, PATH, findings),
    ...readPart("sharedFragments", sharedFragments, PATH, findings),
    ...readState(globalState, findings),
    ...(routes === undefined || routes === null
      ? {}
      : { routes: readRoutes(routes, findings) }),
  } as PluginFrontendConfig;
}

function readRoutes(value: unknown, findings: Findings): unknown[] {
  const path = [...PATH, "routes"];
  const routes = readList(value, path, findings);
  const limit = DECLARED_LIMITS.pages;
  if (findings.tooMany(routes.length, limit, { path, what: "pages" })) {
    return [];
  }
  return routes.flatMap((route, index) => {
    const at = [...path, index];
    if (!isObject(route) || typeof route.path !== "string") {
      const is = isObject(route) ? kindOf(route.path) : kindOf(route);
      const part = isObject(route) ? [...at, "path"] : at;
      const must = isObject(route) ? "a string" : "an object";
      findings.warn(
        part,
        `must be ${must}, and is ${is}; the page is left out`,
      );
      return [];
    }
    return [readPage(route, at, findings)];
  });
}

function readPage(route: Exported, path: Path, findings: Findings): unknown {
  const { template, meta, loaders, actions, ...rest } = route;
  if (!isObject(template) && typeof template !== "string") {
    const is = kindOf(template);
    findings.warn(
      [...path, "template"],
      `should be an object or a string, and is ${is}`,
    );
  }
  if (meta !== undefined && meta !== null && !isObject(meta)) {
    const is = kindOf(meta);
    leaveOut([...path, "meta"], `must be an object, and is ${is}`, findings);
  }
  return {
    ...rest,
    ...(template === undefined ? {} : { template }),
    ...(isObject(meta) ? { meta } : {}),
    ...readPart("loaders", loaders, path, findings),
    ...readPart("actions", actions, path, findings),
  };
}

function readState(value: unknown, findings: Findings): object {
  if (value === undefined || value === null) return {};
  if (isObject(value)) return { globalState: value };
  const path = [...PATH, "globalState"];
  leaveOut(path, `must be an object, and is ${kindOf(value)}`, findings);
  return {};
}

/** A list whose items have ids. */
function readPart(
  name: string,
  value: unknown,
  path: Path,
  findings: Findings,
): object {
  if (value === undefined || value === null) return {};
  const at = [...path, name];
  const isCalled = CALLED.includes(name);
  const list = readList(value, at, findings).filter((item, index) => {
    const hasId = isObject(item) && typeof item.id === "string";
    if (hasId) return true;
    const said = "should be an object with a string as its id";
    if (isCalled) leaveOut([...at, index], said, findings);
    else findings.warn([...at, index], said);
    return !isCalled;
  });
  return { [name]: list };
}

function readList(value: unknown, path: Path, findings: Findings): unknown[] {
  if (Array.isArray(value)) return value;
  leaveOut(path, `must be an array, and is ${kindOf(value)}`, findings);
  return [];
}

function leaveOut(path: Path, said: string, findings: Findings): void {
  findings.warn(path, `${said}; it is left out`);
}
