/**
 * Reads JSON that a stranger wrote. `JSON.parse` gives the value; one walk
 * finds duplicate keys, of which it would silently keep the last one.
 *
 * @module
 */
import * as limits from "./read_document.ts";
import type { Issue } from "../errors.ts";
import { brokenJson } from "./json_error.ts";

const MAX_ISSUES = 10;

/** Reads a text as JSON, without comments and trailing commas. */
export function readJson(text: string): limits.ReadDocument {
  const { issues, refusal } = walk(text);
  if (refusal) return refusal;
  try {
    return { value: JSON.parse(text), issues };
  } catch (cause) {
    return brokenJson(cause, text);
  }
}

/** An object with its keys so far, or an array, and where the walk is in it. */
type Level = { keys?: Set<string>; at: string | number; awaitsKey: boolean };

/** What it finds holds for a text that `JSON.parse` takes. */
function walk(text: string) {
  const levels: Level[] = [];
  const issues: Issue[] = [];
  const signs = /["{}[\],]/g;
  for (let values = 1, sign = signs.exec(text); sign; sign = signs.exec(text)) {
    const { index: offset, 0: char } = sign;
    const level = levels.at(-1);
    if (char === '"') {
      signs.lastIndex = endOfString(text, offset);
      if (!level?.awaitsKey) continue;
      const problem = enter(
        level,
        unquote(text.slice(offset, signs.lastIndex)),
      );
      if (problem === undefined) continue;
      const path = levels.map(({ at }) => at);
      issues.push(limits.issueAt(problem, { path, text, offset }));
    } else if (char === "}" || char === "]") levels.pop();
    else if (values++, char === "{") {
      levels.push({ keys: new Set(), at: "", awaitsKey: true });
    } else if (char === "[") levels.push({ at: 0, awaitsKey: false });
    else if (level?.keys) level.awaitsKey = true;
    else if (level) level.at = Number(level.at) + 1;
    const message = limits.refusalOf(levels.length, values);
    const refusal = message && limits.unreadable(message, text, offset);
    if (refusal || issues.length === MAX_ISSUES) return { issues, refusal };
  }
  return { issues };
}

/** Goes to a key, and tells what is wrong with it. */
function enter(level: Level, key: string): string | undefined {
  const isKnown = level.keys!.has(key);
  level.keys!.add(level.at = key);
  level.awaitsKey = false;
  if (key === "__proto__") return limits.FORBIDDEN_KEY;
  return isKnown ? "is a duplicate key" : undefined;
}

function unquote(quoted: string): string {
  try {
    return JSON.parse(quoted);
  } catch {
    return quoted;
  }
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  for (; end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end;
    while (text[before - 1] === "\\") before--;
    if ((end - before) % 2 === 0) return end + 1;
  }
  return text.length;
}
