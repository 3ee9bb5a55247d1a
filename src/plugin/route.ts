/**
 * What an API route of a plugin is.
 *
 * @module
 */
import type { Validators } from "./action.ts";
import type { StandardSchema } from "./standard_schema.ts";

/** The methods that a route can serve. `HEAD` is served by `GET`. */
export type HttpMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** What a route answers with a status. */
export interface RouteResponse {
  /** When it does, in a sentence. */
  description?: string;
  /**
   * The body: a Standard Schema that has a JSON Schema, such as one of zod 4, or
   * a JSON Schema itself. Answers are not checked against it.
   */
  schema?: StandardSchema | Readonly<Record<string, unknown>>;
  /** The body's type. @default "application/json" */
  contentType?: string;
}

/** One route of a plugin. */
export interface PluginRoute<TAction extends string = string> {
  /**
   * The method, or several. A route whose key names its method, such as
   * `"GET /checks"`, needs none; one path may have several such routes.
   *
   * @default "GET", with a warning
   */
  method?: HttpMethod | readonly HttpMethod[];
  /** The names of the actions, in the order in which they run. */
  actions: readonly TAction[];
  /**
   * Checks the request before the first action runs. An action sees what its
   * own schemas let through, else what these do: its context is then a
   * `ValidatedActionContext` of them.
   */
  validate?: Validators;
  /**
   * Milliseconds that the whole chain may take.
   *
   * @default no limit beyond those of the actions
   */
  timeoutMs?: number;
  /**
   * `"raw"` leaves the request's body unread, for an action that streams it.
   *
   * @default "parsed"
   */
  body?: "parsed" | "raw";
  /** What it does, in a line; see `getOpenApi`. */
  summary?: string;
  /**
   * What it answers by status, for `getOpenApi`; a string is a description.
   *
   * @default `200` without a schema, and problem details for every error
   */
  responses?: Readonly<Record<number | string, RouteResponse | string>>;
  /**
   * Asks that anybody may use it, signed in or not, such as a webhook: the
   * server does so once an operator has allowed it with `allowPublicRoutes`.
   *
   * @default false
   */
  public?: boolean;
}
