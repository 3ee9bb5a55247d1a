/**
 * The error catalogue: every code that this library reports, with the HTTP
 * status that it maps to, and the classes that carry them.
 *
 * @module
 */
import { clip, MAX_MESSAGE } from "./text/clip.ts";

/**
 * The HTTP status of every error code. The codes are stable: callers may
 * branch on them.
 */
export const ERROR_STATUS = {
  /** No plugin with this id or name is stored. */
  PLUGIN_NOT_FOUND: 404,
  /** The operator disabled the plugin. */
  PLUGIN_DISABLED: 409,
  /** The plugin kept failing and rests; it is tried again after a while. */
  PLUGIN_QUARANTINED: 503,
  /** Too many requests wait for the plugin's process. */
  PLUGIN_BUSY: 503,
  /** A setting that the plugin requires has no value yet. */
  SETTINGS_MISSING: 503,
  /** The plugin is stored, but not loaded. */
  PLUGIN_NOT_LOADED: 409,
  /** The plugin is loaded already. */
  PLUGIN_ALREADY_LOADED: 409,
  /** The plugin declares no route for this path. */
  ROUTE_NOT_FOUND: 404,
  SCHEDULE_NOT_FOUND: 404,
  /** The plugin declares the route, but not for this method. */
  METHOD_NOT_ALLOWED: 405,
  /** The route names an action that the plugin does not define. */
  ACTION_NOT_FOUND: 500,
  /** An action threw or rejected. */
  ACTION_FAILED: 500,
  /** An action, or its route, took longer than it may. */
  ACTION_TIMEOUT: 504,
  /** The module exports nothing usable, or its definition is malformed. */
  INVALID_PLUGIN: 422,
  /** Importing the code, making the table or `init()` failed. */
  LOAD_FAILED: 500,
  /** Import and `init()` took longer than they may. */
  LOAD_TIMEOUT: 504,
  /** The request itself is malformed, such as a broken percent escape. */
  INVALID_REQUEST: 400,
  /** The request body does not parse as what its content type says. */
  INVALID_BODY: 400,
  /** The request body is larger than allowed. */
  BODY_TOO_LARGE: 413,
  /** The request body did not arrive in time. */
  REQUEST_TIMEOUT: 408,
  /** A body, query or parameter does not match the declared schema. */
  VALIDATION_FAILED: 422,
  /** The manifest does not parse or does not validate. */
  INVALID_MANIFEST: 422,
  /** The manifest or the bundle could not be fetched. */
  MANIFEST_FETCH_FAILED: 502,
  /** The manifest or the bundle is larger than allowed. */
  MANIFEST_TOO_LARGE: 413,
  /** The host, scheme or address may not be fetched from. */
  HOST_NOT_ALLOWED: 403,
  /** The code is not the code that was promised or stored. */
  INTEGRITY_MISMATCH: 422,
  /** The signature is missing where required, wrong, or of an unknown key. */
  SIGNATURE_INVALID: 403,
  /** The verification service does not vouch for the plugin. */
  VERIFICATION_REFUSED: 403,
  /** The plugin asks for more permissions than the operator granted. */
  PERMISSION_REQUIRED: 403,
  /** The table belongs to another plugin. */
  TABLE_NAME_TAKEN: 409,
  /** The plugin's process ended, or broke the protocol. */
  SANDBOX_CRASHED: 502,
  /**
   * The database refused or failed. The status is 503 where that is the host's
   * trouble: a full disk, a failing one, a lock, a damaged file.
   */
  STORE_FAILED: 500,
  /**
   * A row broke a constraint of its table. The status is 422 where it is not
   * another row that stands in the way, but a check or a missing value.
   */
  CONSTRAINT_FAILED: 409,
  /** The Docker Engine is out of reach, refused, or its address is unusable. */
  DOCKER_FAILED: 502,
  /** The fleet's registry is out of reach, refused, or holds what is no use. */
  FLEET_FAILED: 502,
  /** An option of the handler is unknown, or has a value that it cannot have. */
  INVALID_OPTIONS: 500,
  /** This version of Deno lacks what the handler needs. */
  UNSUPPORTED_RUNTIME: 500,
} as const;

/** A stable error code; see {@linkcode ERROR_STATUS}. */
export type PluginErrorCode = keyof typeof ERROR_STATUS;

/** What a {@linkcode PluginError} carries beside its message. */
export interface PluginErrorOptions extends ErrorOptions {
  /** The plugin that the error is about. */
  pluginId?: number;
  /**
   * The HTTP status, for codes that stand for more than one.
   *
   * @default the code's in {@linkcode ERROR_STATUS}
   */
  status?: number;
  /** After how many milliseconds another try may succeed. */
  retryAfterMs?: number;
}

/**
 * Every error that this library throws or puts into a result.
 *
 * @example Branching on the code
 * ```ts
 * import { PluginError } from "@dockstat/plugin-handler";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new PluginError(
 *   "PLUGIN_NOT_FOUND",
 *   "Cannot load plugin 7: no such plugin is stored",
 *   { pluginId: 7 },
 * );
 * assertEquals([error.code, error.status, error.pluginId], [
 *   "PLUGIN_NOT_FOUND",
 *   404,
 *   7,
 * ]);
 * ```
 */
export class PluginError extends Error {
  /** The stable code that callers branch on. */
  readonly code: PluginErrorCode;
  /** The HTTP status that the code maps to. */
  readonly status: number;
  /** The plugin that the error is about, where there is one. */
  readonly pluginId?: number;
  /** After how many milliseconds another try may succeed, where that is known. */
  readonly retryAfterMs?: number;

