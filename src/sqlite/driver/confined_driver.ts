/**
 * What is the same for every driver behind a plugin's table: it runs single
 * statements on the host's connection, and leaves that open.
 *
 * @module
 */
import type { TableScope } from "./host_driver.ts";
import { PreparedDriver } from "./prepared_driver.ts";
import type { SqliteDriver, TransactionMode } from "./sqlite_driver.ts";
import { storeError } from "../store_error.ts";

/** What the drivers behind plugins' tables use of the host's driver. */
export type SharedConnection = Pick<
  SqliteDriver,
  "path" | "closed" | "inTransaction" | "transaction"
>;

/** A driver that reaches one table; a subclass says how it is kept to it. */
export abstract class ConfinedDriver extends PreparedDriver
  implements SqliteDriver {
  readonly #host: SharedConnection;
  readonly #plugin: string;

  constructor(host: SharedConnection, { plugin }: TableScope) {
    super();
    this.#host = host;
    this.#plugin = plugin;
  }

  get path(): string {
    return this.#host.path;
  }

  get closed(): boolean {
    return this.#host.closed;
  }

  get inTransaction(): boolean {
    return this.#host.inTransaction;
  }

  exec(): void {
    throw storeError(
      `Cannot run a script of plugin "${this.#plugin}": ` +
        "its table takes single statements only",
    );
  }

  transaction<R>(fn: () => R, mode?: TransactionMode): R {
    return this.#host.transaction(fn, mode);
  }

  /** Does nothing: the connection is the host's. */
  close(): void {}
}
