/**
 * The database files of isolated plugins' tables: where they are, and the
 * host's own connections to them.
 *
 * `<database>.plugins/<number>/table.db`, or a folder that ends with the handler
 * for a database in memory.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import type { TableFile } from "../execution/isolated_plugins.ts";
import { messageOf, PluginError } from "../shared/errors.ts";
import { DB } from "../sqlite/mod.ts";

/** What the files are kept with. */
export interface TableFilesOptions {
  /** The host's database. */
  readonly db: DB;
  /** The folder for a database in memory; it is not made yet. */
  readonly scratch: string;
  /** Removes a folder, whatever the host itself may do. */
  readonly remove: (folder: string) => Promise<void>;
}

/** The host never waits long for a plugin that writes. */
const BUSY_TIMEOUT_MS = 100;
/** The longest value that the host reads from there. */
const MAX_VALUE_BYTES = 16 * 1024 * 1024;

/** What `node:sqlite` has and its type declarations lack. */
type Limited = DatabaseSync & { readonly limits: { length: number } };

/** An open file. */
interface OpenFile {
  readonly handle: DatabaseSync;
  readonly db: DB;
}

/** The database files of isolated plugins' tables. */
export class TableFiles {
  readonly #options: TableFilesOptions;
  readonly #open = new Map<number, OpenFile>();
  #database: string | undefined;
  #isUsed = false;

  /**
   * @param options What they are kept with.
   */
  constructor(options: TableFilesOptions) {
    this.#options = options;
  }

  /** The host's database as an absolute path; empty for one in memory. */
  get database(): string {
    return this.#database ??= String(
      this.#options.db.driver.get(
        "SELECT file FROM pragma_database_list WHERE name = 'main'",
      )?.file ?? "",
    );
  }

  /** The folder that all of them are in. */
  get root(): string {
    const { database } = this;
    return database === "" ? this.#options.scratch : `${database}.plugins`;
  }

  /**
   * The file of a number.
   *
   * @param number The id of the plugin that it was made for.
   * @returns Where it is.
   * @throws {PluginError} `STORE_FAILED` where no process can be told of it.
   */
  file(number: number): TableFile {
    const folder = `${this.root}/${number}`;
    if (folder.includes(",")) {
      throw new PluginError(
        "STORE_FAILED",
        `Cannot keep a table in "${folder}": Deno takes a comma in a path for the end of it; move the database`,
      );
    }
    const temporary = this.database === "";
    return { path: `${folder}/table.db`, folder, temporary };
  }

  /** Makes the folder of a file, where the host may: else its store does. */
  prepare(number: number): void {
    const { folder } = this.file(number);
    this.#isUsed = true;
    if (!mayWrite(folder)) return;
    Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /**
   * The host's own connection to a file.
   *
   * @param options Whether it may be made, for a plugin that runs inline.
   * @throws {PluginError} `STORE_FAILED` where it is not there, or may not be
   * opened.
   */
  connection(number: number, { make = false } = {}): DB {
    const known = this.#open.get(number);
    if (known !== undefined) return known.db;
    const { path } = this.file(number);
    const opened = openFile(path, make);
    this.#open.set(number, opened);
    return opened.db;
  }

  /**
   * How many bytes a file has, with its log.
   *
   * @returns The bytes; undefined where the host may not look.
   */
  bytes(number: number): number | undefined {
    const { path } = this.file(number);
    return sizeOf(path) === undefined
      ? undefined
      : sizeOf(path)! + (sizeOf(`${path}-wal`) ?? 0);
  }

  /** Removes a file and its folder. */
  async remove(number: number): Promise<void> {
    this.#disconnect(number);
    const { folder } = this.file(number);
    if (!mayWrite(folder)) return await this.#options.remove(folder);
    try {
      Deno.removeSync(folder, { recursive: true });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  /** Closes the connections, and removes what ends with the handler. */
  async close(): Promise<void> {
    for (const number of [...this.#open.keys()]) this.#disconnect(number);
    if (this.#isUsed && this.database === "") {
      await this.#options.remove(this.root);
    }
  }

  #disconnect(number: number): void {
    const opened = this.#open.get(number);
    this.#open.delete(number);
    opened?.db.close();
    opened?.handle.close();
  }
}

function openFile(path: string, make: boolean): OpenFile {
  try {
    // SQLite would make an empty file.
    if (!make) Deno.statSync(path);
    const handle = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    handle.exec("PRAGMA journal_mode = WAL");
    (handle as Limited).limits.length = MAX_VALUE_BYTES;
    return { handle, db: DB.from(handle) };
  } catch (cause) {
    const state = cause instanceof Deno.errors.NotFound
      ? "its process has not made it yet; load the plugin"
      : messageOf(cause);
    throw new PluginError(
      "STORE_FAILED",
      `Cannot open the table's file "${path}": ${state}`,
      { cause },
    );
  }
}

function sizeOf(path: string): number | undefined {
  const { state } = Deno.permissions.querySync({ name: "read", path });
  if (state !== "granted") return undefined;
  try {
    return Deno.statSync(path).size;
  } catch {
    return undefined;
  }
}

function mayWrite(path: string): boolean {
  return Deno.permissions.querySync({ name: "write", path }).state ===
    "granted";
}