  /**
   * Makes an error.
   *
   * @param code The stable code.
   * @param message What happened, to which plugin, and what to do.
   * @param options The plugin's id and the cause.
   */
  constructor(
    code: PluginErrorCode,
    message: string,
    options: PluginErrorOptions = {},
  ) {
    // A plugin's own words may be part of it, and whatever is thrown is stored.
    super(clip(message, MAX_MESSAGE), options);
    this.name = "PluginError";
    this.code = code;
    this.status = options.status ?? ERROR_STATUS[code];
    if (options.pluginId !== undefined) this.pluginId = options.pluginId;
    if (options.retryAfterMs !== undefined) {
      this.retryAfterMs = options.retryAfterMs;
    }
  }
}

/** What an {@linkcode ActionError} carries beside its message. */
export interface ActionErrorOptions extends PluginErrorOptions {
  /** The name of the action. */
  action: string;
  /** The position of the action in its chain, from 0. */
  index: number;
}

/**
 * An action of a chain failed (`ACTION_FAILED`), took too long
 * (`ACTION_TIMEOUT`) or does not exist (`ACTION_NOT_FOUND`).
 */
export class ActionError extends PluginError {
  /** The name of the action. */
  readonly action: string;
  /** The position of the action in its chain, from 0. */
  readonly index: number;

  /**
   * Makes an error about an action.
   *
   * @param code What became of the action.
   * @param message What happened, to which plugin, and what to do.
   * @param options The action, its position, the plugin's id and the cause.
   */
  constructor(
    code: "ACTION_FAILED" | "ACTION_TIMEOUT" | "ACTION_NOT_FOUND",
    message: string,
    options: ActionErrorOptions,
  ) {
    super(code, message, options);
    this.name = "ActionError";
    this.action = options.action;
    this.index = options.index;
  }
}

/** A request asked for a method that its route does not serve. */
export class MethodNotAllowedError extends PluginError {
  /** The methods that the route serves, for the `Allow` header. */
  readonly allow: readonly string[];

  /**
   * Makes an error about a method.
   *
   * @param message What happened, to which plugin, and what to do.
   * @param options The methods that the route serves, and the plugin's id.
   */
  constructor(
    message: string,
    options: PluginErrorOptions & { allow: readonly string[] },
  ) {
    super("METHOD_NOT_ALLOWED", message, options);
    this.name = "MethodNotAllowedError";
    this.allow = options.allow;
  }
}

/** What kind of constraint a row broke. */
export type ConstraintKind =
  | "unique"
  | "foreign key"
  | "check"
  | "not null"
  | "data type"
  | "trigger";

/** What a {@linkcode ConstraintError} carries beside its message. */
export interface ConstraintErrorOptions extends PluginErrorOptions {
  /** What kind of constraint it is. */
  constraint: ConstraintKind;
  /** The columns that it is about, as `table.column`. @default [] */
  columns?: readonly string[];
}

/**
 * A row broke a constraint of its table (`CONSTRAINT_FAILED`): 409 where another
 * row stands in the way, 422 where the row itself is at fault.
 */
export class ConstraintError extends PluginError {
  /** What kind of constraint it is. */
  readonly constraint: ConstraintKind;
  /** The columns that it is about, as `table.column`, where SQLite says so. */
  readonly columns: readonly string[];

  /**
   * Makes an error about a row.
   *
   * @param message What happened, and what to do.
   * @param options The constraint, the plugin's id and the cause.
   */
  constructor(message: string, options: ConstraintErrorOptions) {
    const { constraint, columns = [] } = options;
    const conflicts = constraint === "unique" || constraint === "foreign key";
    super("CONSTRAINT_FAILED", message, {
      ...options,
      status: conflicts ? 409 : 422,
    });
    this.name = "ConstraintError";
    this.constraint = constraint;
    this.columns = columns;
  }
}

/** One thing that is wrong with an input. */
export interface Issue {
  /** What is wrong. */
  readonly message: string;
  /** Where, as property names and indexes from the outside in. */
  readonly path: readonly PropertyKey[];
  /** The line in the source text, from 1, where it is known. */
  readonly line?: number;
  /** The column in that line, from 1, where it is known. */
  readonly column?: number;
}

/**
 * An input has problems that are listed one by one: a manifest
 * (`INVALID_MANIFEST`), a plugin's definition (`INVALID_PLUGIN`) or a request
 * (`VALIDATION_FAILED`).
 */
export class ValidationError extends PluginError {
  /** Every problem found, in the order of the input. */
  readonly issues: readonly Issue[];

  /**
   * Makes an error about an input.
   *
   * @param code Which kind of input it is.
   * @param message What happened, to which plugin, and what to do.
   * @param options The problems, the plugin's id and the cause.
   */
  constructor(
    code: "INVALID_MANIFEST" | "INVALID_PLUGIN" | "VALIDATION_FAILED",
    message: string,
    options: PluginErrorOptions & { issues: readonly Issue[] },
  ) {
    super(code, message, options);
    this.name = "ValidationError";
    this.issues = options.issues;
  }
}

/**
 * The message of anything that was thrown: an error's own, else its string
 * form; cut where it is longer than anybody reads.
 *
 * @returns The text for a message or a log line.
 */
export function messageOf(thrown: unknown): string {
  try {
    return clip(
      String(thrown instanceof Error ? thrown.message : thrown),
      MAX_MESSAGE,
    );
  } catch {
    return "a value that has no string form";
  }
}
