/**
 * How values are stored in a JSON column, whose numeric affinity turns text
 * that looks like a number into one.
 *
 * @module
 */
import { messageOf } from "../../shared/errors.ts";
import { storeError } from "../store_error.ts";

/**
 * What is stored for a value. A string is stored as it is only when it is JSON
 * that loses nothing by being read and written again, and quoted otherwise, so
 * that `"007"` stays a string.
 */
export function encodeJson(value: unknown): unknown {
  if (typeof value === "string") {
    return isExactJson(value) ? value : JSON.stringify(value);
  }
  if (typeof value === "boolean") return String(value);
  const isPlain = typeof value === "object" && value !== null &&
    !(value instanceof Uint8Array);
  return isPlain ? stringify(value) : value;
}

/**
 * What a cell stands for; text that is no JSON is itself, and so is a number
 * that would lose digits.
 */
export function decodeJson(cell: unknown): unknown {
  if (typeof cell !== "string") return cell;
  try {
    const value = JSON.parse(cell);
    return typeof value === "number" && String(value) !== cell ? cell : value;
  } catch {
    return cell;
  }
}

/** Whether a text is JSON that reads and writes back as the same text. */
export function isExactJson(text: string): boolean {
  try {
    return JSON.stringify(JSON.parse(text)) === text;
  } catch {
    return false;
  }
}

function stringify(value: object): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    throw storeError(`Cannot write JSON: ${messageOf(error)}`, error);
  }
}
