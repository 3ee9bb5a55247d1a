/**
 * The hooks of all plugins as functions, for hosts that call them themselves.
 *
 * @module
 */
import { canonicalEvent, eventAliases } from "../../plugin/event_names.ts";
import type { HookHandlers } from "../../plugin/plugin.ts";
import type { LoadedPlugin } from "../../execution/loaded_plugin.ts";
import type { HookLane } from "./hook_lane.ts";

/**
 * Collects the hooks of the loaded plugins.
 *
 * @param plugins The loaded plugins, and what calls their hooks.
 * @returns The hooks by plugin id, under the names that the plugin gave them;
 * they answer to the names of the other dialect too. Plugins without hooks are
 * left out.
 */
export function hookHandlers(
  plugins: Iterable<readonly [LoadedPlugin, readonly HookLane[]]>,
): Map<number, HookHandlers> {
  return new Map(
    [...plugins].filter(([, lanes]) => lanes.length > 0)
      .map(([plugin, lanes]) => [plugin.id, handlersOf(plugin, lanes)]),
  );
}

function handlersOf(
  plugin: LoadedPlugin,
  lanes: readonly HookLane[],
): HookHandlers {
  const aliases: Record<string, unknown> = {};
  // Inherited, so that listing the hooks shows what the plugin wrote.
  const handlers: Record<string, unknown> = Object.create(aliases);
  const calls = new Map(lanes.map((lane) => [lane.event, bothShapes(lane)]));
  for (const event of plugin.contributions.events) {
    const canonical = canonicalEvent(event);
    const handler = calls.get(canonical);
    for (const alias of eventAliases(canonical)) aliases[alias] = handler;
    handlers[event] = handler;
  }
  return handlers as HookHandlers;
}

/**
 * The original's hosts call `hook({ container, logger, table })`; a plugin that
 * expects `hook(container, { logger, table })` must get what it expects. The
 * host decides on the order of calls, and gets what the hook returns.
 */
function bothShapes(lane: HookLane): (first: unknown) => Promise<unknown> {
  return async (first) =>
    await lane.callNow(isEnvelope(first) ? first.container : first);
}

function isEnvelope(value: unknown): value is { container: unknown } {
  return typeof value === "object" && value !== null &&
    Object.hasOwn(value, "container") && Object.hasOwn(value, "logger");
}
