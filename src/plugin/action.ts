/**
 * What an action is, and what it receives.
 *
 * @module
 */
import type { QueryBuilder } from "../sqlite/mod.ts";
import type { EmitEvent } from "./event.ts";
import type { SettingValues } from "./settings.ts";
import type { SchemaOutput, StandardSchema } from "./standard_schema.ts";
import type {
  Awaitable,
  PluginIdentity,
  PluginLogger,
  Row,
  Untyped,
} from "./words.ts";

/** What an action receives. */
export interface PluginActionContext<
  T = Row,
  TBody = unknown,
  TPrev = unknown,
> {
  /** The plugin's table, or `null` where it declares none. */
  readonly table: QueryBuilder<T> | null;
  /** The request body, parsed by its content type; undefined for GET and HEAD. */
  readonly body: TBody | undefined;
  /** The plugin's logger. */
  readonly logger: PluginLogger;
  /** The values of the plugin's settings. */
  readonly settings: SettingValues;
  /** Emits an event of the plugin's own, to other plugins. */
  readonly emit: EmitEvent;
  /** The plugin's tables of `config.tables`. */
  readonly tables: Readonly<Record<string, QueryBuilder<Untyped>>>;
  /** What the action before this one returned; undefined for the first. */
  readonly previousAction: TPrev;
  /** The parameters of the route's pattern, percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** The query string. */
  readonly query: URLSearchParams;
  /** The request itself; undefined where a schedule runs the action. */
  readonly request: Request;
  /** Aborts at the timeout, on unload, and when the request is aborted. */
  readonly signal: AbortSignal;
  /** Which plugin this is. */
  readonly plugin: PluginIdentity;
  /** Ends the chain with this value: `return stop(value)`. */
  stop(value: unknown): never;
}

/**
 * Schemas of any Standard Schema library for the parts of a request. What does
 * not match is answered with `VALIDATION_FAILED`, before any action runs.
 */
export interface Validators {
  /** For the parsed body. */
  readonly body?: StandardSchema;
  /**
   * For the query string, as an object: a string under each name, an array of
   * strings where the name occurs more than once.
   */
  readonly query?: StandardSchema;
  /** For the parameters of the route's pattern, as an object of strings. */
  readonly params?: StandardSchema;
}

/** What a schema lets through, or `TElse` where there is no schema. */
export type Validated<
  V extends Validators,
  TPart extends keyof Validators,
  TElse,
> = V[TPart] extends StandardSchema ? SchemaOutput<V[TPart]> : TElse;

/**
 * A plugin's table as its actions see it: possibly absent where the author
 * has given the rows a type, and taken for granted where not.
 */
export type PluginTable<T> = string extends keyof T ? QueryBuilder<Untyped>
  : QueryBuilder<T> | null;

/**
 * The context of an action whose input is validated: `body`, `query` and
 * `params` have the types that the schemas let through.
 */
export interface ValidatedActionContext<
  T = Row,
  V extends Validators = Untyped,
> extends
  Omit<
    PluginActionContext<T, Untyped, Untyped>,
    "table" | "body" | "query" | "params"
  > {
  /** The plugin's table. */
  readonly table: PluginTable<T>;
  /** The body as its schema reads it. */
  readonly body: Validated<V, "body", Untyped>;
  /** The query string, or what its schema makes of it. */
  readonly query: Validated<V, "query", URLSearchParams>;
  /** The parameters of the pattern, or what their schema makes of them. */
  readonly params: Validated<V, "params", Readonly<Record<string, string>>>;
}

/**
 * One step of a route.
 *
 * It is compared as a method, so that an action may declare more of its
 * context than is known of every context: its own body, or a table that is
 * there.
 */
export type ActionHandler<T = Row, TBody = unknown, TReturn = unknown> = {
  call(context: PluginActionContext<T, TBody, Untyped>): Awaitable<TReturn>;
}["call"];

/** A step of a route whose context follows its schemas. */
export type ValidatedActionHandler<
  T = Row,
  V extends Validators = Untyped,
  TReturn = unknown,
> = {
  call(context: ValidatedActionContext<T, V>): Awaitable<TReturn>;
}["call"];

/** An action with more to say than its function. */
export interface ActionDefinition<
  T = Row,
  V extends Validators = Untyped,
  TReturn = unknown,
> {
  /** The function. */
  handler: ValidatedActionHandler<T, V, TReturn>;
  /** Checks the request before the function is called. */
  validate?: V;
  /**
   * Milliseconds that this action may take; `0` for no limit.
   *
   * @default the handler's `actionTimeoutMs`
   */
  timeoutMs?: number;
}

/** An action: a function, or an object that holds one. */
export type PluginAction<T = Untyped> =
  | ValidatedActionHandler<T, NoValidators>
  | ActionDefinition<T>;

/** Says that nothing of the request is validated. */
export type NoValidators = Record<never, never>;

/** The actions of a plugin by name. */
export type PluginActions<T = Untyped> = Record<string, PluginAction<T>>;
