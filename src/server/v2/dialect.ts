/**
 * The original's dialect: its envelope for errors, and requests that are read
 * as it reads them.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import type { z } from "zod";
import { includesRole, type Role } from "../auth/principal.ts";
import { Refusal } from "../http/problem.ts";
import { type Failure, failureOf } from "../http/problem_response.ts";
import type { ServerEnv } from "../server_env.ts";

/** A request of the dialect. */
export type V2Context = Context<ServerEnv>;

/** An application that answers failures in the original's envelope. */
export function dialectApp(): Hono<ServerEnv> {
  const app = new Hono<ServerEnv>();
  app.onError((error, context) => failureResponse(error, context));
  return app;
}

/** Answers a failure as the original does. */
export function failureResponse(error: unknown, context: Context): Response {
  const failure = failureOf(error);
  const { pathname } = new URL(context.req.url);
  if (failure.code === "AUTHENTICATION_REQUIRED") {
    return Response.json({ error: "Authentication required" }, { status: 401 });
  }
  return Response.json({
    success: false,
    error: {
      code: codeOf(failure),
      message: failure.detail,
      ...(failure.errors === undefined ? {} : {
        details: failure.errors.map(({ path, message }) => ({
          field: path === "" ? "unknown" : `/${path.replaceAll(".", "/")}`,
          message,
        })),
      }),
    },
    path: pathname,
    timestamp: new Date().toISOString(),
  }, {
    status: failure.code === "INPUT_INVALID" ? 400 : failure.status,
    headers: failure.retryAfter === undefined
      ? {}
      : { "retry-after": String(failure.retryAfter) },
  });
}

function codeOf({ code, status }: Failure): string {
  if (code === "INPUT_INVALID") return "VALIDATION_FAILED";
  if (code === "INVALID_BODY" || code === "UNSUPPORTED_MEDIA_TYPE") {
    return "BAD_REQUEST";
  }
  if (code === "ROLE_REQUIRED") return "FORBIDDEN";
  return status === 404 ? "NOT_FOUND" : code;
}

/**
 * Lets only those through who may.
 *
 * @throws {Refusal} `AUTHENTICATION_REQUIRED`, `ROLE_REQUIRED`.
 */
export function requireRole(context: V2Context, role: Role): void {
  const principal = context.get("principal");
  if (principal === undefined) {
    throw new Refusal("AUTHENTICATION_REQUIRED", "Authentication required");
  }
  if (includesRole(principal.role, role)) return;
  throw new Refusal(
    "ROLE_REQUIRED",
    `This needs the role ${role}, and ${principal.name} is ${principal.role}`,
  );
}

/**
 * Reads and validates the JSON body of a request.
 *
 * @throws {Refusal} `INPUT_INVALID`; unknown keys are dropped.
 */
export async function bodyOf<S extends z.ZodType>(
  context: V2Context,
  schema: S,
): Promise<z.output<S>> {
  let value: unknown;
  try {
    value = await context.req.json();
  } catch {
    throw new Refusal("UNSUPPORTED_MEDIA_TYPE", "Invalid request format");
  }
  return valid(value, schema);
}

/**
 * Validates a value.
 *
 * @throws {Refusal} `INPUT_INVALID`.
 */
export function valid<S extends z.ZodType>(
  value: unknown,
  schema: S,
): z.output<S> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const errors = read.error.issues.map(({ path, message }) => ({
    path: path.map(String).join("."),
    message,
  }));
  throw new Refusal("INPUT_INVALID", errors[0]!.message, { errors });
}
