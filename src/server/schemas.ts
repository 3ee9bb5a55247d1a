/**
 * The one source of validation and of the OpenAPI document: zod schemas, with
 * hono-openapi behind the functions of this module alone.
 *
 * @module
 */
import type { Hono, MiddlewareHandler } from "hono";
import {
  describeRoute,
  generateSpecs,
  resolver,
  validator,
} from "hono-openapi";
import type { z } from "zod";
import { VERSION } from "../shared/version.ts";
import { Refusal } from "./http/problem.ts";
import type { ServerEnv } from "./server_env.ts";

/** An OpenAPI 3.1 document. */
export type OpenApiDocument = Readonly<Record<string, unknown>>;

/** What the document says of a route. */
export interface RouteDescription {
  /** One line. */
  readonly summary: string;
  /** What it belongs to. */
  readonly tag: string;
  /** What it answers with; nothing where it answers 204. */
  readonly response?: z.ZodType;
  /**
   * The status of its answer.
   *
   * @default 200, or 204 without a response
   */
  readonly status?: number;
}

/** Puts a route into the document. */
export function describe(
  { summary, tag, response, status }: RouteDescription,
): MiddlewareHandler<ServerEnv> {
  const content = response &&
    { "application/json": { schema: resolver(response) } };
  const code = status ?? (response === undefined ? 204 : 200);
  return describeRoute({
    summary,
    tags: [tag],
    responses: {
      [code]: { description: summary, ...(content ? { content } : {}) },
      default: { description: "Problem details (RFC 9457)" },
    },
  });
}

/** Validates the JSON body of a request. */
export function jsonBody<S extends z.ZodType>(schema: S) {
  return validator("json", schema, refuseInvalid);
}

/** Validates the query of a request. */
export function query<S extends z.ZodType>(schema: S) {
  return validator("query", schema, refuseInvalid);
}

/** Validates the parameters of a path. */
export function parameters<S extends z.ZodType>(schema: S) {
  return validator("param", schema, refuseInvalid);
}

interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[];
}

function refuseInvalid(
  result:
    & { readonly target: string }
    & ({ success: true } | {
      success: false;
      error: readonly SchemaIssue[];
    }),
): void {
  if (result.success) return;
  const errors = result.error.map(({ message, path = [] }) => ({
    path: path.map((key) => String(typeof key === "object" ? key.key : key))
      .join("."),
    message,
  }));
  const first = errors[0]!;
  const where = first.path === "" ? result.target : first.path;
  throw new Refusal(
    "INPUT_INVALID",
    `Cannot take the request: ${where}: ${first.message}`,
    { errors },
  );
}

/**
 * Makes the OpenAPI 3.1 document of an application.
 *
 * @param app The application, whose routes are described.
 */
export async function openApiOf(
  app: Hono<ServerEnv>,
): Promise<OpenApiDocument> {
  const document = await generateSpecs(app, {
    documentation: {
      openapi: "3.1.0",
      info: { title: "DockStat plugins", version: VERSION },
      components: {
        securitySchemes: {
          bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
          key: { type: "apiKey", in: "header", name: "X-API-Key" },
        },
      },
      security: [{ bearer: [] }, { key: [] }],
    },
  });
  return { ...document };
}
