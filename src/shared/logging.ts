/**
 * Log categories, and the logger that plugins are handed. Nothing is printed
 * until the host configures LogTape.
 *
 * @module
 */
import { getLogger, type Logger } from "@logtape/logtape";
import type { PluginLogger } from "./plugin_identity.ts";

const ROOT = "plugin-handler";

/**
 * The logger of a part of the handler.
 *
 * @param parents The categories in front of the handler's own.
 * @param parts The categories below it.
 * @returns The logger for `[...parents, "plugin-handler", ...parts]`.
 */
export function handlerLogger(
  parents: readonly string[],
  ...parts: string[]
): Logger {
  return getLogger([...parents, ROOT, ...parts.map(categoryOf)]);
}

/** LogTape keeps children in an object, and takes what it inherits for one. */
function categoryOf(part: string): string {
  return part in Object.prototype ? `"${part}"` : part;
}

/**
 * The logger that a plugin's actions and hooks receive.
 *
 * @param parents The categories in front of the handler's own.
 * @param name The plugin's name, its category.
 * @returns A logger that takes messages as they are.
 */
export function pluginLogger(
  parents: readonly string[],
  name: string,
): PluginLogger {
  const logger = handlerLogger(parents, name);
  return Object.freeze({
    error: (message: string) => logger.error(literal(message)),
    warn: (message: string) => logger.warn(literal(message)),
    info: (message: string) => logger.info(literal(message)),
    debug: (message: string) => logger.debug(literal(message)),
  });
}

/**
 * A message as it is: LogTape reads `{name}` as a placeholder, and a plugin's
 * text has none.
 *
 * @param message The text.
 * @returns The text for LogTape.
 */
export function literal(message: unknown): string {
  const text = String(message);
  return text.includes("{") || text.includes("}")
    ? text.replaceAll("{", "{{").replaceAll("}", "}}")
    : text;
}
