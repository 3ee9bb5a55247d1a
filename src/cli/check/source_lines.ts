/**
 * Finds the place of something in the author's own files.
 *
 * @module
 */
import type { SourceMap } from "../../project/portable_map.ts";

/** A file of the author's. */
export interface SourceText {
  readonly name: string;
  readonly text: string;
}

/** The author's own files among what was bundled. */
export function ownSources(
  { sources, sourcesContent = [] }: SourceMap,
): SourceText[] {
  return sources.flatMap((name, index) => {
    const text = sourcesContent[index];
    const isOwn = !/^[a-z]{2,}:/.test(name);
    return isOwn && typeof text === "string" ? [{ name, text }] : [];
  });
}

/** `file:line` of an offset. */
export function placeOf({ name, text }: SourceText, offset: number): string {
  return `${name}:${text.slice(0, offset).split("\n").length}`;
}
