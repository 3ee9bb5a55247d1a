/**
 * Shows errors from plugins' code under the plugins' names.
 *
 * @module
 */
import { messageOf } from "./errors.ts";
import {
  type ModuleOwner,
  nameAddresses,
  ownerOfStack,
} from "./module_names.ts";

/** Longer chains of causes are somebody's joke. */
const MAX_DEPTH = 20;

/** Named stack traces no longer tell which module their frames are of. */
const named = new WeakMap<Error, ModuleOwner>();

/**
 * Puts plugins' names into an error's message and stack trace, and into those
 * of its causes, in place of the addresses that their modules were imported by.
 *
 * @param thrown What was thrown; anything that is no error is left alone.
 */
export function nameStack(thrown: unknown): void {
  const seen = new Set<unknown>();
  const waiting = [thrown];
  while (waiting.length > 0 && seen.size < MAX_DEPTH) {
    const error = waiting.pop();
    if (!(error instanceof Error) || seen.has(error)) continue;
    seen.add(error);
    const owner = stackOwner(error);
    if (owner !== undefined) named.set(error, owner);
    nameIn(error, "stack");
    nameIn(error, "message");
    waiting.push(error.cause);
    if (error instanceof AggregateError) waiting.push(...error.errors);
  }
}

/**
 * Whose code an error was made in.
 *
 * @param error What was thrown.
 * @returns The owner of the innermost module that is a plugin's.
 */
export function stackOwner(error: Error): ModuleOwner | undefined {
  const known = named.get(error);
  if (known !== undefined) return known;
  const stack: unknown = error.stack;
  return typeof stack === "string" ? ownerOfStack(stack) : undefined;
}

/** An error may be frozen, or its stack be anything. */
function nameIn(error: Error, key: "message" | "stack"): void {
  const text: unknown = error[key];
  if (typeof text !== "string") return;
  const readable = nameAddresses(text);
  if (readable !== text) Reflect.set(error, key, readable);
}

/**
 * The stack trace of an error under the plugins' names, its causes included.
 *
 * @param thrown What was thrown.
 * @returns The text for a log or a problem response.
 */
export function readableStack(thrown: unknown): string {
  const parts: string[] = [];
  const seen = new Set<unknown>();
  let current = thrown;
  do {
    seen.add(current);
    parts.push(nameAddresses(textOf(current)));
    current = current instanceof Error ? current.cause : undefined;
  } while (
    current !== undefined && !seen.has(current) && seen.size < MAX_DEPTH
  );
  return parts.join("\nCaused by: ");
}

function textOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return messageOf(thrown);
  return typeof thrown.stack === "string" && thrown.stack !== ""
    ? thrown.stack
    : `${thrown.name}: ${thrown.message}`;
}
