/**
 * Checks the pages of a plugin, so that nobody has to open one to learn that it
 * cannot work.
 *
 * @module
 */
import type { PluginFrontendConfig } from "../plugin/frontend.ts";
import { isObject, kindOf } from "../shared/text/kind_of.ts";
import type { Path } from "../shared/text/format_path.ts";
import { readYamlIfOpen } from "../shared/document/lazy_yaml.ts";
import type { AdviceList } from "./advice.ts";
import type { CalledRoutes } from "./called_route.ts";
import {
  checkActions,
  checkLoaders,
  type PageNames,
} from "./check_page_calls.ts";
import { WidgetChecker } from "./check_widgets.ts";
import { idsOf, type Part, type Placed, placed } from "./page_parts.ts";

const PATH: Path = ["config", "frontend"];

/** What all pages of a plugin share. */
interface Shared {
  readonly routes: CalledRoutes;
  readonly loaders: readonly Placed[];
  readonly actions: readonly Placed[];
  readonly fragments: readonly Placed[];
}

/**
 * Checks pages.
 *
 * @param frontend The pages of a plugin, and what they share.
 * @param advice Receives what is found.
 */
export function checkFrontend(
  frontend: PluginFrontendConfig,
  routes: CalledRoutes,
  advice: AdviceList,
): void {
  const { globalLoaders, globalActions, sharedFragments } = frontend;
  const shared: Shared = {
    routes,
    loaders: placed(globalLoaders, [...PATH, "globalLoaders"]),
    actions: placed(globalActions, [...PATH, "globalActions"]),
    fragments: placed(sharedFragments, [...PATH, "sharedFragments"]),
  };
  const pages = placed(frontend.routes, [...PATH, "routes"]);
  checkDuplicates(shared.loaders, "loader", advice);
  checkDuplicates(shared.fragments, "fragment", advice);
  checkPaths(pages, advice);
  const read = pages.map((page) => readPage(page, shared, advice));
  checkLoaders(shared.loaders, shared, advice);
  checkGlobalActions(shared, read, advice);
  for (const page of read) checkPage(page, shared, advice);
  checkFragments(shared, read, advice);
}

/** A page with its template read. */
interface ReadPage {
  readonly template: Part | undefined;
  readonly path: Path;
  readonly loaders: readonly Placed[];
  readonly actions: readonly Placed[];
  readonly names: PageNames;
}

function readPage(
  { part, path }: Placed,
  shared: Shared,
  advice: AdviceList,
): ReadPage {
  const at = [...path, "template"];
  const template = readTemplate(part.template, at, advice);
  const own = (kind: "loaders" | "actions") => {
    const route = placed(part[kind], [...path, kind]);
    const inside = placed(template?.[kind], [...at, kind]);
    checkDuplicates([...shared[kind], ...route], kind.slice(0, -1), advice);
    checkDuplicates(inside, kind.slice(0, -1), advice);
    return [...route, ...inside];
  };
  const loaders = own("loaders");
  const actions = own("actions");
  return {
    template,
    path: at,
    loaders,
    actions,
    names: {
      routes: shared.routes,
      loaders: idsOf([...shared.loaders, ...loaders]),
      actions: idsOf([...shared.actions, ...actions]),
      fragments: idsOf(shared.fragments),
    },
  };
}

/** JSON is YAML as well. Loading a plugin opens what reads it. */
function readTemplate(
  template: unknown,
  path: Path,
  advice: AdviceList,
): Part | undefined {
  if (typeof template !== "string") {
    return isObject(template) ? template : undefined;
  }
  const document = readYamlIfOpen(template);
  if (document === undefined) return undefined;
  const { value, issues: [issue] } = document;
  if (issue !== undefined) {
    const line = issue.line === undefined ? "" : `line ${issue.line} `;
    advice.add(path, `is neither JSON nor YAML: ${line}${issue.message}`);
    return undefined;
  }
  if (isObject(value)) return value;
  advice.add(path, `must hold an object, and holds ${kindOf(value)}`);
  return undefined;
}

function checkPage(page: ReadPage, shared: Shared, advice: AdviceList): void {
  checkLoaders(page.loaders, shared, advice);
  checkActions(page.actions, page.names, advice);
  const { template, path, names } = page;
  if (template === undefined || Object.keys(template).length === 0) return;
  const widgets = new WidgetChecker({ names, advice });
  if (template.widgets !== undefined) {
    widgets.checkAll(template.widgets, [...path, "widgets"]);
  } else if (template.type !== undefined) widgets.check(template, path);
  else {advice.add(
      path,
      "has neither widgets nor a type, so that the page is empty",
    );}
}

/** What a global action names may be on some of the pages only. */
function checkGlobalActions(
  shared: Shared,
  pages: readonly ReadPage[],
  advice: AdviceList,
): void {
  checkActions(shared.actions, namesOfAll(shared, pages), advice);
}

function checkFragments(
  shared: Shared,
  pages: readonly ReadPage[],
  advice: AdviceList,
): void {
  const names = namesOfAll(shared, pages);
  for (const { part, path } of shared.fragments) {
    const widgets = new WidgetChecker({ names, advice });
    widgets.checkAll(part.widgets, [...path, "widgets"]);
  }
}

function namesOfAll(shared: Shared, pages: readonly ReadPage[]): PageNames {
  const all = (kind: "loaders" | "actions") =>
    idsOf([...shared[kind], ...pages.flatMap((page) => page[kind])]);
  return {
    routes: shared.routes,
    loaders: all("loaders"),
    actions: all("actions"),
    fragments: idsOf(shared.fragments),
  };
}

/** Of several with one id, the first is used. */
function checkDuplicates(
  parts: readonly Placed[],
  what: string,
  advice: AdviceList,
): void {
  const seen = new Set<unknown>();
  for (const { part: { id }, path } of parts) {
    if (id === undefined) continue;
    if (seen.has(id)) {
      advice.add(
        [...path, "id"],
        `is ${
          JSON.stringify(id)
        }, as is that of an earlier ${what}, which wins`,
      );
    }
    seen.add(id);
  }
}

function checkPaths(pages: readonly Placed[], advice: AdviceList): void {
  const seen = new Set<string>();
  for (const { part, path } of pages) {
    const at = String(part.path).replace(/^\/+|\/+$/g, "");
    if (seen.has(at)) {
      const what = `is "/${at}", as is that of an earlier page, which wins`;
      advice.add([...path, "path"], what);
    }
    seen.add(at);
  }
}
