/**
 * Writes what is done to plugins, and what is refused, into the audit log.
 *
 * @module
 */
import { clip } from "../shared/text/clip.ts";
import { messageOf } from "../shared/errors.ts";
import { printable } from "../install/mod.ts";
import type { AuditAction, AuditLog, PluginRepository } from "../store/mod.ts";

/** How many characters of what strangers wrote one entry keeps of each. */
const MAX_FIELD = 2_000;

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
  /**
   * The plugin's name, or where it is to come from.
   *
   * @default the name of the stored plugin, or its id where there is none
   */
  readonly plugin?: string;
  /** The URL that code comes from. */
  readonly url?: string | null;
  /** The digest of the code before. */
  readonly digestBefore?: string | null;
  /** The digest of the code after. */
  readonly digestAfter?: string | null;
  /** What was decided. */
  readonly detail?: string | null;
}

/** What an audit works with. */
export interface PluginAuditParts {
  /** The log. */
  readonly log: AuditLog;
  /** Where plugins' names are. */
  readonly repository: PluginRepository;
  /** Who acts where a call does not say. */
  readonly actor: string;
  /** Told what is refused. */
  readonly onRefused: (deed: AuditedDeed, error: unknown) => void;
}

/** Keeps the audit log of one handler. */
export class PluginAudit {
  readonly #parts: PluginAuditParts;

  /**
   * @param parts What it works with.
   */
  constructor(parts: PluginAuditParts) {
    this.#parts = parts;
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
      const plugin = deed.plugin ?? this.#nameOf(deed.pluginId);
      this.#parts.onRefused({ ...deed, plugin }, error);
      this.#append({ ...deed, detail: messageOf(error) }, "refused");
    } catch {
      return;
    }
  }

  #append(deed: AuditedDeed, outcome: "done" | "refused"): void {
    const { log, actor } = this.#parts;
    log.append({
      action: deed.action,
      actor: deed.actor ?? actor,
      pluginId: deed.pluginId ?? null,
      plugin: clip(deed.plugin ?? this.#nameOf(deed.pluginId), MAX_FIELD),
      // A query may hold a token, and the log is read by many.
      url: deed.url == null ? null : clip(printable(deed.url), MAX_FIELD),
      digestBefore: deed.digestBefore ?? null,
      digestAfter: deed.digestAfter ?? null,
      outcome,
      detail: deed.detail == null ? null : clip(deed.detail, MAX_FIELD),
    });
  }

  #nameOf(id: number | undefined): string {
    const stored = id === undefined
      ? undefined
      : this.#parts.repository.get(id);
    return stored?.name ?? String(id);
  }
}
