/**
 * Which columns are converted, told by their declared types.
 *
 * @module
 */
import type { ColumnMap } from "./column_compiler.ts";
import type { ColumnDefinition } from "./column_definition.ts";
import { mergeParsers } from "../query/row_transformer.ts";
import type { Parser } from "./table_types.ts";
import type { ValueType } from "../query/value_types.ts";

const DATE_TYPES = /^(?:DATE|DATETIME|TIMESTAMP)$/i;
const JSON_TYPE = /^JSON$/i;
const BOOLEAN_TYPE = /^BOOLEAN$/i;

/** What columns that take one type only take, by their declared types. */
const VALUE_TYPES: readonly (readonly [RegExp, ValueType])[] = [
  [BOOLEAN_TYPE, "boolean"],
  [/^(?:DATE|DATETIME|TIMESTAMP|TIME)$/i, "date"],
  [/INT/i, "integer"],
  [/CHAR|CLOB|TEXT/i, "string"],
  [/BLOB/i, "bytes"],
  [/REAL|FLOA|DOUB|NUMERIC|DECIMAL/i, "number"],
];

/**
 * The parser of a table: what its columns say, and what the caller adds.
 * Columns that are raw SQL say nothing.
 */
export function detectParser<T>(
  columns: ColumnMap,
  user: Parser<T> = {},
  { strictTypes = false }: { readonly strictTypes?: boolean } = {},
): Parser<T> {
  const defined = Object.entries(columns).filter(isDefined);
  const ofType = (pattern: RegExp) =>
    defined.filter(([, { type }]) => pattern.test(type)).map(([name]) => name);
  const detected: Parser = {
    JSON: ofType(JSON_TYPE),
    BOOLEAN: ofType(BOOLEAN_TYPE),
    DATE: ofType(DATE_TYPES),
    UNIX: mapOf(defined, ({ unit }) => unit),
    TYPES: mapOf(
      defined,
      (definition) =>
        definition.strictTypes ?? strictTypes
          ? valueTypeOf(definition)
          : undefined,
    ),
  };
  return mergeParsers(detected, user as Parser) as unknown as Parser<T>;
}

type Defined = [name: string, definition: ColumnDefinition];

function isDefined(
  entry: [string, ColumnDefinition | string],
): entry is Defined {
  return typeof entry[1] !== "string";
}

function mapOf<V>(
  columns: readonly Defined[],
  valueOf: (definition: ColumnDefinition) => V | undefined,
): Record<string, V> {
  const map: Record<string, V> = Object.create(null);
  for (const [name, definition] of columns) {
    const value = valueOf(definition);
    if (value !== undefined) map[name] = value;
  }
  return map;
}

function valueTypeOf({ type, unit }: ColumnDefinition): ValueType | undefined {
  if (unit !== undefined) return "moment";
  return VALUE_TYPES.find(([pattern]) => pattern.test(type))?.[1];
}
