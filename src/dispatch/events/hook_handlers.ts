/**
 * The hooks of all plugins as functions, for hosts that call them themselves.
 *
 * @module
 */
import { isThenable } from "../../async/thenable.ts";
import { canonicalEvent, eventAliases } from "../../plugin/event_names.ts";
import type { HookHandlers, PluginIdentity } from "../../plugin/plugin.ts";
import type { LoadedPlugin } from "../../execution/loaded_plugin.ts";
import type { PluginError } from "../../shared/errors.ts";
import type { HookLane } from "./hook_queue.ts";

/** What hooks that were handed out ask when they are called. */
export interface HookLookUp {
  /**
   * What calls the hook by then; undefined where the plugin has none any more.
   *
   * @throws {PluginError} `PLUGIN_NOT_LOADED`.
   */
  readonly laneOf: (pluginId: number, event: string) => HookLane | undefined;
  /** Told whose an error is that the host may leave alone. */
  readonly claim: (error: PluginError, plugin: PluginIdentity) => void;
}

/**
 * Collects the hooks of the loaded plugins.
 *
 * @param plugins The loaded plugins, and what calls their hooks.
 * @param lookUp What the hooks ask when they are called.
 * @returns The hooks by plugin id, under the names that the plugin gave them;
 * they answer to the names of the other dialect too. Plugins without hooks are
 * left out.
 */
export function hookHandlers(
  plugins: Iterable<readonly [LoadedPlugin, readonly HookLane[]]>,
  lookUp: HookLookUp,
): Map<number, HookHandlers> {
  return new Map(
    [...plugins].filter(([, lanes]) => lanes.length > 0)
      .map(([plugin, lanes]) => [
        plugin.id,
        handlersOf(plugin, lanes, lookUp),
      ]),
  );
}

function handlersOf(
  plugin: LoadedPlugin,
  lanes: readonly HookLane[],
  lookUp: HookLookUp,
): HookHandlers {
  const aliases: Record<string, unknown> = {};
  // Inherited, so that listing the hooks shows what the plugin wrote.
  const handlers: Record<string, unknown> = Object.create(aliases);
  const { id, name, version } = plugin;
  const calls = new Map(
    lanes.map(({ event }) => [
      event,
      handedOut({ id, name, version }, event, lookUp),
    ]),
  );
  for (const event of plugin.contributions.events) {
    const canonical = canonicalEvent(event);
    const handler = calls.get(canonical);
    for (const alias of eventAliases(canonical)) aliases[alias] = handler;
    handlers[event] = handler;
  }
  return handlers as HookHandlers;
}

/**
 * The original's hosts call `hook({ container, logger, table })`, or `hook(a, b,
 * { logger, table })`; a plugin that expects `hook(container, { logger, table })`
 * must get what it expects. The host decides on the order of calls, and gets
 * what the hook returns. What the hook throws is thrown to the host, and what it
 * rejects with is the plugin's late error where the host does not await it.
 */
function handedOut(
  plugin: PluginIdentity,
  event: string,
  { laneOf, claim }: HookLookUp,
): (...given: unknown[]) => Promise<unknown> {
  const claimed = (error: unknown) => {
    claim(error as PluginError, plugin);
    return error;
  };
  return (...given) => {
    let lane: HookLane | undefined;
    try {
      lane = laneOf(plugin.id, event);
    } catch (error) {
      return Promise.reject(claimed(error));
    }
    const [payload, extra] = argumentsOf(given);
    try {
      const value = lane?.callNow(payload, extra);
      return isThenable(value)
        ? Promise.resolve(value).catch((error) => {
          throw claimed(error);
        })
        : Promise.resolve(value);
    } catch (error) {
      throw claimed(error);
    }
  };
}

/** What the plugin's own logger and table take the place of is left out. */
function argumentsOf(
  given: readonly unknown[],
): [payload: unknown, extra: unknown] {
  const [first, second] = given;
  if (isContext(first) && Object.hasOwn(first, "container")) {
    return [first.container, undefined];
  }
  const isExtra = given.length > 2 || !isContext(second);
  return [first, isExtra ? second : undefined];
}

function isContext(value: unknown): value is { container?: unknown } {
  return typeof value === "object" && value !== null &&
    Object.hasOwn(value, "logger");
}
