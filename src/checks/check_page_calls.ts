/**
 * Checks the loaders and actions of a page: what they call, and which others
 * they name.
 *
 * @module
 */
import type { HttpMethod } from "../plugin/route.ts";
import { isObject } from "../shared/text/kind_of.ts";
import { didYouMean } from "../shared/text/nearest_name.ts";
import type { Path } from "../shared/text/format_path.ts";
import type { AdviceList } from "./advice.ts";
import type { CalledRoutes } from "./called_route.ts";
import type { Part, Placed } from "./page_parts.ts";

const ACTION_TYPES = ["setState", "navigate", "api", "reload", "custom"];

/** What an action of a type cannot do without. */
const NEEDED: ReadonlyMap<unknown, string> = new Map([
  ["setState", "stateUpdates"],
  ["navigate", "path"],
  ["api", "apiRoute"],
  ["custom", "handler"],
]);

/** What the parts of a page may name. */
export interface PageNames {
  /** The plugin's routes. */
  readonly routes: CalledRoutes;
  /** The ids of the page's loaders. */
  readonly loaders: ReadonlySet<string>;
  /** The ids of the page's actions. */
  readonly actions: ReadonlySet<string>;
  /** The ids of the plugin's fragments. */
  readonly fragments: ReadonlySet<string>;
}

/**
 * Checks loaders.
 *
 * @param names What they may name.
 * @param advice Receives what is found.
 */
export function checkLoaders(
  loaders: readonly Placed[],
  { routes }: Pick<PageNames, "routes">,
  advice: AdviceList,
): void {
  for (const { part, path } of loaders) {
    if (typeof part.apiRoute !== "string") {
      advice.add(path, "has no apiRoute, so that it loads nothing");
      continue;
    }
    checkCall(part, path, { routes, otherwise: "GET", advice });
  }
}

/**
 * Checks actions.
 *
 * @param names What they may name.
 * @param advice Receives what is found.
 */
export function checkActions(
  actions: readonly Placed[],
  names: PageNames,
  advice: AdviceList,
): void {
  for (const { part, path } of actions) {
    checkType(part, path, advice);
    if (part.type === "api" && typeof part.apiRoute === "string") {
      const { routes } = names;
      checkCall(part, path, { routes, otherwise: "POST", advice });
    }
    checkLoaderIds(part.loaderIds, [...path, "loaderIds"], { names, advice });
    for (const outcome of ["onSuccess", "onError"]) {
      const then = part[outcome];
      if (!isObject(then) || then.triggerAction === undefined) continue;
      const at = [...path, outcome, "triggerAction"];
      checkActionId(then.triggerAction, at, { names, advice });
    }
  }
}

/**
 * Checks that a page has the action that something on it names.
 *
 * @param path Where it is named.
 * @param on What the page has, and what receives what is found.
 */
export function checkActionId(
  id: unknown,
  path: Path,
  { names, advice }: {
    readonly names: Pick<PageNames, "actions">;
    readonly advice: AdviceList;
  },
): void {
  if (typeof id !== "string" || id === "" || names.actions.has(id)) return;
  const meant = didYouMean(id, names.actions);
  advice.add(path, `names "${id}", which is no action of the page${meant}`);
}

function checkType(part: Part, path: Path, advice: AdviceList): void {
  const { type } = part;
  if (typeof type !== "string" || !ACTION_TYPES.includes(type)) {
    const meant = didYouMean(String(type), ACTION_TYPES);
    const known = ACTION_TYPES.join(", ");
    advice.add(
      [...path, "type"],
      `is ${JSON.stringify(type) ?? "missing"}, and none of ${known}${meant}`,
    );
    return;
  }
  const needed = NEEDED.get(type);
  if (needed === undefined || part[needed] !== undefined) return;
  advice.add(path, `has no ${needed}, without which "${type}" does nothing`);
}

function checkCall(part: Part, path: Path, { routes, otherwise, advice }: {
  readonly routes: CalledRoutes;
  readonly otherwise: HttpMethod;
  readonly advice: AdviceList;
}): void {
  const method = typeof part.method === "string"
    ? part.method.toUpperCase()
    : otherwise;
  const problem = routes.problemOf(String(part.apiRoute), method as HttpMethod);
  if (problem === undefined) return;
  advice.add([...path, problem.part], problem.message);
}

function checkLoaderIds(ids: unknown, path: Path, { names, advice }: {
  readonly names: PageNames;
  readonly advice: AdviceList;
}): void {
  if (!Array.isArray(ids)) return;
  ids.forEach((id: unknown, index) => {
    if (typeof id === "string" && names.loaders.has(id)) return;
    const meant = didYouMean(String(id), names.loaders);
    advice.add(
      [...path, index],
      `names ${JSON.stringify(id)}, which is no loader of the page${meant}`,
    );
  });
}
