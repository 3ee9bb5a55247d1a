/**
 * Who did what to which plugin: a log that is only ever appended to, bounded
 * by age and count.
 *
 * @module
 */
import { PluginError } from "../shared/errors.ts";
import type {
  SqliteDriver,
  SqliteParameter,
  SqliteRow,
} from "../sqlite/driver/sqlite_driver.ts";

/** What was done to a plugin. */
export type AuditAction =
  | "save"
  | "install"
  | "update"
  | "rollback"
  | "return"
  | "delete"
  | "disable"
  | "quarantine"
  | "enable"
  | "grant"
  | "revoke"
  | "pin"
  | "settings"
  | "allow"
  | "accept"
  | "override"
  | "rollout";

/** One thing that was done, or that was refused. */
export interface AuditEntry {
  /** The place in the log. */
  readonly id: number;
  /** When, in milliseconds since 1970. */
  readonly at: number;
  /** Who, as the host says. */
  readonly actor: string;
  /** What. */
  readonly action: AuditAction;
  /** The plugin's id; `null` where it got none. */
  readonly pluginId: number | null;
  /**
   * The plugin's name, or the URL where the name is not known; of a fleet's
   * rollout its name.
   */
  readonly plugin: string;
  /** The URL that code came from; `null` where it came from none. */
  readonly url: string | null;
  /** The digest of the code before. */
  readonly digestBefore: string | null;
  /** The digest of the code after. */
  readonly digestAfter: string | null;
  /** Whether it was done. */
  readonly outcome: "done" | "refused";
  /** Why it was refused, or what was decided. */
  readonly detail: string | null;
}

/** An entry, and whether this handler wrote it. */
export interface FollowedEntry extends AuditEntry {
  /** Whether it was this one, and not another process or handler. */
  readonly isOwn: boolean;
}

/** Which entries to list. */
export interface AuditQuery {
  /** Only those of this plugin. */
  readonly pluginId?: number;
  /** Only those from this moment on. */
  readonly since?: Date | number;
  /**
   * How many at most, the newest first.
   *
   * @default 100
   */
  readonly limit?: number;
}

/** How much an {@linkcode AuditLog} keeps. */
export interface AuditLogOptions {
  /**
   * How many milliseconds an entry is kept.
   *
   * @default 400 days
   */
  readonly maxAgeMs?: number;
  /**
   * How many entries are kept, the newest ones.
   *
   * @default 10000
   */
  readonly maxEntries?: number;
}

const MAX_OWN = 10_000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** The log. */
export class AuditLog {
  readonly #driver: SqliteDriver;
  readonly #maxAgeMs: number;
  readonly #maxEntries: number;
  /** What this log appended and nobody has followed yet. */
  readonly #own = new Map<number, number>();

  /** @param driver The database; it has the handler's tables. */
  constructor(driver: SqliteDriver, options: AuditLogOptions = {}) {
    const { maxAgeMs = 400 * DAY_MS, maxEntries = 10_000 } = options;
    this.#driver = driver;
    this.#maxAgeMs = maxAgeMs;
    this.#maxEntries = maxEntries;
  }

  /**
   * Adds an entry, and drops those that are too old or too many.
   *
   * @param entry What was done, or refused.
   */
  append(entry: Omit<AuditEntry, "id" | "at">): void {
    const now = Date.now();
    this.#driver.transaction(() => {
      const { lastInsertRowid } = this.#driver.run(INSERT, [
        BigInt(now),
        entry.actor,
        entry.action,
        entry.pluginId,
        entry.plugin,
        entry.url,
        entry.digestBefore,
        entry.digestAfter,
        entry.outcome,
        entry.detail,
      ]);
      this.#noteOwn(Number(lastInsertRowid), now);
      // The oldest few are enough to look at, since every append does.
      this.#driver.run(
        `DELETE FROM plugin_handler_audit WHERE id IN
          (SELECT id FROM plugin_handler_audit ORDER BY id LIMIT 16)
          AND (id <= ? OR at < ?)`,
        [
          Number(lastInsertRowid) - this.#maxEntries,
          BigInt(now - this.#maxAgeMs),
        ],
      );
    }, "IMMEDIATE");
  }

  /** A number that grows with every entry. */
  revision(): number {
    const row = this.#driver.get(
      `SELECT seq FROM sqlite_sequence WHERE name = 'plugin_handler_audit'`,
    );
    return Number(row?.seq ?? 0);
  }

  /** The entries after a revision, in their order. */
  after(revision: number): FollowedEntry[] {
    const entries = this.#driver.all(
      `SELECT * FROM plugin_handler_audit WHERE id > ? ORDER BY id`,
      [revision],
    ).map(entryOf);
    return entries.map((entry) => {
      // A transaction that was undone gives its number to somebody else.
      const isOwn = this.#own.get(entry.id) === entry.at;
      this.#own.delete(entry.id);
      return { ...entry, isOwn };
    });
  }

  /** Nobody may follow, and the numbers must not pile up. */
  #noteOwn(id: number, at: number): void {
    this.#own.set(id, at);
    if (this.#own.size <= MAX_OWN) return;
    const [oldest] = this.#own.keys();
    this.#own.delete(oldest!);
  }

  /**
   * Lists entries, the newest first.
   *
   * @throws {PluginError} `INVALID_REQUEST` for a moment or a number that is
   * none.
   */
  list(query: AuditQuery = {}): AuditEntry[] {
    const { pluginId, since = 0, limit = 100 } = query;
    const from = Number(since);
    if (Number.isNaN(from)) throw unusable("since", since);
    if (Number.isNaN(limit) || limit < 0) throw unusable("limit", limit);
    const parameters: SqliteParameter[] = [wholeNumber(from)];
    if (pluginId !== undefined) parameters.push(pluginId);
    return this.#driver.all(
      `SELECT * FROM plugin_handler_audit WHERE at >= ?
        ${pluginId === undefined ? "" : "AND plugin_id = ?"}
        ORDER BY id DESC LIMIT ?`,
      [...parameters, wholeNumber(limit)],
    ).map(entryOf);
  }
}

const INSERT = `INSERT INTO plugin_handler_audit (at, actor, action, plugin_id,
  plugin, url, digest_before, digest_after, outcome, detail)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** `Infinity` is as far as SQLite counts. */
function wholeNumber(value: number): bigint {
  return BigInt(Math.max(0, Math.min(Math.ceil(value), 2 ** 53)));
}

function unusable(name: string, value: unknown): PluginError {
  return new PluginError(
    "INVALID_REQUEST",
    `Cannot list the audit log: ${name} is ${String(value)}`,
  );
}

function entryOf(row: SqliteRow): AuditEntry {
  return {
    id: Number(row.id),
    at: Number(row.at),
    actor: String(row.actor),
    action: row.action as AuditAction,
    pluginId: row.plugin_id === null ? null : Number(row.plugin_id),
    plugin: String(row.plugin),
    url: row.url as string | null,
    digestBefore: row.digest_before as string | null,
    digestAfter: row.digest_after as string | null,
    outcome: row.outcome as AuditEntry["outcome"],
    detail: row.detail as string | null,
  };
}
