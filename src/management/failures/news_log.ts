/**
 * Logs what becomes of plugins: that they come and go, and what is refused.
 *
 * @module
 */
import { messageOf, PluginError } from "../../shared/errors.ts";
import { handlerLogger, literal } from "../../shared/logging.ts";
import { readableStack } from "../../shared/stack/readable_stack.ts";
import type {
  LifecycleEvent,
  LifecycleEventName,
} from "../../plugin/lifecycle_event.ts";
import type { AuditedDeed } from "../plugin_audit.ts";

const WORDS: Readonly<Record<LifecycleEventName, string>> = {
  "plugin:installed": "was installed",
  "plugin:updated": "was updated",
  "plugin:rolledBack": "was rolled back",
  "plugin:loaded": "is loaded",
  "plugin:unloaded": "is unloaded",
  "plugin:failed": "did not load",
  "plugin:quarantined": "is quarantined",
  "plugin:recovered": "has recovered",
  "plugin:disabled": "was disabled",
  "plugin:enabled": "was enabled",
  "plugin:deleted": "was deleted",
};

/** Logs the news. */
export class NewsLog {
  readonly #parents: readonly string[];

  /**
   * @param parents The categories in front of the handler's own.
   */
  constructor(parents: readonly string[]) {
    this.#parents = parents;
  }

  /** Logs what became of a plugin. */
  note(event: LifecycleEventName, about: LifecycleEvent): void {
    // Why it did not load is logged as any failure is.
    if (event === "plugin:failed") return;
    const { name: plugin, version, reason, error } = about;
    const why = reason === undefined ? "" : `: ${reason}`;
    const message = `Plugin "${plugin}@${version}" ${WORDS[event]}${why}`;
    handlerLogger(this.#parents, plugin)[levelOf(event, about)](
      literal(message),
      {
        plugin,
        version,
        event,
        ...(reason === undefined ? {} : { reason }),
        ...(error === undefined ? {} : { code: error.code, error }),
      },
    );
  }

  /**
   * Logs what was refused.
   *
   * @param error Why it was not.
   */
  refused({ action, plugin }: AuditedDeed, error: unknown): void {
    const code = error instanceof PluginError ? error.code : undefined;
    handlerLogger(this.#parents).warn(literal(messageOf(error)), {
      action,
      plugin,
      code,
      error,
      stack: readableStack(error),
    });
  }
}

/** Something to look at, something that was put right, or just the news. */
function levelOf(
  event: LifecycleEventName,
  { error }: LifecycleEvent,
): "error" | "warn" | "info" {
  if (event === "plugin:quarantined") return "error";
  return event === "plugin:rolledBack" && error !== undefined ? "warn" : "info";
}
