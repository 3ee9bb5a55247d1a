/** Name of a schema: what plain scalars may stand for. */
export type SchemaType = "failsafe" | "json" | "core" | "default" | "extended";

/** Options for {@linkcode parse} and {@linkcode parseAll}. */
export interface ParseOptions {
  /**
   * Schema to parse with.
   *
   * @default {"default"}
   */
  schema?: SchemaType;
  /**
   * Whether a duplicate key overwrites the earlier one instead of throwing.
   *
   * @default {false}
   */
  allowDuplicateKeys?: boolean;
  /** Called with each warning. */
  onWarning?(error: Error): void;
}

/**
 * Parses a YAML document.
 *
 * @throws {SyntaxError} When the text is not valid YAML.
 */
export declare function parse(content: string, options?: ParseOptions): unknown;

/**
 * Parses a text that holds several YAML documents.
 *
 * @throws {SyntaxError} When the text is not valid YAML.
 */
export declare function parseAll(
  content: string,
  options?: ParseOptions,
): unknown;
