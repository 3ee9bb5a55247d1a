/**
 * What is told of a plugin's pages.
 *
 * @module
 */
import type {
  FrontendTemplate,
  OfPlugin,
  PluginFrontendRoute,
  PluginFrontendRoutes,
  ResolvedFrontendRoute,
} from "../../plugin/plugin.ts";
import type { LoadedPlugin } from "../../execution/mod.ts";

/** A page with its place among all pages. */
export type FrontendPage = ResolvedFrontendRoute;

/** The pages of one plugin. */
export type PluginPages = PluginFrontendRoutes;

/** An item of the navigation. */
export interface NavigationItem extends OfPlugin {
  /** `/p/<plugin id><path>`. */
  readonly path: string;
  /** The page's title, else the plugin's name. */
  readonly title: string;
  /** The name of an icon. */
  readonly icon?: string;
  /** The page's place: items are sorted by it. */
  readonly order: number;
}

/** How many pages there are. */
export interface FrontendSummary {
  /** The number of all pages. */
  readonly totalRoutes: number;
  /** The number of plugins that have any. */
  readonly pluginsWithFrontend: number;
  /** The number of pages by plugin id. */
  readonly routesByPlugin: Readonly<Record<number, number>>;
}

/** The place of a page that names none: behind all that do. */
const LAST = 999;

/** Which plugin something belongs to. */
export function ofPlugin(plugin: LoadedPlugin): OfPlugin {
  return { pluginId: plugin.id, pluginName: plugin.name };
}

/** A page with its place among all pages. */
export function toPage(
  plugin: LoadedPlugin,
  route: PluginFrontendRoute,
): FrontendPage {
  const { path } = route;
  const slash = path.startsWith("/") ? "" : "/";
  return {
    ...route,
    // Plain data by now, whatever the author's type was.
    template: route.template as FrontendTemplate,
    ...ofPlugin(plugin),
    fullPath: `/p/${plugin.id}${slash}${path}`,
  };
}

/** What the navigation shows of a page. */
export function toNavigationItem(page: FrontendPage): NavigationItem {
  const { pluginId, pluginName, fullPath, meta } = page;
  return {
    pluginId,
    pluginName,
    path: fullPath,
    title: meta?.title ?? pluginName,
    ...(meta?.icon === undefined ? {} : { icon: meta.icon }),
    order: meta?.navOrder ?? LAST,
  };
}
