/**
 * The application of `/api/v1`: every route with the role that the table of
 * `access.ts` gives it.
 *
 * @module
 */
import { type Handler, Hono, type MiddlewareHandler } from "hono";
import { includesRole } from "../auth/principal.ts";
import { idempotency } from "../http/idempotency.ts";
import { Refusal } from "../http/problem.ts";
import type { ServerEnv } from "../server_env.ts";
import { ACCESS, type Access } from "./access.ts";

/** The methods of the API. */
export type Method = "get" | "post" | "put" | "patch" | "delete";

/** Adds routes, none of which can forget to say who may use it. */
export class V1App {
  /** The application. */
  readonly app: Hono<ServerEnv> = new Hono<ServerEnv>();

  constructor() {
    this.app.use("*", idempotency());
  }

  /**
   * Adds a route.
   *
   * @param path The path below `/api/v1`.
   * @param handlers What answers, last; before it what validates.
   * @throws {TypeError} For a route that the table of roles does not hold.
   */
  // Hono types each number of handlers on its own; here they are a list.
  on(
    method: Method,
    path: string,
    // deno-lint-ignore no-explicit-any
    ...handlers: readonly (Handler<any, any, any> | MiddlewareHandler)[]
  ): void {
    const name = `${method.toUpperCase()} ${path}`;
    const access = ACCESS[name];
    if (access === undefined) {
      throw new TypeError(`Cannot serve "${name}": access.ts gives it no role`);
    }
    this.app.on(method, path, requireAccess(access), ...handlers as Handler[]);
  }
}

/**
 * Refuses whoever may not.
 *
 * @throws {Refusal} `AUTHENTICATION_REQUIRED`, `ROLE_REQUIRED`.
 */
export function requireAccess(access: Access): MiddlewareHandler<ServerEnv> {
  return async (context, next) => {
    if (access !== "open") {
      const principal = context.get("principal");
      if (principal === undefined) {
        throw new Refusal(
          "AUTHENTICATION_REQUIRED",
          "Cannot answer: sign in, or show a key as X-API-Key",
        );
      }
      if (!includesRole(principal.role, access)) {
        throw new Refusal(
          "ROLE_REQUIRED",
          `Cannot answer: it needs the role ${access}, and ${principal.name} is ${principal.role}`,
        );
      }
    }
    await next();
  };
}
