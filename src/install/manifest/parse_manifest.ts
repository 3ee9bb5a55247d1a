/**
 * Turns the text of a manifest into a manifest.
 *
 * @module
 */
import type { Issue } from "../../shared/errors.ts";
import { hasCode } from "./bundle_url.ts";
import { formatIssue, refuseFor } from "./issues.ts";
import { readJson } from "./json_document.ts";
import { checkManifest, KNOWN_FIELDS, type Manifest } from "./manifest.ts";
import type { SourceDocument } from "./source_document.ts";
import { readYaml } from "./yaml_document.ts";

/** What a manifest is written in. */
export type ManifestFormat = "json" | "yaml";

/** A manifest that passed every check that needs no network. */
export interface ParsedManifest {
  /** The manifest, with the fields that the schema does not know. */
  readonly manifest: Manifest;
  /** What is odd, such as unknown fields. */
  readonly warnings: readonly string[];
}

/**
 * Reads a manifest. Needs no permissions.
 *
 * @param text The text; a byte order mark is skipped.
 * @param format What it is written in.
 * @param source What messages call it, such as its URL.
 * @returns The manifest and what is odd about it.
 * @throws {ValidationError} `INVALID_MANIFEST`, with every problem's path and
 * line.
 *
 * @example Checking a manifest, line by line
 * ```ts
 * import { parseManifest, ValidationError } from "@dockstat/plugin-handler";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const text = `name: greeter
 * version: 1.0
 * repository: owner/greeter:main
 * repoType: github
 * manifest: greeter
 * author: { name: Developer }
 * `;
 * const { issues } = assertThrows(
 *   () => parseManifest(text, "yaml"),
 *   ValidationError,
 * );
 * assertEquals(issues, [{
 *   message: "is of type number and not string, so put it in quotes",
 *   path: ["version"],
 *   line: 2,
 * }]);
 * ```
 */
export function parseManifest(
  text: string,
  format: ManifestFormat,
  source = "manifest",
): ParsedManifest {
  const intent = `Cannot read manifest "${source}"`;
  const document = readDocument(text.replace(/^\uFEFF/, ""), format);
  if (document.issues.length > 0) {
    const issues = document.issues.map((issue) => locate(document, issue));
    throw refuseFor("INVALID_MANIFEST", intent, issues);
  }
  const parsed = checkManifest(document.value);
  const issues = [
    ...(parsed.error?.issues ?? []),
    ...checkRules(document.value),
  ]
    .map(({ message, path }) => locate(document, { message, path }));
  if (issues.length > 0 || !parsed.success) {
    throw refuseFor("INVALID_MANIFEST", intent, issues);
  }
  const odd = findOddities(parsed.data).map((issue) => locate(document, issue));
  const warnings = [...document.warnings, ...odd].map(formatIssue);
  return { manifest: parsed.data, warnings };
}

function readDocument(text: string, format: ManifestFormat): SourceDocument {
  if (!text.trimStart().startsWith("<")) {
    return format === "json" ? readJson(text) : readYaml(text);
  }
  const message = `is an HTML page and not ${format.toUpperCase()}, ` +
    "so check that the link leads to the raw file";
  const issues: Issue[] = [{ message, path: [], line: 1 }];
  return { value: undefined, issues, warnings: [], lineOf: () => undefined };
}

function locate(document: SourceDocument, issue: Issue): Issue {
  const line = issue.line ?? document.lineOf(issue.path);
  return line === undefined ? issue : { ...issue, line };
}

/** Checks what no single field shows. */
function checkRules(value: unknown): Issue[] {
  if (typeof value !== "object" || value === null) return [];
  const manifest: Partial<Manifest> = value;
  const issues: Issue[] = [];
  if (!hasCode(manifest)) {
    const message = "is missing, and neither bundle nor repository " +
      "(as owner/repo:branch/path) says where the code is";
    issues.push({ message, path: ["plugin"] });
  }
  if (manifest.signature !== undefined) {
    for (const field of ["integrity", "keyId"] as const) {
      if (manifest[field] !== undefined) continue;
      issues.push({ message: "is missing beside signature", path: [field] });
    }
  }
  return issues;
}

/** Finds unknown fields, which are mistyped ones more often than not. */
function findOddities(manifest: Manifest): Issue[] {
  return Object.entries(KNOWN_FIELDS).flatMap(([path, known]) => {
    const holder = path === "" ? manifest : manifest[path];
    return Object.keys(holder ?? {})
      .filter((field) => !known.has(field))
      .map((field) => ({
        message: "is an unknown field",
        path: path === "" ? [field] : [path, field],
      }));
  });
}
