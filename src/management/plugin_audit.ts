/**
 * Writes what is done to plugins, and what is refused, into the audit log.
 *
 * @module
 */
import { messageOf } from "../errors.ts";
import type { AuditAction, AuditLog } from "../store/handler_tables.ts";

/** Who asks for something. */
export interface ActorOptions {
  /**
   * Who the audit log says acted.
   *
   * @default the handler's `actor`
   */
  readonly actor?: string;
}

/** What is done to which plugin. */
export interface AuditedDeed {
  /** What. */
  readonly action: AuditAction;
  /** Who, where the caller says it. */
  readonly actor?: string;
  /** The plugin's id, where it has one. */
  readonly pluginId?: number;
  /** The plugin's name, or where it is to come from. */
  readonly plugin: string;
  /** The URL that code comes from. */
  readonly url?: string | null;
  /** The digest of the code before. */
  readonly digestBefore?: string | null;
  /** The digest of the code after. */
  readonly digestAfter?: string | null;
  /** What was decided. */
  readonly detail?: string | null;
}

/** Keeps the audit log of one handler. */
export class PluginAudit {
  readonly #log: AuditLog;
  readonly #actor: string;

  /**
   * @param log The log.
   * @param actor Who acts where a call does not say.
   */
  constructor(log: AuditLog, actor: string) {
    this.#log = log;
    this.#actor = actor;
  }

  /** Notes what was done; within the transaction that does it. */
  done(deed: AuditedDeed): void {
    this.#append(deed, "done");
  }

  /**
   * Notes what was refused.
   *
   * A log that cannot be written must not hide why the deed was refused.
   */
  refused(deed: AuditedDeed, error: unknown): void {
    try {
      this.#append({ ...deed, detail: messageOf(error) }, "refused");
    } catch {
      return;
    }
  }

  #append(deed: AuditedDeed, outcome: "done" | "refused"): void {
    this.#log.append({
      action: deed.action,
      actor: deed.actor ?? this.#actor,
      pluginId: deed.pluginId ?? null,
      plugin: deed.plugin,
      url: deed.url ?? null,
      digestBefore: deed.digestBefore ?? null,
      digestAfter: deed.digestAfter ?? null,
      outcome,
      detail: deed.detail ?? null,
    });
  }
}
