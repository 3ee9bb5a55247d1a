/**
 * What the statements of a plugin may do: read and write the rows of one
 * table, with any function that stays within the database.
 *
 * @module
 */
import type { Access, AccessPolicy } from "./authorizer.ts";
import { ACTION } from "./authorizer_actions.ts";
import { isOwnFunction } from "../own_functions.ts";
import { isOwnIndex } from "../own_index.ts";
import type { TableScope } from "../host_driver.ts";

// Table-valued functions that only take their argument apart.
const HARMLESS_TABLES: ReadonlySet<string> = new Set([
  "json_each",
  "json_tree",
]);
const OWN_PRAGMAS: ReadonlySet<string> = new Set([
  "table_xinfo",
  "table_list",
  "index_list",
]);
const CATALOGUES: ReadonlySet<string> = new Set([
  "sqlite_master",
  "sqlite_schema",
  "sqlite_sequence",
]);

/** Remembers what it refused, for the message. */
abstract class RecordingPolicy implements AccessPolicy {
  #refused: string | undefined;

  /** What was refused last; asking forgets it. */
  takeRefused(): string | undefined {
    const refused = this.#refused;
    this.#refused = undefined;
    return refused;
  }

  allows(access: Access): boolean {
    if (this.permits(access)) return true;
    this.#refused ??= describe(access);
    return false;
  }

  /** Whether the access is allowed. */
  abstract permits(access: Access): boolean;
}

/** Statements that read and write the rows of one table. */
export class TableAccessPolicy extends RecordingPolicy {
  readonly #table: string;

  constructor({ table }: TableScope) {
    super();
    this.#table = table.toLowerCase();
  }

  permits({ action, first, second, schema }: Access): boolean {
    switch (action) {
      case ACTION.SELECT:
        return true;
      case ACTION.FUNCTION:
        return isOwnFunction(second ?? "");
      case ACTION.READ:
        return this.#isOwn(first, schema) ||
          HARMLESS_TABLES.has((first ?? "").toLowerCase());
      case ACTION.INSERT:
      case ACTION.UPDATE:
      case ACTION.DELETE:
        return this.#isOwn(first, schema);
      case ACTION.PRAGMA:
        return this.#mayAsk(first ?? "", second ?? "", schema);
      default:
        return false;
    }
  }

  #mayAsk(pragma: string, of: string, schema: string | null): boolean {
    if (pragma === "index_info") return isOwnIndex(of, this.#table);
    return OWN_PRAGMAS.has(pragma) && this.#isOwn(of, schema);
  }

  #isOwn(table: string | null, schema: string | null): boolean {
    return (schema === null || schema === "main") &&
      table?.toLowerCase() === this.#table;
  }
}

/** The statement that makes one table. */
export class TableDefinitionPolicy extends RecordingPolicy {
  readonly #table: string;

  constructor(table: string) {
    super();
    this.#table = table.toLowerCase();
  }

  permits({ action, first, second }: Access): boolean {
    const name = (first ?? "").toLowerCase();
    switch (action) {
      case ACTION.FUNCTION:
        return isOwnFunction(second ?? "");
      case ACTION.CREATE_TABLE:
        return name === this.#table || name === "sqlite_sequence";
      case ACTION.CREATE_INDEX:
        return name.startsWith("sqlite_autoindex_");
      case ACTION.READ:
        return name === this.#table || CATALOGUES.has(name);
      case ACTION.INSERT:
      case ACTION.UPDATE:
        return CATALOGUES.has(name);
      default:
        return false;
    }
  }
}

const VERBS: Readonly<Record<number, string>> = {
  [ACTION.READ]: "reads",
  [ACTION.INSERT]: "inserts into",
  [ACTION.UPDATE]: "updates",
  [ACTION.DELETE]: "deletes from",
  [ACTION.PRAGMA]: "runs the pragma",
  [ACTION.ATTACH]: "attaches",
  [ACTION.RECURSIVE]: "recurses",
};

function describe({ action, first, second }: Access): string {
  if (action === ACTION.FUNCTION) return `calls "${second}"`;
  const verb = VERBS[action] ?? "changes the schema or connection";
  return first === null || first === "" ? verb : `${verb} "${first}"`;
}
