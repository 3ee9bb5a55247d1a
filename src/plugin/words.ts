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

export type { Row } from "../sqlite/mod.ts";
export type {
  PluginIdentity,
  PluginLogger,
} from "../shared/plugin_identity.ts";

/** A function's result, now or later. */
export type Awaitable<T> = T | Promise<T>;
