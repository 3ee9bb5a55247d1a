/**
 * What the host is told of something that plugin code threw: an error with its
 * causes, cut to what a reader can use. Whatever it holds, it crosses. The
 * guest cuts it, and the host again, which cannot believe that.
 *
 * @module
 */
import { clip, MAX_MESSAGE } from "../../shared/text/clip.ts";
import { messageOf } from "../../shared/errors.ts";
import { crossingValue } from "./crossing_value.ts";
import { ERRORS } from "./codec_tags.ts";
import { Encoder } from "./encoder.ts";

/** Longer chains of causes, and wider ones, are somebody's joke. */
const MAX_ERRORS = 20;
/** How much of a stack trace is told. */
const MAX_STACK = 16 * 1024;
/** What is said about an input. */
const MAX_ISSUES = 100;
/** What was thrown and is no error may be so large. */
const MAX_THROWN_BYTES = 64 * 1024;

/**
 * Makes what was thrown fit to cross.
 *
 * @returns An error of plain parts, or another value.
 */
export function toldError(thrown: unknown): unknown {
  return new Telling().of(thrown);
}

/** One thrown value being told. */
class Telling {
  readonly #told = new Set<unknown>();

  of(thrown: unknown): unknown {
    try {
      return thrown instanceof Error ? this.#error(thrown) : plain(thrown);
    } catch {
      // A getter of the plugin's threw in turn.
      return clip(messageOf(thrown), MAX_MESSAGE);
    }
  }

  #error(error: Error): unknown {
    if (this.#told.has(error) || this.#told.size >= MAX_ERRORS) {
      return undefined;
    }
    this.#told.add(error);
    const message = clip(String(error.message), MAX_MESSAGE);
    const errors = listOf((error as Partial<AggregateError>).errors)
      ?.slice(0, MAX_ERRORS).map((it) => this.of(it));
    const name = clip(String(error.name), 200);
    const told = errors === undefined
      ? new (ERRORS[name] ?? Error)(message)
      : new AggregateError(errors, message);
    if (told.name !== name) define(told, "name", name);
    define(told, "stack", clip(String(error.stack ?? ""), MAX_STACK));
    const cause = Object.hasOwn(error, "cause")
      ? this.of(error.cause)
      : undefined;
    if (cause !== undefined) define(told, "cause", cause);
    return Object.assign(told, parts(error));
  }
}

/** What an error says beside the usual, such as `code`. */
function parts(error: Error): Record<string, unknown> {
  const told: Record<string, unknown> = {};
  for (const key of Object.keys(error).slice(0, MAX_ERRORS)) {
    if (USUAL.has(key)) continue;
    const value: unknown = Reflect.get(error, key);
    if (typeof value === "string") told[key] = clip(value, MAX_MESSAGE);
    else if (key === "issues") told[key] = listOf(value)?.map(issue);
    else if (key === "columns") told[key] = texts(value);
    else if (value === null || PRIMITIVES.has(typeof value)) told[key] = value;
  }
  return told;
}

const USUAL: ReadonlySet<string> = new Set([
  "name",
  "message",
  "stack",
  "cause",
  "errors",
]);
const PRIMITIVES: ReadonlySet<string> = new Set(["number", "boolean"]);

function issue(value: unknown): unknown {
  const { message, path, line } = Object(value);
  return {
    message: typeof message === "string" ? clip(message, MAX_MESSAGE) : "",
    path:
      listOf(path)?.filter((step) =>
        typeof step === "string" || typeof step === "number"
      ).map((step) => typeof step === "string" ? clip(step, 200) : step) ?? [],
    ...(typeof line === "number" ? { line } : {}),
  };
}

function texts(value: unknown): string[] | undefined {
  return listOf(value)?.filter((text) => typeof text === "string")
    .map((text) => clip(text, 200));
}

function listOf(value: unknown): unknown[] | undefined {
  return Array.isArray(value) ? value.slice(0, MAX_ISSUES) : undefined;
}

function plain(thrown: unknown): unknown {
  if (typeof thrown === "string") return clip(thrown, MAX_MESSAGE);
  const value = crossingValue(thrown);
  if (new Encoder(0).encode(value).length > MAX_THROWN_BYTES) {
    return clip(messageOf(thrown), MAX_MESSAGE);
  }
  return value;
}

function define(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, {
    value,
    writable: true,
    configurable: true,
  });
}
