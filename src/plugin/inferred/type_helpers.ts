/**
 * Types that are made of a plugin's parts.
 *
 * @module
 */
import type { ColumnDefinition } from "../../sqlite/mod.ts";
import type { PluginActions } from "../action.ts";

/** The rows of a table with these columns, as far as their types are literal. */
export type InferTableSchema<Columns extends Record<string, ColumnDefinition>> =
  { [K in keyof Columns]: ColumnValue<Columns[K]["type"]> };

/** The value of a column of this type. */
export type ColumnValue<TType extends string> = TType extends
  | "INTEGER"
  | "REAL"
  | "DOUBLE"
  | "FLOAT" ? number
  : TType extends "BLOB" ? Uint8Array
  : TType extends "JSON" ? unknown
  : string;

/** The names of actions. */
export type ActionNames<A> = keyof A & string;

/** The actions of a route, which must be among those of the plugin. */
export type ValidateRouteActions<
  T,
  A extends PluginActions<T>,
  RouteActions extends readonly (keyof A)[],
> = RouteActions;
