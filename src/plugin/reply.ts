/**
 * The answer of an action that wants more than a value: a status and headers
 * beside it. A leaf, so that plugins can import it at no cost.
 *
 * @module
 */

/** The status and the headers of a reply. */
export interface ReplyInit {
  /**
   * The HTTP status.
   *
   * @default what the value alone would get: 204 for `undefined`, else 200
   */
  status?: number;
  /** Headers, which win over those that the value alone would get. */
  headers?: HeadersInit;
}

/**
 * Marks a reply. Plugins are bundled with a copy of this module of their own,
 * so a class would not be recognised; a registered symbol is the same
 * everywhere.
 */
export const REPLY: unique symbol = Symbol.for(
  "@dockstat/plugin-handler/reply",
);

/** A value with a status and headers; made by {@linkcode reply}. */
export interface Reply<T = unknown> extends Readonly<ReplyInit> {
  /** What the body is made from. */
  readonly value: T;
}

/**
 * Gives an action's value a status and headers. The value itself is mapped to
 * a body as it would be without; unlike a `Response`, a reply does not end the
 * chain and can be read by the next action.
 *
 * @param value What the body is made from.
 * @param init The status and the headers.
 * @returns What the action returns.
 *
 * @example A row was created
 * ```ts
 * import { reply } from "@dockstat/plugin-handler/builder";
 * import { assertEquals } from "@std/assert";
 *
 * const created = reply({ id: 7 }, {
 *   status: 201,
 *   headers: { location: "/items/7" },
 * });
 * assertEquals([created.value.id, created.status], [7, 201]);
 * ```
 */
export function reply<T>(value: T, init: ReplyInit = {}): Reply<T> {
  return Object.freeze({ [REPLY]: true, value, ...init });
}

/**
 * Whether a value was made by {@linkcode reply}.
 *
 * @returns Whether it is a reply.
 */
export function isReply(value: unknown): value is Reply {
  return typeof value === "object" && value !== null && REPLY in value;
}
