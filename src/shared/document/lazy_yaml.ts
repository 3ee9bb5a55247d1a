/**
 * The reader of YAML, opened where there is YAML to read: hardly any start has
 * any.
 *
 * @module
 */
import type { ReadDocument } from "./read_document.ts";

type ReadYaml = (text: string) => ReadDocument;

let reader: ReadYaml | undefined;

/** Opens the reader. */
export async function openYaml(): Promise<void> {
  reader ??= (await import("./yaml.ts")).readYaml;
}

/**
 * Reads a text as one YAML document.
 *
 * @returns What it says; undefined where {@linkcode openYaml} is not done.
 */
export function readYamlIfOpen(text: string): ReadDocument | undefined {
  return reader?.(text);
}
