/**
 * Tells an error to an HTTP client, as problem details (RFC 9457).
 *
 * @module
 */
import {
  ActionError,
  ConstraintError,
  type ConstraintKind,
  type Issue,
  MethodNotAllowedError,
  PluginError,
  type PluginErrorCode,
  ValidationError,
} from "../../shared/errors.ts";

/** The body of an error response. */
export interface ProblemDetails {
  /** A URI for the kind of error; `about:blank` for one of no known kind. */
  type: string;
  /** The kind of error in words. */
  title: string;
  /** The HTTP status. */
  status: number;
  /** What happened this time. */
  detail?: string;
  /** The path of the request. */
  instance?: string;
  /** The stable code; absent where the error is of no known kind. */
  code?: PluginErrorCode;
  /** The plugin that the error is about. */
  pluginId?: number;
  /** The action that failed. */
  action?: string;
  /** What is wrong with the input, one by one. */
  issues?: readonly Issue[];
  /** What kind of constraint a row broke. */
  constraint?: ConstraintKind;
  /** The columns that it is about, as `table.column`. */
  columns?: readonly string[];
  /** What the host's log shows the error under, where it is not shown here. */
  errorId?: string;
  /** The stack trace, where the host shows it. */
  stack?: string;
}

/** What a problem says beyond the error itself. */
export interface ProblemOptions {
  /** The path of the request. */
  readonly instance?: string;
  /**
   * Renders the stack trace for the client.
   *
   * @default none is shown
   */
  readonly stack?: (error: unknown) => string | undefined;
  /**
   * Keeps what plugins' errors say from clients: gives the number that the log
   * shows such an error under.
   *
   * @default they are shown
   */
  readonly hide?: (error: unknown) => string;
}

/**
 * Describes an error.
 *
 * @param thrown Anything that was thrown. Of what is not a `PluginError`, the
 * message stays here: it was not meant for clients.
 * @param options The path, and whether the stack is shown.
 */
export function problemOf(
  thrown: unknown,
  options: ProblemOptions = {},
): ProblemDetails {
  const { instance, hide } = options;
  const isHidden = hide !== undefined && !isForClients(thrown);
  const stack = isHidden ? undefined : options.stack?.(thrown);
  const problem = thrown instanceof PluginError
    ? knownProblem(thrown)
    : UNKNOWN;
  return {
    ...(isHidden ? hidden(problem, hide(thrown)) : problem),
    ...(instance === undefined ? {} : { instance }),
    ...(stack === undefined ? {} : { stack }),
  };
}

/**
 * Makes the response for an error.
 *
 * @param options The path, and whether the stack is shown.
 * @returns The response, with `Allow` where the method was wrong, and
 * `Retry-After` where another try may succeed.
 */
export function problemResponse(
  thrown: unknown,
  options: ProblemOptions = {},
): Response {
  const problem = problemOf(thrown, options);
  const headers = new Headers({ "content-type": "application/problem+json" });
  if (thrown instanceof MethodNotAllowedError) {
    headers.set("allow", thrown.allow.join(", "));
  }
  if (thrown instanceof PluginError && thrown.retryAfterMs !== undefined) {
    const seconds = Math.max(1, Math.ceil(thrown.retryAfterMs / 1_000));
    headers.set("retry-after", String(seconds));
  }
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers,
  });
}

const UNKNOWN: ProblemDetails = {
  type: "about:blank",
  title: "Internal Server Error",
  status: 500,
};

function knownProblem(error: PluginError): ProblemDetails {
  const { code, status, message, pluginId } = error;
  return {
    type: `urn:dockstat:plugin-handler:${code}`,
    title: titleOf(code),
    status,
    detail: message,
    code,
    ...(pluginId === undefined ? {} : { pluginId }),
    ...(error instanceof ActionError ? { action: error.action } : {}),
    ...(error instanceof ValidationError ? { issues: error.issues } : {}),
    ...(error instanceof ConstraintError ? constraintOf(error) : {}),
  };
}

function constraintOf(
  { constraint, columns }: ConstraintError,
): Pick<ProblemDetails, "constraint" | "columns"> {
  return { constraint, ...(columns.length === 0 ? {} : { columns }) };
}

/** The codes whose messages are about the request, and quote nothing else. */
const FOR_CLIENTS: ReadonlySet<PluginErrorCode> = new Set([
  "PLUGIN_NOT_FOUND",
  "PLUGIN_NOT_LOADED",
  "ROUTE_NOT_FOUND",
  "METHOD_NOT_ALLOWED",
  "ACTION_NOT_FOUND",
  "ACTION_TIMEOUT",
  "INVALID_REQUEST",
  "INVALID_BODY",
  "BODY_TOO_LARGE",
  "REQUEST_TIMEOUT",
  "VALIDATION_FAILED",
  "SETTINGS_MISSING",
]);

/** What is no `PluginError` says nothing to clients anyway. */
function isForClients(thrown: unknown): boolean {
  return thrown instanceof PluginError && FOR_CLIENTS.has(thrown.code);
}

/** The columns are the plugin's own, as its messages are. */
function hidden(
  { columns: _, detail: __, ...problem }: ProblemDetails,
  errorId: string,
): ProblemDetails {
  return { ...problem, detail: `${problem.title} (error ${errorId})`, errorId };
}

/** `PLUGIN_NOT_FOUND` reads "Plugin not found". */
function titleOf(code: PluginErrorCode): string {
  const words = code.toLowerCase().replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
