/**
 * Remembers what a piece of code contributes, so that a later start need not
 * import it to know. The key is the code's digest: other code, other record.
 *
 * @module
 */
import type {
  PluginContributions,
  ScheduleContribution,
} from "../plugin/contributions.ts";
import { declaredTables } from "../plugin/declared_tables.ts";
import { pruneDigests } from "./prune_digests.ts";
import { readKeptContributions } from "./read_kept_contributions.ts";
import type {
  SqliteDriver,
  SqliteRow,
} from "../sqlite/driver/sqlite_driver.ts";

const COLUMNS = "digest, contributions";

/** How much is written at once: it is in memory until then. */
const MAX_PENDING = 500;

/** What a start has to know of a piece of code. */
export interface ContributionRecord {
  /** When it wants to be imported. */
  readonly activation: PluginContributions["activation"];
  /** The names of its tables. */
  readonly tables: readonly string[];
  /** Whether pages of it have to be read before they can be listed. */
  readonly textTemplates: boolean;
}

/** Whether any of the pages has its template as a string. */
export function hasTextTemplates({ frontend }: PluginContributions): boolean {
  return frontend?.routes?.some(({ template }) =>
    typeof template === "string"
  ) ?? false;
}

/** Records of contributions: a cache, which is learnt anew where it is broken. */
export class ContributionStore {
  readonly #driver: SqliteDriver;
  readonly #schedules = new Map<string, readonly ScheduleContribution[]>();
  /** What is yet to be written, by digest. */
  readonly #pending = new Map<string, PluginContributions>();
  /** How many wait with writing. */
  #holds = 0;
  /** The digests that are written, as long as anybody waits. */
  #written: Set<string> | undefined;

  /**
   * @param driver The database; it has the handler's tables.
   */
  constructor(driver: SqliteDriver) {
    this.#driver = driver;
  }

  /**
   * Puts writing off, so that what many plugins contribute is written at once.
   */
  hold(): Disposable {
    this.#holds++;
    const release = () => {
      if (--this.#holds > 0) return;
      this.#written = undefined;
      this.#write();
    };
    return { [Symbol.dispose]: release };
  }

  /** What the code with this digest contributes, where it is known. */
  get(digest: string): PluginContributions | undefined {
    const pending = this.#pending.get(digest);
    if (pending !== undefined) return pending;
    const row = this.#driver.get(
      `SELECT ${COLUMNS} FROM plugin_handler_contributions WHERE digest = ?`,
      [digest],
    );
    return row && this.#read(row);
  }

  /** What a start has to know of all code, by digest. */
  all(): Map<string, ContributionRecord> {
    this.#write();
    const rows = this.#driver.all(
      `SELECT ${COLUMNS} FROM plugin_handler_contributions`,
    );
    return new Map(rows.flatMap((row) => {
      const known = this.#read(row);
      if (known === undefined) return [];
      const { activation } = known;
      this.#keepSchedules(String(row.digest), known);
      const record = {
        activation,
        tables: declaredTables(known).map(({ name }) => name),
        textTemplates: hasTextTemplates(known),
      };
      return [[String(row.digest), record] as const];
    }));
  }

  /** What is not whole is dropped, and learnt when the code is imported. */
  #read(row: SqliteRow): PluginContributions | undefined {
    const known = readKeptContributions(String(row.contributions));
    if (known !== undefined) return known;
    this.forget(String(row.digest));
    return undefined;
  }

  /**
   * The schedules of code that this process has listed or remembered: apart
   * from the rest, since every plugin of a start is asked for them.
   */
  schedules(digest: string | null): readonly ScheduleContribution[] {
    return digest === null ? [] : this.#schedules.get(digest) ?? [];
  }

  #keepSchedules(digest: string, { schedules }: PluginContributions): void {
    if (schedules !== undefined) this.#schedules.set(digest, schedules);
  }

  /**
   * Remembers what the code with this digest contributes.
   *
   * @returns Whether that was not known.
   */
  remember(digest: string, contributions: PluginContributions): boolean {
    this.#keepSchedules(digest, contributions);
    if (this.#holds === 0) {
      if (this.get(digest) !== undefined) return false;
      this.#insert(digest, contributions);
      return true;
    }
    if (this.#pending.has(digest) || this.#hasWritten(digest)) return false;
    this.#pending.set(digest, contributions);
    if (this.#pending.size >= MAX_PENDING) this.#write();
    return true;
  }

  /** One SELECT for all that are loaded together. */
  #hasWritten(digest: string): boolean {
    this.#written ??= new Set(
      this.#driver.all(`SELECT digest FROM plugin_handler_contributions`)
        .map((row) => String(row.digest)),
    );
    return this.#written.has(digest);
  }

  #write(): void {
    if (this.#pending.size === 0) return;
    const pending = [...this.#pending];
    this.#pending.clear();
    try {
      this.#driver.transaction(() => {
        for (const it of pending) this.#insert(...it);
      }, "IMMEDIATE");
      for (const [digest] of pending) this.#written?.add(digest);
    } catch {
      // What is not kept is learnt again: no reason to fail what is loaded.
    }
  }

  #insert(digest: string, contributions: PluginContributions): void {
    this.#driver.run(
      `INSERT OR REPLACE INTO plugin_handler_contributions
        (digest, contributions, activation) VALUES (?, ?, ?)`,
      [digest, JSON.stringify(contributions), contributions.activation],
    );
  }

  /** Forgets what the code with this digest contributes. */
  forget(digest: string): void {
    this.#schedules.delete(digest);
    this.#pending.delete(digest);
    this.#written?.delete(digest);
    this.#driver.run(
      `DELETE FROM plugin_handler_contributions WHERE digest = ?`,
      [digest],
    );
  }

  /**
   * Forgets what belongs to no stored plugin and no kept version any more.
   *
   * @param digests What may have become superfluous.
   */
  prune(digests: readonly string[]): void {
    this.#write();
    pruneDigests(this.#driver, "plugin_handler_contributions", digests);
  }
}
