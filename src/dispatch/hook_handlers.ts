/**
 * The hooks of all plugins as functions, for hosts that call them themselves.
 *
 * @module
 */
import { canonicalEvent, eventAliases } from "../event_names.ts";
import type { HookHandlers } from "../plugin.ts";
import type { LoadedPlugin } from "../runtime/loaded_plugin.ts";
import type { PluginRegistry } from "../runtime/plugin_registry.ts";
import type { RunHook } from "../runtime/plugin_runner.ts";

/**
 * Collects the hooks of the loaded plugins.
 *
 * @param registry The loaded plugins.
 * @returns The hooks by plugin id, under the names that the plugin gave them;
 * they answer to the names of the other dialect too. Plugins without hooks are
 * left out.
 */
export function hookHandlers(
  registry: PluginRegistry,
): Map<number, HookHandlers> {
  return new Map(
    [...registry].filter(({ contributions }) => contributions.events.length > 0)
      .map((plugin) => [plugin.id, handlersOf(plugin)]),
  );
}

function handlersOf(plugin: LoadedPlugin): HookHandlers {
  const aliases: Record<string, unknown> = {};
  // Inherited, so that listing the hooks shows what the plugin wrote.
  const handlers: Record<string, unknown> = Object.create(aliases);
  for (const event of plugin.contributions.events) {
    const canonical = canonicalEvent(event);
    const handler = bothShapes(plugin.hooks.get(canonical)!);
    for (const alias of eventAliases(canonical)) aliases[alias] = handler;
    handlers[event] = handler;
  }
  return handlers as HookHandlers;
}

/**
 * The original's hosts call `hook({ container, logger, table })`; a plugin that
 * expects `hook(container, { logger, table })` must get what it expects.
 */
function bothShapes(run: RunHook): (first: unknown) => Promise<unknown> {
  return async (first) =>
    await run(isEnvelope(first) ? first.container : first);
}

function isEnvelope(value: unknown): value is { container: unknown } {
  return typeof value === "object" && value !== null &&
    Object.hasOwn(value, "container") && Object.hasOwn(value, "logger");
}
