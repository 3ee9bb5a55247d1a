/**
 * What running the loaders and actions of a page comes to.
 *
 * @module
 */
import type { FrontendLoader, JsonObject } from "../../plugin/plugin.ts";
import type { ActionOutcome } from "./action_outcome.ts";

/** What a page knows when it runs something. */
export interface PageContext {
  /**
   * The page's state.
   *
   * @default the state that the page starts with
   */
  readonly state?: object;
  /** What a widget sends along. */
  readonly payload?: unknown;
}

/** What became of a loader. */
export interface LoaderResult {
  /** The loader. */
  readonly loaderId: string;
  /** Whether it has data. */
  readonly success: boolean;
  /** What the API route returned. */
  readonly data?: unknown;
  /** Why there is none. */
  readonly error?: string;
  /** The key of the page's state that receives the data. */
  readonly stateKey?: string;
  /** The key of the page's data that receives the data. */
  readonly dataKey?: string;
  /** When it was loaded, in milliseconds since 1970. */
  readonly loadedAt: number;
}

/** What became of all loaders of a page. */
export interface RouteLoaderResults {
  /** Every loader's result, in their order. */
  readonly results: readonly LoaderResult[];
  /** What goes into the page's state. */
  readonly state: JsonObject;
  /** What goes into the page's data. */
  readonly data: JsonObject;
}

/** What became of an action. */
export interface ActionResult extends ActionOutcome {
  /** The action. */
  readonly actionId: string;
  /** Whether it worked. */
  readonly success: boolean;
  /** What the API route returned, or what the client shall do. */
  readonly data?: unknown;
  /** Why it did not work. */
  readonly error?: string;
  /** When it was run, in milliseconds since 1970. */
  readonly executedAt: number;
}

/** What a loader's result says of the loader. */
export function labelsOf(
  loader: FrontendLoader,
): Pick<LoaderResult, "loaderId" | "stateKey" | "dataKey"> {
  const { id, stateKey, dataKey } = loader;
  return {
    loaderId: id,
    ...(stateKey === undefined ? {} : { stateKey }),
    ...(dataKey === undefined ? {} : { dataKey }),
  };
}

/** Loaders may share a cached result, but not where its data goes. */
export function relabel(
  result: LoaderResult,
  loader: FrontendLoader,
): LoaderResult {
  const { stateKey: _state, dataKey: _data, ...rest } = result;
  return { ...rest, ...labelsOf(loader) };
}

/** What goes into the page's state. */
export function toState(result: LoaderResult): [string, unknown][] {
  const { stateKey, data } = result;
  return stateKey === undefined ? [] : [[stateKey, data]];
}

/** What goes into the page's data. */
export function toData(result: LoaderResult): [string, unknown][] {
  const { loaderId, stateKey, dataKey, data } = result;
  if (dataKey !== undefined) return [[dataKey, data]];
  return stateKey === undefined ? [[loaderId, data]] : [];
}
