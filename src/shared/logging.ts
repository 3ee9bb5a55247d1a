/**
 * Log categories, and the logger that plugins are handed. LogTape is the host's:
 * where the host has not imported it nobody listens, and nothing of it is read.
 *
 * @module
 */
import type { PluginLogger } from "./plugin_identity.ts";

const ROOT = "plugin-handler";

/** Where LogTape keeps its loggers, whichever of its copies is in use. */
const LOGTAPE = Symbol.for("logtape.rootLogger");

/** What is used of a logger of LogTape's. */
export interface HandlerLogger {
  /** Something failed. */
  error(message: string, properties?: Record<string, unknown>): void;
  /** Something is odd. */
  warn(message: string, properties?: Record<string, unknown>): void;
  /** Something happened. */
  info(message: string, properties?: Record<string, unknown>): void;
  /** Something for whoever looks for a fault. */
  debug(message: string, properties?: Record<string, unknown>): void;
}

/** LogTape's uppermost logger. */
interface RootLogger {
  getChild(categories: readonly string[]): HandlerLogger;
}

/**
 * The logger of a part of the handler.
 *
 * @param parents The categories in front of the handler's own.
 * @returns The logger for `[...parents, "plugin-handler", ...parts]`.
 */
export function handlerLogger(
  parents: readonly string[],
  ...parts: string[]
): HandlerLogger {
  return new LateLogger([...parents, ROOT, ...parts.map(categoryOf)]);
}

/** Finds LogTape whenever there is something to say. */
class LateLogger implements HandlerLogger {
  readonly #categories: readonly string[];
  #root: RootLogger | undefined;
  #logger: HandlerLogger | undefined;

  constructor(categories: readonly string[]) {
    this.#categories = categories;
  }

  error(message: string, properties?: Record<string, unknown>): void {
    this.#current()?.error(message, properties);
  }

  warn(message: string, properties?: Record<string, unknown>): void {
    this.#current()?.warn(message, properties);
  }

  info(message: string, properties?: Record<string, unknown>): void {
    this.#current()?.info(message, properties);
  }

  debug(message: string, properties?: Record<string, unknown>): void {
    this.#current()?.debug(message, properties);
  }

  #current(): HandlerLogger | undefined {
    const root: RootLogger | undefined = Reflect.get(globalThis, LOGTAPE);
    if (root !== this.#root) {
      this.#root = root;
      this.#logger = root?.getChild(this.#categories);
    }
    return this.#logger;
  }
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
 */
export function literal(message: unknown): string {
  const text = String(message);
  return text.includes("{") || text.includes("}")
    ? text.replaceAll("{", "{{").replaceAll("}", "}}")
    : text;
}
