/**
 * Headers that came from a guest. The runtime makes and lists them in a time
 * that grows with more than their number: ten thousand take a minute.
 *
 * @module
 */
import { malformed } from "./byte_reader.ts";

/** More than any answer has. */
const MAX_HEADERS = 100;
/** How many characters all of them may have. */
const MAX_CHARACTERS = 64 * 1024;

/**
 * Checks headers before anything is made of them.
 *
 * @throws {PluginError} `SANDBOX_CRASHED` where it is none, or too many.
 */
export function checkedHeaders(value: unknown): [string, string][] {
  if (!Array.isArray(value)) throw malformed("its headers are none");
  if (value.length > MAX_HEADERS) {
    throw malformed(`it has more than ${MAX_HEADERS} headers`);
  }
  let characters = 0;
  for (const pair of value) {
    if (!isPair(pair)) throw malformed("its headers are none");
    characters += pair[0].length + pair[1].length;
  }
  if (characters > MAX_CHARACTERS) {
    throw malformed(`its headers have more than ${MAX_CHARACTERS} characters`);
  }
  return value;
}

function isPair(value: unknown): value is [string, string] {
  return Array.isArray(value) && value.length === 2 &&
    typeof value[0] === "string" && typeof value[1] === "string";
}
