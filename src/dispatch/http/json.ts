/**
 * Writes values as JSON.
 *
 * @module
 */
import { messageOf, PluginError } from "../../shared/errors.ts";

/** Of ECMAScript 2025; TypeScript's library does not have it yet. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/**
 * Writes a value as JSON, big integers as numbers with all their digits.
 *
 * @throws {PluginError} `ACTION_FAILED` where the value has no JSON form. The
 * message is to be read after the name of the action.
 */
export function toJson(value: unknown): string {
  const text = attempt(value);
  // Functions and symbols have no JSON form, and raise no error either.
  if (text === undefined) throw formless(`it is a ${typeof value}`);
  return text;
}

function attempt(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    try {
      // Asking about every member makes it several times slower.
      return JSON.stringify(value, withoutBigInts);
    } catch {
      throw formless(messageOf(cause), cause);
    }
  }
}

function withoutBigInts(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? rawJSON(String(value)) : value;
}

function formless(state: string, cause?: unknown): PluginError {
  return new PluginError(
    "ACTION_FAILED",
    `its value has no JSON form (${
      state.split("\n", 1)[0]
    }); return plain data, a string or a Response`,
    { cause },
  );
}
