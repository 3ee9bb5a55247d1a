/**
 * Logs what goes wrong in plugins: each failure at once, and what repeats summed
 * up every ten seconds, so that no client can flood the log.
 *
 * @module
 */
import { clip } from "../../shared/text/clip.ts";
import { PluginError } from "../../shared/errors.ts";
import { handlerLogger, literal } from "../../shared/logging.ts";
import { readableStack } from "../../shared/stack/readable_stack.ts";
import { Timer } from "../../async/timer.ts";
import { hostsTrouble, type PluginFailure } from "../../execution/mod.ts";
import type { PluginIdentity } from "../../plugin/plugin.ts";

/** How long repetitions are summed up. */
const WINDOW_MS = 10_000;

/** A failure that may repeat. */
interface Repetition {
  /** What the log shows it under, for clients that see no more than that. */
  readonly errorId: string;
  /** Logs one line. */
  readonly log: (headline: string, more: Record<string, unknown>) => void;
  /** How often it happened since the last line. */
  count: number;
  readonly timer: Timer;
}

/** Logs failures. */
export class FailureLog implements Disposable {
  readonly #parents: readonly string[];
  readonly #repetitions = new Map<string, Repetition>();
  readonly #ids = new WeakMap<object, string>();
  #disposed = false;

  /**
   * @param parents The categories in front of the handler's own.
   */
  constructor(parents: readonly string[]) {
    this.#parents = parents;
  }

  /**
   * Logs a failure.
   *
   * @param plugin Whose it is.
   */
  note(plugin: Omit<PluginIdentity, "id">, failure: PluginFailure): void {
    const { error, kind, name } = failure;
    const key = [plugin.name, kind, name, codeOf(error)].join("\n");
    let known = this.#repetitions.get(key);
    if (known === undefined) {
      known = this.#begin(key, plugin, failure);
      known.log("", { error, stack: readableStack(error) });
    } else known.count++;
    if (typeof error === "object" && error !== null) {
      this.#ids.set(error, known.errorId);
    }
  }

  /**
   * What the log shows an error under. One that is not logged yet is logged.
   */
  idOf(error: unknown): string {
    const known = typeof error === "object" && error !== null
      ? this.#ids.get(error)
      : undefined;
    if (known !== undefined) return known;
    const errorId = newId();
    const stack = readableStack(error);
    handlerLogger(this.#parents).error(
      literal(`A request failed (${codeOf(error)})\n${stack}`),
      { code: codeOf(error), error, stack, errorId },
    );
    if (typeof error === "object" && error !== null) {
      this.#ids.set(error, errorId);
    }
    return errorId;
  }

  /** Logs what has been summed up so far; from then on nothing is. */
  [Symbol.dispose](): void {
    this.#disposed = true;
    for (const repetition of this.#repetitions.values()) {
      repetition.timer.stop();
      sumUp(repetition);
    }
    this.#repetitions.clear();
  }

  #begin(
    key: string,
    { name: plugin, version }: Omit<PluginIdentity, "id">,
    failure: PluginFailure,
  ): Repetition {
    const { error, kind, name } = failure;
    const isHosts = hostsTrouble(error) !== undefined;
    const logger = handlerLogger(this.#parents, ...(isHosts ? [] : [plugin]));
    const errorId = newId();
    const shared = {
      plugin,
      version,
      ...(kind === "action" ? { action: name } : {}),
      ...(kind === "hook" ? { event: name } : {}),
      code: codeOf(error),
      errorId,
    };
    const headline = `${whatFailed(plugin, failure)} (${codeOf(error)})`;
    const level = isRefusal(failure) ? "warn" : "error";
    const repetition = {
      errorId,
      count: 0,
      log: (times: string, more: Record<string, unknown>) => {
        const stack = "stack" in more ? `\n${more.stack}` : "";
        logger[level](literal(`${headline}${times}${stack}`), {
          ...shared,
          ...more,
        });
      },
      timer: new Timer(WINDOW_MS, () => this.#next(key)).unref(),
    };
    if (this.#disposed) repetition.timer.stop();
    else this.#repetitions.set(key, repetition);
    return repetition;
  }

  #next(key: string): void {
    const repetition = this.#repetitions.get(key);
    if (repetition === undefined) return;
    this.#repetitions.delete(key);
    if (repetition.count === 0) return;
    sumUp(repetition);
    const timer = new Timer(WINDOW_MS, () => this.#next(key)).unref();
    this.#repetitions.set(key, { ...repetition, count: 0, timer });
  }
}

function sumUp({ count, log }: Repetition): void {
  if (count > 0) log(`, and ${count} more times in 10 s`, { count });
}

function whatFailed(plugin: string, failure: PluginFailure): string {
  const { kind, name, error } = failure;
  if (hostsTrouble(error) !== undefined && name !== undefined) {
    return `The host could not do what ${kind} "${name}" of plugin "${plugin}" asked for`;
  }
  switch (kind) {
    case "action":
      return `Action "${name}" of plugin "${plugin}" failed`;
    case "hook":
      return `Hook "${name}" of plugin "${plugin}" failed`;
    case "load":
      return `Plugin "${plugin}" did not load`;
    case "crash":
      return `The process of plugin "${plugin}" crashed`;
    case "late":
      return `Plugin "${plugin}" failed outside of any call`;
  }
}

/** What was refused is nothing that somebody has to look at. */
function isRefusal({ kind, error }: PluginFailure): boolean {
  return kind === "action" && error instanceof PluginError &&
    error.status < 500;
}

function codeOf(error: unknown): string {
  try {
    if (error instanceof PluginError) return error.code;
    return error instanceof Error ? clip(String(error.name)) : typeof error;
  } catch {
    return typeof error;
  }
}

function newId(): string {
  return crypto.randomUUID().slice(0, 8);
}
