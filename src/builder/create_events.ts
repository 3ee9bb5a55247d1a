/**
 * Gives a plugin's hooks their types.
 *
 * @module
 */
import type { EVENTS, Untyped } from "../plugin/plugin.ts";

/**
 * The hooks of a plugin by event. `onContainerStart` and `container:started`
 * are the same event, and so are the other pairs; any further name is an event
 * of which the payload has no type.
 *
 * @typeParam T The rows of the plugin's table.
 * @param events The hooks.
 * @returns The same object.
 *
 * @example Hooks in both dialects
 * ```ts
 * import { createEvents } from "@dockstat/plugin-handler/builder";
 * import { assertEquals } from "@std/assert";
 *
 * interface Start {
 *   id: number;
 *   container: string;
 * }
 *
 * const events = createEvents<Start>({
 *   onContainerStart: (container, { table }) => {
 *     table?.insert({ container: container.name });
 *   },
 *   "image:pulled": (image, { logger }) => logger.info(image.id),
 *   "backup:done": ({ bytes }, { logger }) => logger.info(`${bytes} bytes`),
 * });
 * assertEquals(Object.keys(events).length, 3);
 * ```
 */
export function createEvents<T = Untyped>(
  events: Partial<EVENTS<T>>,
): Partial<EVENTS<T>> {
  return events;
}
