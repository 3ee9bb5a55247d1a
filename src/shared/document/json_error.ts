/**
 * Tells where a text breaks off from being JSON.
 *
 * @module
 */
import { type ReadDocument, unreadable } from "./read_document.ts";
import { messageOf } from "../errors.ts";

/** How V8's messages end that tell no place. */
const PLACELESS = / is not valid JSON$/;

/** What `JSON.parse` says of a text that it refuses, with the place. */
export function brokenJson(cause: unknown, text: string): ReadDocument {
  const problem = messageOf(cause);
  const words = problem.replace(/( in JSON)? at position.*|, \.*".*/s, "");
  return unreadable(words, text, offsetOf(problem, text));
}

function offsetOf(problem: string, text: string): number {
  const told = PLACELESS.test(problem) ? null : /position (\d+)/.exec(problem);
  if (told) return Number(told[1]);
  // A text that ends before the place has another error, or none.
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (PLACELESS.test(problemOf(text.slice(0, middle + 1)))) high = middle;
    else low = middle + 1;
  }
  return low;
}

function problemOf(text: string): string {
  try {
    JSON.parse(text);
    return "";
  } catch (cause) {
    return messageOf(cause);
  }
}
