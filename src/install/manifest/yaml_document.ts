/**
 * Reads YAML 1.2 so that every value's line is known.
 *
 * The `yaml` package is used and not `@std/yaml`: it resolves scalars as YAML
 * 1.2 does (`014` is fourteen, `1_000` a text), tells where each node stands,
 * bounds aliases, and can be asked for tokens before a tree is built.
 *
 * @module
 */
import process from "node:process";
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  parseDocument,
} from "yaml";
import type { Issue } from "../../shared/errors.ts";
import { clip } from "./issues.ts";
import {
  findForbidden,
  MAX_TOKENS,
  type SourceDocument,
  TOO_COMPLEX,
  TOO_DEEP,
  unreadable,
} from "./source_document.ts";

/** How many nodes aliases may add; more is an attempt to exhaust memory. */
const MAX_ALIASES = 100;

/**
 * Reads a text as one YAML 1.2 document, in the core schema.
 *
 * @param text The text.
 * @returns What it says, or what is wrong with it.
 */
export function readYaml(text: string): SourceDocument {
  const refused = refuseByTokens(text);
  if (refused) return refused;
  const lines = new LineCounter();
  const document = withoutEnvironment(() =>
    parseDocument(text, {
      lineCounter: lines,
      logLevel: "error",
      prettyErrors: false,
      schema: "core",
      uniqueKeys: true,
      version: "1.2",
    })
  );
  function lineOf(path: readonly PropertyKey[]): number | undefined {
    return lines.linePos(offsetOf(document.contents, path)).line;
  }
  const issueOf = ({ code, message, pos }: Problem): Issue => ({
    message: wordsOf(code, message),
    path: [],
    line: lines.linePos(pos[0]).line,
  });
  const warnings = document.warnings.map(issueOf);
  const errors = onlyCauses(document.errors).map(issueOf);
  if (errors.length > 0) {
    return { value: undefined, issues: errors, warnings, lineOf };
  }
  return { ...readValue(document), warnings, lineOf };
}

/** The package asks for variables that hosts need not allow it to read. */
function withoutEnvironment<R>(run: () => R): R {
  const { env } = process;
  process.env = {};
  try {
    return run();
  } finally {
    process.env = env;
  }
}

/** Nesting without an end reports itself on every level; once is enough. */
function onlyCauses(errors: Document["errors"]): Document["errors"] {
  const deep = errors.find(({ code }) => code === "RESOURCE_EXHAUSTION");
  return deep ? [deep] : errors.slice(0, 10);
}

function wordsOf(code: Problem["code"], message: string): string {
  if (code === "RESOURCE_EXHAUSTION") return TOO_DEEP;
  if (code === "DUPLICATE_KEY") return "is a duplicate key";
  return lowerFirst(clip(message));
}

type Problem = Document["errors"][number] | Document["warnings"][number];

function readValue(
  document: Document,
): Pick<SourceDocument, "value" | "issues"> {
  try {
    const value = document.toJS({ maxAliasCount: MAX_ALIASES });
    return { value, issues: findForbidden(value) };
  } catch (cause) {
    if (!(cause instanceof ReferenceError)) throw cause;
    const message = cause.message.startsWith("Excessive")
      ? `expands to more than ${MAX_ALIASES} aliased nodes`
      : lowerFirst(clip(cause.message));
    return { value: undefined, issues: [{ message, path: [] }] };
  }
}

/**
 * Counts tokens before a tree is built. Broken escapes are found here as well:
 * the parser would make an error of each, and a hostile text holds millions.
 */
function refuseByTokens(text: string): SourceDocument | undefined {
  let count = 0;
  let line = 1;
  for (const token of new Lexer().lex(text)) {
    if (++count > MAX_TOKENS) return unreadable(TOO_COMPLEX, line);
    const broken = token.startsWith('"') ? findBrokenEscape(token) : -1;
    if (broken >= 0) {
      const escape = JSON.stringify(token.slice(broken, broken + 2));
      const message = `has an invalid escape sequence: ${escape}`;
      return unreadable(message, line + countLines(token.slice(0, broken)));
    }
    line += countLines(token);
  }
  return undefined;
}

/** What may follow a backslash in double quotes. */
const ESCAPE =
  /\\(?:[0abt\tnvfre "/\\N_LP\r\n]|x[\dA-Fa-f]{2}|u[\dA-Fa-f]{4}|U00(?:0[\dA-Fa-f]|10)[\dA-Fa-f]{4})/y;

function findBrokenEscape(token: string): number {
  let at = token.indexOf("\\");
  while (at >= 0) {
    ESCAPE.lastIndex = at;
    if (!ESCAPE.test(token)) return at;
    at = token.indexOf("\\", ESCAPE.lastIndex);
  }
  return -1;
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    count++;
  }
  return count;
}

/** Where the deepest node on a path begins, at its key where it has one. */
function offsetOf(root: unknown, path: readonly PropertyKey[]): number {
  let node = root;
  let offset = startOf(node);
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key: name }) =>
        isScalar(name) && String(name.value) === String(key)
      );
      if (!pair) break;
      offset = startOf(pair.key);
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      offset = startOf(node) || offset;
    } else break;
  }
  return offset;
}

function startOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
