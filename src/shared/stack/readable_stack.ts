/**
 * Shows errors from plugins' code under the plugins' names.
 *
 * @module
 */
import { clip, MAX_STACK } from "../text/clip.ts";
import { messageOf } from "../errors.ts";
import {
  type ModuleOwner,
  nameAddresses,
  ownerOfStack,
} from "./module_labels.ts";

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
    if (!isError(error) || seen.has(error)) continue;
    seen.add(error);
    const owner = stackOwner(error);
    if (owner !== undefined) named.set(error, owner);
    nameIn(error, "stack");
    nameIn(error, "message");
    waiting.push(read(error, "cause"));
    const errors = read(error, "errors");
    if (Array.isArray(errors)) waiting.push(...errors.slice(0, MAX_DEPTH));
  }
}

/** What plugin code throws may throw in turn where it is looked at. */
function isError(value: unknown): value is Error {
  try {
    return value instanceof Error;
  } catch {
    return false;
  }
}

function read(error: Error, key: string): unknown {
  try {
    return Reflect.get(error, key);
  } catch {
    return undefined;
  }
}

/**
 * Whose code an error was made in.
 *
 * @returns The owner of the innermost module that is a plugin's.
 */
export function stackOwner(error: Error): ModuleOwner | undefined {
  const known = named.get(error);
  if (known !== undefined) return known;
  const stack = read(error, "stack");
  return typeof stack === "string" ? ownerOfStack(stack) : undefined;
}

/** An error may be frozen, or its stack be anything. */
function nameIn(error: Error, key: "message" | "stack"): void {
  const text = read(error, key);
  if (typeof text !== "string") return;
  const readable = nameAddresses(text);
  if (readable === text) return;
  try {
    Reflect.set(error, key, readable);
  } catch {
    // A setter of the plugin's.
  }
}

/**
 * The stack trace of an error under the plugins' names, its causes included.
 *
 * @returns The text for a log or a problem response.
 */
export function readableStack(thrown: unknown): string {
  const parts: string[] = [];
  const seen = new Set<unknown>();
  let current = thrown;
  do {
    seen.add(current);
    parts.push(clip(nameAddresses(textOf(current)), MAX_STACK));
    current = isError(current) ? read(current, "cause") : undefined;
  } while (
    current !== undefined && !seen.has(current) && seen.size < MAX_DEPTH
  );
  return parts.join("\nCaused by: ");
}

function textOf(thrown: unknown): string {
  if (!isError(thrown)) return messageOf(thrown);
  const stack = read(thrown, "stack");
  if (typeof stack === "string" && stack !== "") return stack;
  return `${messageOf(read(thrown, "name"))}: ${messageOf(thrown)}`;
}
