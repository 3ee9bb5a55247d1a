/**
 * Gives a single action its types.
 *
 * @module
 */
import type {
  ActionDefinition,
  ActionHandler,
  Untyped,
  Validators,
} from "../plugin/plugin.ts";

/**
 * Takes an action of a plugin whose rows are `T`, and infers the types of its
 * schemas and result.
 *
 * @typeParam T The rows of the plugin's table.
 */
export type ActionFactory<T> = <
  V extends Validators = Untyped,
  TReturn = unknown,
>(
  definition: ActionDefinition<T, V, TReturn>,
) => ActionDefinition<T, V, TReturn>;

/**
 * With a row type and no argument, returns a function that takes the action,
 * so that its schemas and its result are inferred beside the given row type.
 *
 * @typeParam T The rows of the plugin's table.
 * @returns A function that returns the action that it is given.
 *
 * @example Typed rows and a validated body
 * ```ts
 * import { createAction } from "@dockstat/plugin-handler/builder";
 * import { assertEquals } from "@std/assert";
 * import { z } from "zod";
 *
 * interface Note {
 *   id: number;
 *   text: string;
 * }
 *
 * const add = createAction<Note>()({
 *   validate: { body: z.object({ text: z.string().min(1) }) },
 *   handler: ({ table, body }) => table?.insert({ text: body.text }),
 *   timeoutMs: 500,
 * });
 * assertEquals(add.timeoutMs, 500);
 * ```
 */
export function createAction<T>(): ActionFactory<T>;
/**
 * One action, with the types of its body and its result.
 *
 * @typeParam T The rows of the plugin's table.
 * @typeParam TBody The parsed body. It is not checked: give the action schemas
 * where it must be.
 * @typeParam TReturn What the action returns.
 * @param handler The function.
 * @returns The same function.
 *
 * @example Explicit types
 * ```ts
 * import { createAction } from "@dockstat/plugin-handler/builder";
 * import { assertEquals } from "@std/assert";
 *
 * interface Note {
 *   id: number;
 *   text: string;
 * }
 *
 * const add = createAction<Note, { text: string }, { id?: number }>(
 *   ({ table, body }) => {
 *     const result = table?.insert({ text: body?.text });
 *     return { id: result?.lastInsertRowid };
 *   },
 * );
 * assertEquals(typeof add, "function");
 * ```
 */
export function createAction<T = Untyped, TBody = Untyped, TReturn = unknown>(
  handler: ActionHandler<T, TBody, TReturn>,
): ActionHandler<T, TBody, TReturn>;
/**
 * One action with schemas: `body`, `query` and `params` have the types that
 * they let through, and the action is not called with anything else.
 *
 * @typeParam T The rows of the plugin's table.
 * @typeParam V The schemas.
 * @typeParam TReturn What the action returns.
 * @param definition The function, its schemas and its time limit.
 * @returns The same object.
 *
 * @example Types that follow a schema
 * ```ts
 * import { createAction } from "@dockstat/plugin-handler/builder";
 * import { assertEquals } from "@std/assert";
 * import { z } from "zod";
 *
 * const page = createAction({
 *   validate: { query: z.object({ page: z.coerce.number().default(1) }) },
 *   handler: ({ query }) => ({ next: query.page + 1 }),
 * });
 * assertEquals(Object.keys(page.validate ?? {}), ["query"]);
 * ```
 */
export function createAction<
  T = Untyped,
  V extends Validators = Untyped,
  TReturn = unknown,
>(definition: ActionDefinition<T, V, TReturn>): ActionDefinition<T, V, TReturn>;
export function createAction(action?: unknown): unknown {
  return action ?? ((later: unknown) => later);
}
