/**
 * What the server refuses, as problem details (RFC 9457).
 *
 * @module
 */
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** The codes of the server itself, beside those of the handler. */
export const SERVER_STATUS = {
  /** Nobody is signed in, or what was shown is no longer valid. */
  AUTHENTICATION_REQUIRED: 401,
  /** Name or password are wrong. */
  SIGN_IN_FAILED: 401,
  /** The role does not allow it. */
  ROLE_REQUIRED: 403,
  /** A page of another origin sent it. */
  ORIGIN_NOT_ALLOWED: 403,
  /** Registration is closed. */
  REGISTRATION_CLOSED: 403,
  /** There is no such thing. */
  NOT_FOUND: 404,
  /** It is there already, or contradicts what is there. */
  CONFLICT: 409,
  /** It was changed by somebody else since. */
  PRECONDITION_FAILED: 412,
  /** The content type is not the one that the server reads. */
  UNSUPPORTED_MEDIA_TYPE: 415,
  /** The host that was asked for is not this server's. */
  HOST_MISDIRECTED: 421,
  /** The input does not match its schema. */
  INPUT_INVALID: 422,
  /** Too many tries. */
  TOO_MANY_REQUESTS: 429,
} as const satisfies Record<string, ContentfulStatusCode>;

/** A code of the server. */
export type ServerCode = keyof typeof SERVER_STATUS;

/** What a {@linkcode Refusal} carries beside its message. */
export interface RefusalOptions extends ErrorOptions {
  /** What is wrong with which part of the input. */
  readonly errors?: readonly { path: string; message: string }[];
  /** After how many seconds to try again. */
  readonly retryAfter?: number;
}

/** A request that the server refuses. */
export class Refusal extends Error {
  /** The stable code. */
  readonly code: ServerCode;
  /** The HTTP status. */
  readonly status: ContentfulStatusCode;
  /** What is wrong with which part of the input. */
  readonly errors?: readonly { path: string; message: string }[];
  /** After how many seconds to try again. */
  readonly retryAfter?: number;

  constructor(code: ServerCode, message: string, options: RefusalOptions = {}) {
    super(message, options);
    this.name = "Refusal";
    this.code = code;
    this.status = SERVER_STATUS[code];
    this.errors = options.errors;
    this.retryAfter = options.retryAfter;
  }
}
