/**
 * Rows for a preview, made up from the columns of a table.
 *
 * @module
 */
import type { ColumnDefinition } from "../../sqlite/mod.ts";
import type { Row, TableConfig } from "../../plugin/plugin.ts";
import {
  madeUpMoment,
  madeUpNumber,
  madeUpText,
  madeUpValue,
} from "./made_up_value.ts";

/**
 * Rows that a table takes, unless it has conditions of its own.
 *
 * @param count How many.
 */
export function madeUpRows(
  { columns, parser, jsonColumns }: TableConfig,
  count: number,
): Row[] {
  const json = new Set([...parser?.JSON ?? [], ...jsonColumns ?? []]);
  const isMoment = new Set(parser?.DATE);
  const isYesOrNo = new Set(parser?.BOOLEAN);
  const named = Object.entries(columns as Record<string, ColumnDefinition>);
  return Array.from({ length: count }, (_, index) => {
    const entries = named.flatMap(([name, column]) => {
      if (!isWanted(column)) return [];
      if (json.has(name)) return [[name, { [name]: index + 1 }]];
      if (isYesOrNo.has(name)) return [[name, index % 2 === 0]];
      if (isMoment.has(name)) return [[name, madeUpMoment(index)]];
      return [[name, cellOf(name, column, index)]];
    });
    return Object.fromEntries(entries);
  });
}

/** What SQLite fills in, and what refers to rows that there may not be. */
function isWanted(column: ColumnDefinition): boolean {
  const { type, primaryKey, generated, references, notNull } = column;
  if (generated !== undefined) return false;
  if (primaryKey && /INT/i.test(type)) return false;
  return references === undefined || notNull === true;
}

function cellOf(
  name: string,
  { type, length, unit }: ColumnDefinition,
  index: number,
): unknown {
  if (unit !== undefined) return madeUpMoment(index);
  switch (type.toUpperCase()) {
    case "DATE":
    case "DATETIME":
    case "TIMESTAMP":
      return madeUpMoment(index);
    case "BOOLEAN":
      return index % 2 === 0;
    case "JSON":
      return { [name]: index + 1 };
    case "BLOB":
      return new Uint8Array([index]);
  }
  if (/INT|REAL|DOUBLE|FLOAT|NUMERIC|DECIMAL/i.test(type)) {
    return madeUpNumber(index);
  }
  const value = madeUpValue(name, index);
  const text = typeof value === "string" ? value : madeUpText(name, index);
  return length === undefined ? text : text.slice(-length);
}
