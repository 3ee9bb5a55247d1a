/**
 * The parts of a page that refer to each other.
 *
 * @module
 */
import type { Path } from "../shared/text/format_path.ts";
import { isObject } from "../shared/text/kind_of.ts";

/** An object of a page, whatever its author put into it. */
export type Part = Readonly<Record<string, unknown>>;

/** A part, and where it is. */
export interface Placed {
  /** The part. */
  readonly part: Part;
  /** Where it is. */
  readonly path: Path;
}

/**
 * The objects of a list, with their places.
 *
 * @param path Where it is.
 */
export function placed(list: unknown, path: Path): Placed[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((part: unknown, index) =>
    isObject(part) ? [{ part, path: [...path, index] }] : []
  );
}

/**
 * The ids of some parts.
 *
 * @returns Their ids, so far as they are strings.
 */
export function idsOf(parts: readonly Placed[]): Set<string> {
  return new Set(
    parts.map(({ part }) => part.id).filter((id) => typeof id === "string"),
  );
}
