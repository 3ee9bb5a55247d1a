import type { SchemaType } from "./parse.d.ts";

export type { SchemaType };

/** How the values of a type are written. */
export type StyleVariant =
  | "lowercase"
  | "uppercase"
  | "camelcase"
  | "decimal"
  | "binary"
  | "octal"
  | "hexadecimal";

/** Options for {@linkcode stringify}. */
export interface StringifyOptions {
  /**
   * Width of indentation, in spaces.
   *
   * @default {2}
   */
  indent?: number;
  /**
   * Whether array items are indented.
   *
   * @default {true}
   */
  arrayIndent?: boolean;
  /**
   * Whether invalid types are left out instead of throwing.
   *
   * @default {false}
   */
  skipInvalid?: boolean;
  /** Nesting level from which on collections are written in flow style. */
  flowLevel?: number;
  /** Style for each tag. */
  styles?: Record<string, StyleVariant>;
  /**
   * Schema to write with.
   *
   * @default {"default"}
   */
  schema?: SchemaType;
  /**
   * Whether keys are sorted, or how.
   *
   * @default {false}
   */
  sortKeys?: boolean | ((a: string, b: string) => number);
  /**
   * Longest line.
   *
   * @default {80}
   */
  lineWidth?: number;
  /**
   * Whether repeated objects become references.
   *
   * @default {true}
   */
  useAnchors?: boolean;
  /**
   * Whether to keep to what older YAML parsers read.
   *
   * @default {true}
   */
  compatMode?: boolean;
  /**
   * Whether flow collections are written without spaces.
   *
   * @default {false}
   */
  condenseFlow?: boolean;
}

/**
 * Writes a value as a YAML document.
 *
 * @throws {TypeError} When a value cannot be written.
 */
export declare function stringify(
  data: unknown,
  options?: StringifyOptions,
): string;
