/**
 * Who did what to which plugin: a log that is only ever appended to, bounded
 * by age and count.
 *
 * @module
 */
import type { SqliteDriver, SqliteRow } from "./sqlite_driver.ts";

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
  | "pin";

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
  /** The plugin's name, or the URL where the name is not known. */
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

/** How long entries are kept. */
const MAX_AGE_MS = 400 * 24 * 60 * 60 * 1000;
/** How many entries are kept. */
const MAX_ENTRIES = 10_000;

/** The log. */
export class AuditLog {
  readonly #driver: SqliteDriver;

  /**
   * @param driver The database; it has the handler's tables.
   */
  constructor(driver: SqliteDriver) {
    this.#driver = driver;
  }

  /** Adds an entry, and drops those that are too old or too many. */
  append(entry: Omit<AuditEntry, "id" | "at">): void {
    const now = Date.now();
    this.#driver.transaction(() => {
      const { lastInsertRowid } = this.#driver.run(
        `INSERT INTO plugin_handler_audit (at, actor, action, plugin_id, plugin,
          url, digest_before, digest_after, outcome, detail)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
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
        ],
      );
      this.#driver.run(
        // The oldest few are enough to look at, since every append does.
        `DELETE FROM plugin_handler_audit WHERE id IN
          (SELECT id FROM plugin_handler_audit ORDER BY id LIMIT 16)
          AND (id <= ? OR at < ?)`,
        [lastInsertRowid - MAX_ENTRIES, BigInt(now - MAX_AGE_MS)],
      );
    }, "IMMEDIATE");
  }

  /** Lists entries, the newest first. */
  list(query: AuditQuery = {}): AuditEntry[] {
    const { pluginId = null, since = 0, limit = 100 } = query;
    return this.#driver.all(
      `SELECT * FROM plugin_handler_audit
        WHERE (?1 IS NULL OR plugin_id = ?1) AND at >= ?2
        ORDER BY id DESC LIMIT ?3`,
      [pluginId, BigInt(Number(since)), limit],
    ).map(entryOf);
  }
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
