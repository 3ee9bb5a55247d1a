/**
 * Parts of pages with the plugin that they belong to, as hosts get them.
 *
 * @module
 */
import type {
  FrontendAction,
  FrontendFragment,
  FrontendLoader,
  FrontendTemplate,
  PluginFrontendConfig,
  PluginFrontendRoute,
} from "../frontend.ts";

/** Says which plugin something belongs to. */
export interface OfPlugin {
  /** The plugin's id. */
  readonly pluginId: number;
  /** The plugin's name. */
  readonly pluginName: string;
}

/** A page with its place among all pages. */
export interface ResolvedFrontendRoute
  extends Omit<PluginFrontendRoute, "template">, OfPlugin {
  /** The page's template. */
  readonly template: FrontendTemplate;
  /** `/p/<plugin id><path>`. */
  readonly fullPath: string;
}

/** The pages of one plugin. */
export interface PluginFrontendRoutes extends OfPlugin {
  /** The pages. */
  readonly routes: readonly ResolvedFrontendRoute[];
  /** Fragments for all of them. */
  readonly sharedFragments?: readonly FrontendFragment[];
  /** State of all of them. */
  readonly globalState?: PluginFrontendConfig["globalState"];
}

/** A loader of a page. */
export interface ResolvedLoader extends FrontendLoader, OfPlugin {}

/** An action of a page. */
export interface ResolvedAction extends FrontendAction, OfPlugin {}

/** What running a part of a page knows of the page. */
export interface ExecutionContext {
  /** The plugin's id. */
  readonly pluginId: number;
  /** The page's state. */
  readonly state?: object;
  /** What a widget sends along. */
  readonly payload?: unknown;
}
