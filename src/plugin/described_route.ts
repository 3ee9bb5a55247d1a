/**
 * What is told of a plugin's route to whoever describes an API.
 *
 * @module
 */
import type { HttpMethod } from "./route.ts";

/** A JSON Schema of draft 2020-12, as OpenAPI 3.1 takes it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a route takes, so far as its schemas say. */
export interface RouteSchemas {
  /** The body. */
  readonly body?: JsonSchema;
  /** The query string, as an object. */
  readonly query?: JsonSchema;
  /** The parameters of the pattern, as an object. */
  readonly params?: JsonSchema;
}

/** What a route answers with a status. */
export interface DescribedResponse {
  /** When it does. */
  readonly description: string;
  /** The body. */
  readonly schema?: JsonSchema;
  /** The body's type. */
  readonly contentType?: string;
}

/** How a route describes itself. */
export interface RouteDescription {
  /** What it does, in a line. */
  readonly summary?: string;
  /** What it takes. */
  readonly schemas?: RouteSchemas;
  /** What it answers, by status. */
  readonly responses?: Readonly<Record<string, DescribedResponse>>;
}

/** A route of a loaded plugin. */
export interface DescribedRoute extends RouteDescription {
  /** The plugin's id. */
  readonly pluginId: number;
  /** The plugin's name. */
  readonly plugin: string;
  /** The path or pattern below the plugin's own, with its leading slash. */
  readonly path: string;
  /** The methods that it serves. */
  readonly methods: readonly HttpMethod[];
  /** The names of its actions, in order. */
  readonly actions: readonly string[];
  /** What it takes; empty where it has no schemas. */
  readonly schemas: RouteSchemas;
}
