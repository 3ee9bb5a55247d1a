/**
 * What went wrong in a plugin, and whose fault it is.
 *
 * @module
 */
import {
  messageOf,
  PluginError,
  type PluginErrorCode,
} from "../../shared/errors.ts";

/**
 * Where a plugin failed: in an action, in a hook, while it was loaded, by the
 * end of its process, or outside of any call.
 */
export type FailureKind = "action" | "hook" | "load" | "crash" | "late";

/** One failure of a plugin. */
export interface PluginFailure {
  /** Where it failed. */
  readonly kind: FailureKind;
  /** The action or the event, where it is one of them. */
  readonly name?: string;
  /** What was thrown. */
  readonly error: unknown;
}

/** Longer chains of causes are a mistake. */
const MAX_DEPTH = 20;

/**
 * The host's own trouble behind an error: a full disk, a lock, a payload of the
 * host's that cannot be sent. It is nobody else's failure, however the plugin
 * passes it on.
 *
 * @returns The error; undefined where it is not the host's.
 */
export function hostsTrouble(thrown: unknown): PluginError | undefined {
  try {
    let error = thrown;
    for (let depth = 0; error instanceof Error && depth < MAX_DEPTH; depth++) {
      if (isHosts(error)) return error;
      error = error.cause;
    }
  } catch {
    // What a plugin throws may throw in turn when it is looked at.
    return undefined;
  }
}

/** By its fields: in a plugin's process it is of another class. */
function isHosts(error: Error): error is PluginError {
  const { code, status } = error as Partial<PluginError>;
  if (code === "STORE_FAILED") return status === 503;
  // Other errors may have such a code as well.
  return error instanceof PluginError && OF_HOST.has(error.code);
}

const OF_HOST: ReadonlySet<PluginErrorCode> = new Set([
  "INVALID_OPTIONS",
  "UNSUPPORTED_RUNTIME",
  "INVALID_REQUEST",
]);

/** The longest text of an error that is kept. */
const MAX_TEXT = 2_000;

/** What an error says, no longer than is worth keeping. */
export function shortMessageOf(thrown: unknown): string {
  const text = messageOf(thrown);
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
