/**
 * The words that the types of a plugin share.
 *
 * @module
 */

/**
 * A value of which the author has not said what it is. It is the one `any` of
 * the public types: authors who give no type get JavaScript's freedom
 * (`JSON.parse(body)`, `previousAction.valid`), and authors who give one get it
 * checked.
 */
// deno-lint-ignore no-explicit-any
export type Untyped = any;

export type { Row } from "../store/mod.ts";

/** A function's result, now or later. */
export type Awaitable<T> = T | Promise<T>;

/** The four levels at which a plugin logs. */
export interface PluginLogger {
  /** Something failed. */
  error(message: string): void;
  /** Something is odd, and the plugin goes on. */
  warn(message: string): void;
  /** Something worth knowing happened. */
  info(message: string): void;
  /** Something that only helps to find a fault. */
  debug(message: string): void;
}

/** Which plugin an action or hook belongs to. */
export interface PluginIdentity {
  /** The id of the stored row. */
  readonly id: number;
  /** The unique name. */
  readonly name: string;
  /** The version. */
  readonly version: string;
}
