/**
 * Turns the text of a manifest into a manifest.
 *
 * @module
 */
import type { ReadDocument } from "../../shared/document/read_document.ts";
import type { Issue } from "../../shared/errors.ts";
import { copyHandedOver } from "./copy_handed_over.ts";
import { readJson } from "../../shared/document/json.ts";
import { readYaml } from "../../shared/document/yaml.ts";
import { hasCode } from "./bundle_url.ts";
import { formatIssue, refuseFor } from "./issues.ts";
import { type Manifest, manifestSchema } from "./manifest.ts";
import { bulkIssues, KNOWN_FIELDS } from "./manifest_fields.ts";

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
 * @throws {ValidationError} `INVALID_MANIFEST`, with every problem's path, or
 * with the line and the column where the text cannot be read.
 */
export function parseManifest(
  text: string,
  format: ManifestFormat,
  source = "manifest",
): ParsedManifest {
  const intent = `Cannot read manifest "${source}"`;
  const document = readDocument(text.replace(/^\uFEFF/, ""), format);
  if (document.issues.length > 0) {
    throw refuseFor("INVALID_MANIFEST", intent, document.issues);
  }
  return checkDocument(document.value, intent);
}

/**
 * Checks a manifest that the host has in hand.
 *
 * @returns The manifest and what is odd about it.
 * @throws {PluginError} `INVALID_MANIFEST`, with every problem, and
 * `INVALID_REQUEST` for a value that cannot be read.
 */
export function checkMetadata(metadata: unknown): ParsedManifest {
  const intent = "Cannot use the manifest that was handed over";
  return checkDocument(copyHandedOver(metadata, "manifest"), intent);
}

function checkDocument(value: unknown, intent: string): ParsedManifest {
  const parsed = manifestSchema.safeParse(value);
  const issues = [
    ...(parsed.success ? bulkIssues(parsed.data) : parsed.error.issues),
    ...checkRules(value),
  ];
  if (issues.length > 0 || !parsed.success) {
    throw refuseFor("INVALID_MANIFEST", intent, issues);
  }
  const warnings = findOddities(parsed.data).map(formatIssue);
  return { manifest: parsed.data, warnings };
}

function readDocument(text: string, format: ManifestFormat): ReadDocument {
  if (!text.trimStart().startsWith("<")) {
    return format === "json" ? readJson(text) : readYaml(text);
  }
  const message = `is an HTML page and not ${format.toUpperCase()}, ` +
    "so check that the link leads to the raw file";
  return { value: undefined, issues: [{ message, path: [], line: 1 }] };
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
