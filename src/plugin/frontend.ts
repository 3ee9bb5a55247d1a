/**
 * What a plugin's pages are.
 *
 * @module
 */
import type { HttpMethod } from "./route.ts";

/** A value of a page: anything that JSON holds. */
export type JsonObject = Record<string, unknown>;

/** A page's template: widgets as an object, or as JSON or YAML text. */
export type FrontendTemplate = JsonObject | string;

/** What the navigation shows of a page. */
export interface FrontendRouteMeta {
  /** The page's title. @default the plugin's name */
  title?: string;
  /** The name of an icon. */
  icon?: string;
  /** Whether the navigation lists the page. @default true */
  showInNav?: boolean;
  /** The place among the navigation's items. @default 999 */
  navOrder?: number;
  /** Anything else that the client knows. */
  [key: string]: unknown;
}

/** Fetches data for a page from one of the plugin's own API routes. */
export interface FrontendLoader {
  /** The name, unique on its page. */
  id: string;
  /** The plugin's API route. */
  apiRoute: string;
  /** The method. @default "GET" */
  method?: HttpMethod;
  /** The body; `{{…}}` in it are bindings. */
  body?: unknown;
  /** The key of the page's state that receives the data. */
  stateKey?: string;
  /** The key of the page's data that receives the data. */
  dataKey?: string;
  /** Repeats the loader. */
  polling?: { interval: number; enabled?: boolean | string };
  /** Keeps the result for `ttl` milliseconds. */
  cache?: { ttl: number; key?: string };
  /** Whether the loader runs again on navigation. */
  runOnNavigate?: boolean;
}

/** What a client does after an action. */
export interface FrontendActionOutcome {
  /** State to set; values such as `result.data` are paths into the result. */
  setState?: object;
  /** The page to go to. */
  navigate?: string;
  /** A message to show. */
  notify?: { message: string; type?: "success" | "error" | "info" | "warning" };
  /** The id of an action to run next. */
  triggerAction?: string;
}

/** Something that a page's widgets trigger. */
export interface FrontendAction {
  /** The name, unique on its page. */
  id: string;
  /** What the action does. */
  type: "setState" | "navigate" | "api" | "reload" | "custom";
  /** `api`: the plugin's API route. */
  apiRoute?: string;
  /** `api`: the method. @default "POST" */
  method?: HttpMethod;
  /** `api`: the body; `{{…}}` in it are bindings. */
  body?: unknown;
  /** `setState`: the state to set. */
  stateUpdates?: object;
  /** `navigate`: the page to go to. */
  path?: string;
  /** `reload`: the loaders to run; all where none is named. */
  loaderIds?: string[];
  /** `custom`: the name of the client's own handler. */
  handler?: string;
  /** What follows success. */
  onSuccess?: FrontendActionOutcome;
  /** What follows failure. */
  onError?: FrontendActionOutcome;
  /** Asks before it runs. */
  confirm?: {
    message: string;
    title?: string;
    confirmText?: string;
    cancelText?: string;
  };
  /** Whether the client shows that it is busy. */
  showLoading?: boolean;
  /** Milliseconds of rest before it runs. */
  debounce?: number;
}

/** A part of a template that several pages share. */
export interface FrontendFragment {
  /** The name that templates refer to. */
  id: string;
  /** What the fragment holds. */
  [key: string]: unknown;
}

/** One page of a plugin. */
export interface PluginFrontendRoute {
  /** The path below `/p/<plugin id>`. */
  path: string;
  /** The page's template: any object, or JSON or YAML as a string. */
  template: FrontendTemplate | object;
  /** What the navigation shows. */
  meta?: FrontendRouteMeta;
  /** What fetches the page's data. */
  loaders?: FrontendLoader[];
  /** What the page's widgets trigger. */
  actions?: FrontendAction[];
}

/** Everything that a plugin declares for the frontend. */
export interface PluginFrontendConfig {
  /** The pages. */
  routes?: PluginFrontendRoute[];
  /** Fragments for all pages. */
  sharedFragments?: (FrontendFragment | object)[];
  /** Actions of all pages. */
  globalActions?: FrontendAction[];
  /** Loaders of all pages. */
  globalLoaders?: FrontendLoader[];
  /** State of all pages. */
  globalState?: { initial?: object; computed?: Record<string, string> };
}
