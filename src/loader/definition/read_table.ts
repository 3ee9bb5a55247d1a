/**
 * Reads the table of a definition.
 *
 * @module
 */
import type { TableConfig } from "../../plugin/plugin.ts";
import { DECLARED_LIMITS } from "../../plugin/declared_limits.ts";
import type { Findings } from "./findings.ts";
import { isObject, kindOf } from "../../shared/text/kind_of.ts";
import type { Path } from "../../shared/text/format_path.ts";
import { plainCopy } from "./plain_copy.ts";

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What belongs to the host and to SQLite; SQLite's names know no case. */
const RESERVED =
  /^(?:plugins|repositories|__table_metadata__|sqlite_.*|plugin_handler_.*)$/i;

const COLUMN_LIMITS = {
  values: DECLARED_LIMITS.columnValues,
  length: DECLARED_LIMITS.expressionLength,
};

const CONVERSIONS = ["JSON", "BOOLEAN", "DATE"] as const;

/** Columns by how they are converted. */
type Parser = NonNullable<TableConfig["parser"]>;

/**
 * Reads a table, such as `config.table`.
 *
 * @param at Where it is.
 * @param findings Receives what is wrong.
 * @returns The table as plain data, `jsonColumns` merged into `parser.JSON`;
 * undefined where there is none.
 */
export function readTable(
  value: unknown,
  at: Path,
  findings: Findings,
): TableConfig | undefined {
  const table = findings.object(value, at);
  if (table === undefined) return undefined;
  const name = readName(table.name, [...at, "name"], findings);
  const columns = withStrictness(
    readColumns(table.columns, [...at, "columns"], findings),
    readStrictness(table.strictTypes, [...at, "strictTypes"], findings),
  );
  const parser = readParser(table, at, findings);
  for (const column of new Set(Object.values(parser).flat())) {
    if (columns === undefined || Object.hasOwn(columns, column)) continue;
    findings.warn(
      [...at, "parser"],
      `names the column ${
        JSON.stringify(column)
      }, which the table does not have`,
    );
  }
  return { name, columns: columns as TableConfig["columns"], parser };
}

function readName(value: unknown, path: Path, findings: Findings): string {
  if (typeof value !== "string") {
    findings.issue(path, `must be a string, and is ${kindOf(value)}`);
    return "";
  }
  const what = "characters";
  const { nameLength } = DECLARED_LIMITS;
  if (findings.tooMany(value.length, nameLength, { path, what })) return "";
  const shown = JSON.stringify(value);
  if (!IDENTIFIER.test(value)) {
    findings.issue(
      path,
      `must be letters, digits and underscores, and not begin with a digit: ${shown}`,
    );
  } else if (RESERVED.test(value)) {
    findings.issue(path, `must not be ${shown}: the name is reserved`);
  }
  return value;
}

function readColumns(
  value: unknown,
  path: Path,
  findings: Findings,
): Readonly<Record<string, unknown>> | undefined {
  if (!isObject(value) || Object.keys(value).length === 0) {
    const is = isObject(value) ? "empty" : kindOf(value);
    findings.issue(path, `must be an object of columns, and is ${is}`);
    return undefined;
  }
  const entries = Object.entries(value);
  const { columns: most, nameLength } = DECLARED_LIMITS;
  if (findings.tooMany(entries.length, most, { path, what: "columns" })) {
    return undefined;
  }
  for (const [name, column] of entries) {
    const at = [...path, name];
    const what = "characters in its name";
    findings.tooMany(name.length, nameLength, { path: at, what });
    if (isObject(column) && typeof column.type === "string") continue;
    findings.issue(at, "must be made with column, or have a type");
  }
  const columns = plainCopy(value, path, { findings, limits: COLUMN_LIMITS });
  return isObject(columns) ? columns : undefined;
}

function readStrictness(
  value: unknown,
  path: Path,
  findings: Findings,
): boolean {
  if (typeof value === "boolean") return value;
  if (value !== undefined && value !== null) {
    findings.issue(
      path,
      `must be true or false, and is ${kindOf(value)}`,
    );
  }
  return false;
}

// What a table says of all its columns, each of them says.
function withStrictness(
  columns: Readonly<Record<string, unknown>> | undefined,
  strictTypes: boolean,
): Readonly<Record<string, unknown>> | undefined {
  if (columns === undefined || !strictTypes) return columns;
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) =>
      [name, { strictTypes, ...column as object }] as const
    ),
  );
}

function readParser(
  table: Readonly<Record<string, unknown>>,
  at: Path,
  findings: Findings,
): Parser {
  const path = [...at, "parser"];
  const declared = findings.object(table.parser, path) ?? {};
  const parser: Parser = {};
  for (const kind of CONVERSIONS) {
    const columns = findings.texts(declared[kind], [...path, kind]);
    if (columns !== undefined) parser[kind] = columns;
  }
  const json = findings.texts(table.jsonColumns, [...at, "jsonColumns"]);
  if (json !== undefined) {
    parser.JSON = [...new Set([...parser.JSON ?? [], ...json])];
  }
  return parser;
}
