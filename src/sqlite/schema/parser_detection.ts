/**
 * Which columns are converted, told by their declared types.
 *
 * @module
 */
import type { ColumnMap } from "./column_compiler.ts";
import { mergeParsers } from "../query/row_transformer.ts";
import type { Parser } from "./table_types.ts";

const DATE_TYPES = /^(?:DATE|DATETIME|TIMESTAMP)$/i;
const JSON_TYPE = /^JSON$/i;
const BOOLEAN_TYPE = /^BOOLEAN$/i;

/**
 * The parser of a table: what its column types say, and what the caller adds.
 * Columns that are raw SQL say nothing.
 *
 * @param columns The columns.
 * @param user The caller's parser.
 * @returns The union of both.
 */
export function detectParser<T>(
  columns: ColumnMap,
  user: Parser<T> = {},
): Parser<T> {
  const ofType = (pattern: RegExp) =>
    Object.entries(columns).flatMap(([name, definition]) =>
      typeof definition !== "string" && pattern.test(definition.type)
        ? [name]
        : []
    );
  const detected: Parser = {
    JSON: ofType(JSON_TYPE),
    BOOLEAN: ofType(BOOLEAN_TYPE),
    DATE: ofType(DATE_TYPES),
  };
  return mergeParsers(detected, user as Parser) as unknown as Parser<T>;
}
