/**
 * The types by which one inline definition is checked against itself: what its
 * routes, hooks and pages name must be there.
 *
 * @module
 */
import type {
  ActionDefinition,
  NoValidators,
  ValidatedActionContext,
} from "../action.ts";
import type { EventContext, EventPayload, EVENTS } from "../event.ts";
import type { NoRows, NoTableDeclared } from "../no_table.ts";
import type { DefinedSettings, SettingsConfig } from "../settings.ts";
import type { PluginRoute } from "../route.ts";
import type { QueryBuilder } from "../../sqlite/mod.ts";
import type { Awaitable, Row, Untyped } from "../words.ts";

/** The parameters of a route's pattern, with or without its method in front. */
export type PatternParams<P extends string> = string extends P
  ? Readonly<Record<string, string>>
  : P extends `${string} ${infer Path}` ? SegmentParams<Path>
  : SegmentParams<P>;

/** The parameters of the segments of a path. */
export type SegmentParams<P extends string> = P extends
  `${infer Head}/${infer Tail}` ? SegmentParam<Head> & SegmentParams<Tail>
  : SegmentParam<P>;

/** The parameter of one segment. */
export type SegmentParam<S extends string> = S extends `:${infer Name}?`
  ? { readonly [N in Name]?: string }
  : S extends `:${infer Name}` ? { readonly [N in Name]: string }
  : S extends "*" ? { readonly "*": string }
  : unknown;

/** Routes, so far as names and patterns are read from them. */
export type RoutesShape = Readonly<Record<string, PluginRoute<string>>>;

/** The patterns of the routes that name an action. */
export type PatternsOf<R, K> = {
  [P in keyof R]: R[P] extends { readonly actions: readonly (infer N)[] }
    ? K extends N ? P : never
    : never;
}[keyof R];

/** What is sure of an action of several routes: the names that one has. */
export type Merged<U> = {
  readonly [K in U extends unknown ? keyof U : never]: U extends unknown
    ? K extends keyof U ? U[K] : undefined
    : never;
};

/**
 * The parameters that an action gets, by the routes that name it; any, where
 * none does or where they are not known.
 */
export type ParamsOf<R, K> = string extends keyof R
  ? Readonly<Record<string, string>>
  : [PatternsOf<R, K>] extends [never] ? Readonly<Record<string, string>>
  : Merged<PatternParams<PatternsOf<R, K> & string>>;

/** A new row: some columns of `T`, of which those of `K` must have a value. */
export type NewRow<T, K> = Partial<T> & { [N in keyof T & K]: T[N] };

/**
 * The table of a definition, of which new rows need the columns `K`: without
 * members, where it declares none.
 */
export type DefinedTable<T, K = never> = [T] extends [NoRows]
  ? NoTableDeclared | null
  : string extends keyof T ? QueryBuilder<Untyped>
  : QueryBuilder<T, T, NewRow<T, K>>;

/** Tables beside `table`, so far as their names and columns are read from them. */
export type TablesShape = Readonly<
  Record<string, { readonly columns: object }>
>;

/** The builders of a definition's further tables. */
export type DefinedTables<X> = string extends keyof X
  ? Readonly<Record<string, QueryBuilder<Untyped>>>
  : {
    readonly [K in keyof X]: X[K] extends { readonly columns: infer C }
      ? QueryBuilder<{ [N in keyof C]: Untyped }>
      : never;
  };

/** What an action of a definition receives. */
export interface DefinedContext<
  T,
  TParams,
  S extends SettingsConfig = SettingsConfig,
  X = TablesShape,
  K = never,
> extends
  Omit<
    ValidatedActionContext<T, NoValidators>,
    "table" | "tables" | "params" | "settings"
  > {
  /** The plugin's table. */
  readonly table: DefinedTable<T, K>;
  /** The parameters of the patterns whose routes name the action. */
  readonly params: TParams;
  /** The values of the settings. */
  readonly settings: DefinedSettings<S>;
  /** The tables of `config.tables`. */
  readonly tables: DefinedTables<X>;
}

/**
 * Marks an action that takes its table for granted, and so fits into a plugin
 * with any table or none. Says nothing of being called: functions that are
 * written in a definition get the types of their context from there.
 */
export interface FitsAnyTable {
  /** Tells it apart from other actions; never there. */
  readonly "~anyTable"?: never;
}

/** An action of a definition: a function, or an object that holds one. */
export type DefinedAction<
  T,
  TParams,
  S extends SettingsConfig = SettingsConfig,
  X = TablesShape,
  K = never,
> =
  | {
    call(context: DefinedContext<T, TParams, S, X, K>): Awaitable<unknown>;
  }["call"]
  | ActionDefinition<[T] extends [NoRows] ? Untyped : T>
  | FitsAnyTable;

/** The actions of a definition by name. */
export type DefinedActions<
  T,
  A,
  R,
  S extends SettingsConfig = SettingsConfig,
  X = TablesShape,
  K = never,
> = {
  [N in keyof A]: DefinedAction<T, ParamsOf<R, N>, S, X, K>;
};

/** The table as a definition's hooks see it: the declared columns, no others. */
export type DefinedHookTable<T, K = never> = [T] extends [NoRows]
  ? NoTableDeclared | null
  : string extends keyof T ? QueryBuilder<T & Row> | null
  : QueryBuilder<T, T, NewRow<T, K>>;

/** What a hook of a definition receives beside the payload. */
export type DefinedEventContext<
  T,
  S extends SettingsConfig = SettingsConfig,
  K = never,
> =
  & Omit<EventContext<T>, "table" | "settings">
  & {
    readonly table: DefinedHookTable<T, K>;
    readonly settings?: DefinedSettings<S>;
  };

/** A hook of a definition. */
export type DefinedHook<
  T,
  P,
  S extends SettingsConfig = SettingsConfig,
  K = never,
> = {
  call(
    payload:
      & Omit<EventPayload<T, P>, "table">
      & { readonly table: DefinedHookTable<T, K> },
    context: DefinedEventContext<T, S, K>,
    ...besideExtra: DefinedEventContext<T, S, K>[]
  ): unknown;
}["call"];

/** The events that are known. */
export type KnownEvent = keyof {
  [E in keyof EVENTS as string extends E ? never : E]: true;
};

/** The payload of a known event. */
export type PayloadOf<E extends KnownEvent> = Parameters<
  NonNullable<EVENTS<Untyped>[E]>
>[0]["container"];

/**
 * The hooks of a definition: on the events that are known, and on any with a
 * colon in its name, such as `custom:done`.
 */
export type DefinedEvents<
  T,
  S extends SettingsConfig = SettingsConfig,
  K = never,
> =
  & { [E in KnownEvent]?: DefinedHook<T, PayloadOf<E>, S, K> }
  & { [E in `${string}:${string}`]?: DefinedHook<T, Untyped, S, K> };
