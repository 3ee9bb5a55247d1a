/**
 * Has the store of a plugin's tables make them, or bring them up to date, and
 * fetch them out of the host's database where they still are there.
 *
 * @module
 */
import type {
  TableFile,
  TableHome,
} from "../../../execution/isolated_plugins.ts";
import { PluginError } from "../../../shared/errors.ts";
import type { PluginIdentity, TableConfig } from "../../../plugin/plugin.ts";
import type { GuestSession } from "./process_session.ts";
import type { Sandbox } from "../sandbox.ts";
import { StoreSession } from "./store_session.ts";

/** What a store is opened with. */
export interface TableStoreOptions {
  /** How its process is started, and what it may cost. */
  readonly sandbox: Sandbox;
  /** Whose tables they are. */
  readonly plugin: PluginIdentity;
  /** Where the tables are kept. */
  readonly home: TableHome;
  /** What they are declared as. */
  readonly tables: readonly TableConfig[];
  /**
   * Whether the transaction that brings them up to date stays open, for the
   * plugin to go on with it.
   *
   * @default false
   */
  readonly staysOpen?: boolean;
}

/**
 * Opens the store of a plugin's tables.
 *
 * @param options What the store is opened with.
 * @returns What bringing them up to date could not carry over.
 * @throws {PluginError} `STORE_FAILED`, `SANDBOX_CRASHED`.
 */
export async function openTableStore(
  session: GuestSession,
  options: TableStoreOptions,
): Promise<readonly string[]> {
  const { sandbox, home } = options;
  const { file } = home;
  const { pipes } = session.launch;
  await home.move?.((from, table) => copyTable(sandbox, { from, table, file }));
  const launch = await sandbox.launchStore(file, { pipes });
  const store = session.startStore(launch);
  return await open(store, options, pipes !== undefined);
}

/**
 * Brings a plugin's tables up to date in a process that is ended at once.
 *
 * @param options What the store is opened with.
 * @throws {PluginError} `STORE_FAILED`, `SANDBOX_CRASHED`.
 */
export async function evolveInStore(options: TableStoreOptions): Promise<void> {
  const { sandbox, home } = options;
  const store = new StoreSession(await sandbox.launchStore(home.file, {}));
  try {
    await open(store, options, false);
  } finally {
    await store.close();
  }
}

async function open(
  store: StoreSession,
  { sandbox, plugin, home, tables, staysOpen = false }: TableStoreOptions,
  direct: boolean,
): Promise<readonly string[]> {
  const { file, kept } = home;
  const reply = await store.ask({
    type: "open",
    plugin: `${plugin.name}@${plugin.version}`,
    file,
    tables: tables.map(({ name, columns, parser }) => ({
      name,
      columns,
      parser,
    })),
    kept,
    limits: sandbox.storeLimits,
    staysOpen,
    direct,
  });
  return reply.type === "opened" ? reply.warnings : [];
}

/** In a process of its own, which alone may read the host's database. */
async function copyTable(
  sandbox: Sandbox,
  { from, table, file }: {
    readonly from: string;
    readonly table: string;
    readonly file: TableFile;
  },
): Promise<void> {
  const store = new StoreSession(await sandbox.launchStore(file, { from }));
  try {
    await store.ask({ type: "copy", from, table, file });
  } catch (cause) {
    throw new PluginError(
      "STORE_FAILED",
      `Cannot move the table "${table}" into "${file.path}": it stays where it is`,
      { cause },
    );
  } finally {
    await store.close();
  }
}
