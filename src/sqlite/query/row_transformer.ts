/**
 * Converts rows between what SQLite stores and what callers hold: JSON,
 * booleans, dates and modules, by column.
 *
 * @module
 */
import { assertType, type ValueType } from "./value_types.ts";
import { momentNumber, type MomentUnit, parseMoment } from "./moments.ts";
import { decodeJson, encodeJson } from "./stored_json.ts";
import type { Parser } from "../schema/table_types.ts";

type Cell = unknown;
type CellCodec = (value: Cell) => Cell;
type Cells = Record<string, Cell>;

interface ColumnCodec {
  readonly name: string;
  readonly decode: CellCodec;
}

const TRUE = /^(?:1|true|t|yes)$/i;
const FALSE = /^(?:0|false|f|no)$/i;
const NUMERIC = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;

/** Converts the rows of one table, or of several joined ones. */
export class RowTransformer {
  readonly #parser: Required<NormalParser>;
  readonly #decoders: readonly ColumnCodec[];
  readonly #json: ReadonlySet<string>;
  readonly #hasTypes: boolean;
  readonly #objectUrls = new Map<string, string>();

  constructor(parser?: Parser | null) {
    this.#parser = normalizeParser(parser);
    this.#json = new Set(this.#parser.JSON);
    this.#hasTypes = Object.keys(this.#parser.TYPES).length > 0;
    this.#decoders = [
      ...decodersOf(this.#parser.JSON, decodeJson),
      ...decodersOf(this.#parser.BOOLEAN, decodeBoolean),
      ...decodersOf(this.#parser.DATE, decodeDate),
      ...decodersOf(
        this.#parser.MODULE,
        (source) => this.#decodeModule(source),
      ),
    ];
  }

  /** The parser, every part filled in. */
  get parser(): Required<NormalParser> {
    return this.#parser;
  }

  /** Converts a fresh row in place. */
  decode<R extends object>(row: R): R {
    const cells = row as Cells;
    for (const { name, decode } of this.#decoders) {
      const value = cells[name];
      if (value !== null && value !== undefined) cells[name] = decode(value);
    }
    return row;
  }

  /** Converts fresh rows in place. */
  decodeAll<R extends object>(rows: R[]): R[] {
    if (this.#decoders.length > 0) { for (const row of rows) this.decode(row); }
    return rows;
  }

  /** What is compared with for a value of a column. */
  encode(column: string, value: unknown): unknown {
    if (this.#json.has(column)) return encodeJson(value);
    return value instanceof Date ? this.#encodeDate(column, value) : value;
  }

  /**
   * What is written for a value of a column, which may take one type only.
   *
   * @throws {ConstraintError} `CONSTRAINT_FAILED` for a value of another type.
   */
  encodeCell(column: string, value: unknown, table: string): unknown {
    if (this.#hasTypes) {
      const type = this.#parser.TYPES[column];
      if (type !== undefined) assertType(column, value, { type, table });
    }
    return this.encode(column, value);
  }

  /** Whether a column holds JSON. */
  isJson(column: string): boolean {
    return this.#json.has(column);
  }

  /** What a column's numbers count, where that is known. */
  unitOf(column: string): MomentUnit | undefined {
    return this.#parser.UNIX[column];
  }

  // Elsewhere it is bound as ISO text.
  #encodeDate(column: string, value: Date): unknown {
    const unit = this.#parser.UNIX[column];
    return unit === undefined ? value : momentNumber(value, unit);
  }

  #decodeModule(source: Cell): Cell {
    if (typeof source !== "string") return source;
    let url = this.#objectUrls.get(source);
    if (url === undefined) {
      const module = new Blob([source], { type: "application/typescript" });
      url = URL.createObjectURL(module);
      this.#objectUrls.set(source, url);
    }
    return url;
  }
}

/** A parser of which every part is a list of columns. */
export interface NormalParser {
  JSON?: readonly string[];
  BOOLEAN?: readonly string[];
  DATE?: readonly string[];
  MODULE?: readonly string[];
  UNIX?: Readonly<Record<string, MomentUnit>>;
  TYPES?: Readonly<Record<string, ValueType>>;
}

/** Fills the parts of a parser in. */
export function normalizeParser(
  parser?: Parser | null,
): Required<NormalParser> {
  const modules = parser?.MODULE ?? [];
  return {
    JSON: [...new Set(parser?.JSON)],
    BOOLEAN: [...new Set(parser?.BOOLEAN)],
    DATE: [...new Set(parser?.DATE)],
    MODULE: Array.isArray(modules) ? [...modules] : Object.keys(modules),
    UNIX: mapOf<MomentUnit>(parser?.UNIX),
    TYPES: mapOf<ValueType>(parser?.TYPES),
  };
}

/** The union of several parsers. */
export function mergeParsers(
  ...parsers: readonly (Parser | undefined)[]
): Required<NormalParser> {
  const all = parsers.map((parser) => normalizeParser(parser));
  return normalizeParser({
    JSON: all.flatMap((parser) => parser.JSON),
    BOOLEAN: all.flatMap((parser) => parser.BOOLEAN),
    DATE: all.flatMap((parser) => parser.DATE),
    MODULE: all.flatMap((parser) => parser.MODULE),
    UNIX: mapOf(...all.map((parser) => parser.UNIX)),
    TYPES: mapOf(...all.map((parser) => parser.TYPES)),
  });
}

// Without a prototype, since a column may have any name.
function mapOf<V>(
  ...maps: (Readonly<Record<string, V | undefined>> | undefined)[]
): Record<string, V> {
  return Object.assign(Object.create(null), ...maps);
}

function decodersOf(
  names: readonly string[],
  decode: CellCodec,
): ColumnCodec[] {
  return names.map((name) => ({ name, decode }));
}

function decodeBoolean(value: Cell): Cell {
  if (typeof value === "number") return value === 1;
  if (typeof value === "bigint") return value === 1n;
  if (typeof value !== "string") return value;
  const text = value.trim();
  if (TRUE.test(text)) return true;
  if (FALSE.test(text)) return false;
  return NUMERIC.test(text) ? Number(text) === 1 : value;
}

function decodeDate(value: Cell): Cell {
  return typeof value === "string" ? parseMoment(value) : value;
}
