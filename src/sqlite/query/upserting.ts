/**
 * Inserts a row, or overwrites the given columns of the one in its way.
 *
 * @module
 */
import { messageOf } from "../../shared/errors.ts";
import { encodeRow, givenColumns } from "./inserting.ts";
import type { Query } from "./query.ts";
import {
  assignColumns,
  compileUpdate,
  compileUpsert,
} from "./query_compiler.ts";
import { quoteColumn } from "../sql/sql_text.ts";
import type { SqliteParameter } from "../driver/sqlite_driver.ts";
import { expression } from "./conditions.ts";
import { storeError } from "../store_error.ts";
import { uniqueKeys } from "./table_key.ts";
import type { UpdateResult } from "../schema/table_types.ts";

/** What a row gives. */
interface Given {
  readonly columns: readonly string[];
  readonly values: readonly SqliteParameter[];
}

/** Runs an upsert, and says how many rows changed. */
export function upsertRow(query: Query, row: object): UpdateResult {
  const columns = givenColumns(row ?? {});
  if (columns.length === 0) throw storeError("upsert: no columns to upsert");
  const values = encodeRow(query, row, columns);
  try {
    const sql = compileUpsert(query.table, columns);
    return { changes: query.driver.run(sql, values).changes };
  } catch (error) {
    if (!/NOT NULL constraint failed/.test(messageOf(error))) throw error;
    const changes = updateExisting(query, { columns, values });
    if (changes === 0) throw error;
    return { changes };
  }
}

// SQLite looks for missing values before it looks for a row in the way.
function updateExisting(query: Query, given: Given): number {
  const { driver, table } = query;
  for (const key of uniqueKeys(driver, table)) {
    const same = sameKey(key, given);
    if (same === undefined) continue;
    const sql = compileUpdate(table, assignColumns(given.columns), [same]);
    const { changes } = driver.run(sql, [
      ...given.values,
      ...same.parameters as SqliteParameter[],
    ]);
    if (changes > 0) return changes;
  }
  return 0;
}

function sameKey(key: readonly string[], { columns, values }: Given) {
  const wanted: SqliteParameter[] = [];
  for (const name of key) {
    const at = columns.findIndex((given) =>
      given.toLowerCase() === name.toLowerCase()
    );
    if (at < 0 || values[at] === null) return undefined;
    wanted.push(values[at]);
  }
  const sql = key.map((name) => `${quoteColumn(name)} = ?`).join(" AND ");
  return expression(sql, wanted);
}
