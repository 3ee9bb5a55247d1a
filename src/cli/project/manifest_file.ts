/**
 * A manifest as a file: fields are renewed, and everything else is kept, in YAML
 * also the comments.
 *
 * @module
 */
import { parseManifestText } from "./parse_manifest_text.ts";

/** A manifest's file. */
export interface ManifestFile {
  /** Where it is. */
  readonly path: string;
  /** What it says. */
  readonly text: string;
  /** The same, read. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The names that a manifest's file may have, in the order they are tried. */
export const MANIFEST_NAMES = [
  "manifest.json",
  "manifest.yaml",
  "manifest.yml",
] as const;

/**
 * Renews fields of a manifest.
 *
 * @param changes New values; `undefined` takes a field away.
 */
export function renewManifest(
  { path, text, fields }: ManifestFile,
  changes: Readonly<Record<string, string | undefined>>,
): string {
  return path.endsWith(".json")
    ? renewJson(text, fields, changes)
    : renewYaml(text, changes);
}

/** Reads a manifest's file. */
export async function readManifestFile(path: string): Promise<ManifestFile> {
  const text = await Deno.readTextFile(path);
  return { path, text, fields: parseManifestText(path, text) };
}

function renewJson(
  text: string,
  fields: Readonly<Record<string, unknown>>,
  changes: Readonly<Record<string, string | undefined>>,
): string {
  const indent = /^\{\r?\n([ \t]+)/.exec(text)?.[1] ?? "  ";
  return `${JSON.stringify({ ...fields, ...changes }, null, indent)}\n`;
}

function renewYaml(
  text: string,
  changes: Readonly<Record<string, string | undefined>>,
): string {
  let lines = text.replace(/\n$/, "").split("\n");
  for (const [name, value] of Object.entries(changes)) {
    const line = value === undefined
      ? []
      : [`${name}: ${JSON.stringify(value)}`];
    const at = lines.findIndex((line) => line.startsWith(`${name}:`));
    if (at < 0) {
      lines = [...lines, ...line];
      continue;
    }
    let end = at + 1;
    // What is indented belongs to the field.
    while (end < lines.length && /^\s+\S/.test(lines[end]!)) end++;
    lines.splice(at, end - at, ...line);
  }
  return `${lines.join("\n")}\n`;
}
