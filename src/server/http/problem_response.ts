/**
 * Makes problem details (RFC 9457) of what was thrown.
 *
 * @module
 */
import { HTTPException } from "hono/http-exception";
import { PluginError } from "../../shared/errors.ts";
import { Refusal } from "./problem.ts";

/** What a response says of a failure. */
export interface Failure {
  /** The HTTP status. */
  readonly status: number;
  /** The stable code. */
  readonly code: string;
  /** What happened, for a person. */
  readonly detail: string;
  /** What is wrong with which part of the input. */
  readonly errors?: readonly { path: string; message: string }[];
  /** After how many seconds to try again. */
  readonly retryAfter?: number;
}

/**
 * Reads what was thrown.
 *
 * @param error Anything; what nobody meant to be shown stays hidden.
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof Refusal) {
    const { status, code, message: detail, errors, retryAfter } = error;
    return { status, code, detail, errors, retryAfter };
  }
  if (error instanceof PluginError) {
    const { status, code, message: detail } = error;
    return { status, code, detail };
  }
  if (error instanceof HTTPException) {
    const { status } = error;
    // Hono throws these for bodies that are no JSON.
    return { status, code: "INVALID_BODY", detail: error.message };
  }
  return {
    status: 500,
    code: "INTERNAL_ERROR",
    detail: "Cannot answer: the server failed; its log says why",
  };
}

/** Makes the response of a failure. */
export function problemResponse(failure: Failure, instance: string): Response {
  const { status, code, detail, errors, retryAfter } = failure;
  const headers = new Headers({ "content-type": "application/problem+json" });
  if (retryAfter !== undefined) headers.set("retry-after", String(retryAfter));
  if (status === 401) headers.set("www-authenticate", "Bearer");
  const problem = {
    type: "about:blank",
    title: code,
    status,
    detail,
    code,
    instance,
    ...(errors === undefined ? {} : { errors }),
  };
  return new Response(JSON.stringify(problem), { status, headers });
}
