/**
 * Makes this library's own errors again out of what a guest sent. The plugin
 * that they are attributed to is the one whose process it is, whatever they say.
 *
 * @module
 */
import {
  ActionError,
  ConstraintError,
  type ConstraintKind,
  type Issue,
  messageOf,
  PluginError,
  type PluginErrorCode,
  ValidationError,
} from "../../../shared/errors.ts";

/** What the code of a plugin can fail with. */
const CODES = [
  "ACTION_FAILED",
  "ACTION_TIMEOUT",
  "ACTION_NOT_FOUND",
  "VALIDATION_FAILED",
  "INVALID_PLUGIN",
  "LOAD_FAILED",
  "LOAD_TIMEOUT",
  "PLUGIN_NOT_LOADED",
  "STORE_FAILED",
  "CONSTRAINT_FAILED",
] as const satisfies readonly PluginErrorCode[];

type GuestCode = typeof CODES[number];

/** What only a plugin that is being loaded can fail with. */
const OF_LOADING: ReadonlySet<PluginErrorCode> = new Set([
  "INVALID_PLUGIN",
  "LOAD_FAILED",
  "LOAD_TIMEOUT",
]);

/** Whose error it is, and when it was thrown. */
export interface Reviving {
  /** Whose process it is. */
  readonly pluginId: number;
  /** Whether the plugin is being loaded, and not called. */
  readonly isLoading: boolean;
}

/** What an error of a guest may say about itself. */
type Claims = Partial<
  Record<
    | "code"
    | "action"
    | "index"
    | "issues"
    | "status"
    | "constraint"
    | "columns",
    unknown
  >
>;

/**
 * Makes an error of this library again.
 *
 * @param from Whose error it is.
 * @returns The error: of the class that it was, if that is one of ours; an
 * error that is none of ours is returned as it is.
 */
export function reviveError(sent: unknown, from: Reviving): unknown {
  if (!(sent instanceof Error)) return sent;
  const { code, action, index, issues, status, constraint, columns } = sent as
    & Error
    & Claims;
  if (!CODES.includes(code as GuestCode)) return sent;
  if (!from.isLoading && OF_LOADING.has(code as GuestCode)) return sent;
  const { pluginId } = from;
  const options = {
    pluginId,
    ...(Object.hasOwn(sent, "cause")
      ? { cause: reviveError(sent.cause, from) }
      : {}),
  };
  const revived = revive(sent, {
    code: code as GuestCode,
    action,
    index,
    issues,
    status,
    constraint,
    columns,
  }, options);
  Object.defineProperty(revived, "stack", {
    value: sent.stack,
    writable: true,
    configurable: true,
  });
  return revived;
}

function revive(
  { name, message }: Error,
  claims: Claims & { code: GuestCode },
  options: { pluginId: number; cause?: unknown },
): PluginError {
  const { code, action, index, issues, status, constraint, columns } = claims;
  if (code === "CONSTRAINT_FAILED" && isConstraint(constraint)) {
    return new ConstraintError(message, {
      ...options,
      constraint,
      columns: Array.isArray(columns) ? columns.map(String) : [],
    });
  }
  if (code === "STORE_FAILED" && status === 503) {
    return new PluginError(code, message, { ...options, status });
  }
  const isAction = code === "ACTION_FAILED" || code === "ACTION_TIMEOUT" ||
    code === "ACTION_NOT_FOUND";
  if (isAction && typeof action === "string" && typeof index === "number") {
    return new ActionError(code, message, { ...options, action, index });
  }
  const isInput = code === "VALIDATION_FAILED" || code === "INVALID_PLUGIN";
  if (isInput && name === "ValidationError" && Array.isArray(issues)) {
    return new ValidationError(code, message, {
      ...options,
      issues: issues.map(readIssue),
    });
  }
  return new PluginError(code, message, options);
}

const CONSTRAINTS: readonly unknown[] = [
  "unique",
  "foreign key",
  "check",
  "not null",
  "data type",
  "trigger",
] satisfies ConstraintKind[];

function isConstraint(value: unknown): value is ConstraintKind {
  return CONSTRAINTS.includes(value);
}

function readIssue(value: unknown): Issue {
  const { message, path, line } = Object(value) as Partial<Issue>;
  return {
    message: messageOf(message ?? ""),
    path: Array.isArray(path)
      ? path.filter((step) =>
        typeof step === "string" || typeof step === "number"
      )
      : [],
    ...(typeof line === "number" ? { line } : {}),
  };
}
