/**
 * Reads JSON so that every value's line is known.
 *
 * @module
 */
import {
  createScanner,
  findNodeAtLocation,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import type { Issue } from "../../shared/errors.ts";
import { LineIndex } from "./line_index.ts";
import {
  findForbidden,
  MAX_DEPTH,
  MAX_TOKENS,
  type SourceDocument,
  TOO_COMPLEX,
  TOO_DEEP,
  unreadable,
} from "./source_document.ts";

/**
 * Reads a text as JSON, without comments and trailing commas.
 *
 * @param text The text.
 * @returns What it says, or what is wrong with it.
 */
export function readJson(text: string): SourceDocument {
  const refused = refuseByTokens(text);
  if (refused) return refused;
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true });
  const lines = new LineIndex(text);
  const issues = errors.slice(0, 10).map((error) => ({
    message: wordsOf(error),
    path: [],
    line: lines.lineAt(error.offset),
  }));
  if (issues.length > 0) return { ...unreadable(""), issues };
  return root ? readTree(text, root, lines) : unreadable("is empty", 1);
}

function readTree(text: string, root: Node, lines: LineIndex): SourceDocument {
  function lineOf(path: readonly PropertyKey[]): number | undefined {
    return lines.lineAt(closestNode(root, path).offset);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return unreadable((cause as SyntaxError).message);
  }
  const issues = [...findDuplicates(root, lines), ...findForbidden(value)];
  return { value, issues, warnings: [], lineOf };
}

/** Counts tokens and depth before anything recurses or builds a tree. */
function refuseByTokens(text: string): SourceDocument | undefined {
  const scanner = createScanner(text, true);
  let tokens = 0;
  let depth = 0;
  while (scanner.scan(), scanner.getTokenLength() > 0) {
    const first = text.charAt(scanner.getTokenOffset());
    if (first === "{" || first === "[") depth++;
    if (first === "}" || first === "]") depth--;
    const line = scanner.getTokenStartLine() + 1;
    if (++tokens > MAX_TOKENS) return unreadable(TOO_COMPLEX, line);
    if (depth > MAX_DEPTH) return unreadable(TOO_DEEP, line);
  }
  return undefined;
}

/** `CommaExpected` as `comma expected`. */
function wordsOf({ error }: ParseError): string {
  return printParseErrorCode(error)
    .replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
}

function findDuplicates(root: Node, lines: LineIndex): Issue[] {
  const issues: Issue[] = [];
  function visit(node: Node, path: readonly PropertyKey[]): void {
    const seen = new Set<string>();
    for (const [index, child] of (node.children ?? []).entries()) {
      if (child.type !== "property") {
        visit(child, [...path, index]);
        continue;
      }
      const [key, value] = child.children as [Node, Node];
      const inner = [...path, key.value as string];
      if (seen.has(key.value)) {
        const line = lines.lineAt(key.offset);
        issues.push({ message: "is a duplicate key", path: inner, line });
      }
      seen.add(key.value);
      visit(value, inner);
    }
  }
  visit(root, []);
  return issues;
}

/** The node at a path, as its key where it has one, else the closest around it. */
function closestNode(root: Node, path: readonly PropertyKey[]): Node {
  for (let length = path.length; length > 0; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length) as string[]);
    if (node) return node.parent?.type === "property" ? node.parent : node;
  }
  return root;
}
