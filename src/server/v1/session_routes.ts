/**
 * `/api/v1/session`: signing in and out, and what a user does to itself. The
 * refresh token is a cookie that only these routes see.
 *
 * @module
 */
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { z } from "zod";
import type { Accounts } from "../auth/accounts.ts";
import type { Principal } from "../auth/principal.ts";
import type { OpenSession } from "../auth/sessions.ts";
import { Refusal } from "../http/problem.ts";
import { describe, jsonBody, parameters } from "../schemas.ts";
import type { ServerEnv } from "../server_env.ts";
import type { ResolvedServerOptions } from "../server_options.ts";
import {
  type BodyOf,
  idSchema,
  nameSchema,
  newPasswordSchema,
  type ParametersOf,
} from "./input.ts";
import type { V1App } from "./v1_app.ts";

/** What these routes need. */
export interface SessionRouteServices {
  /** The accounts; none where the host authenticates. */
  readonly accounts: Accounts | undefined;
  /** The settings. */
  readonly options: ResolvedServerOptions;
}

const REFRESH_COOKIE = "dockstat_refresh";
const TAG = "session";

const userSchema = z.object({
  id: z.number(),
  name: z.string(),
  role: z.enum(["viewer", "operator", "admin"]),
});
const sessionSchema = z.object({
  accessToken: z.string(),
  expiresAt: z.iso.datetime(),
  user: userSchema,
});
const signInSchema = z.object({
  username: nameSchema,
  password: z.string().max(500),
});
const firstSchema = z.object({
  username: nameSchema,
  password: newPasswordSchema,
  token: z.string().max(200).optional(),
});
const passwordSchema = z.object({
  current: z.string().max(500),
  next: newPasswordSchema,
});

/** Adds the routes. */
export function addSessionRoutes(
  v1: V1App,
  { accounts, options }: SessionRouteServices,
): void {
  v1.on(
    "get",
    "/session/state",
    describe({
      summary: "How to sign in",
      tag: TAG,
      response: z.object({
        authentication: z.enum(["none", "local", "other"]),
        users: z.boolean(),
        firstUser: z.enum(["token", "loopback", "open"]).nullable(),
        canRegister: z.boolean(),
      }),
    }),
    (context: Context<ServerEnv>) => context.json(stateOf(context)),
  );
  v1.on(
    "get",
    "/session/me",
    describe({
      summary: "Who asks",
      tag: TAG,
      response: z.object({ user: userSchema }),
    }),
    (context: Context<ServerEnv>) =>
      context.json({ user: shownUser(context.get("principal")!) }),
  );
  if (accounts !== undefined) addAccountRoutes(v1, accounts, options);

  function stateOf(context: Context<ServerEnv>) {
    const { authentication } = options;
    const gate = accounts?.firstUser;
    return {
      authentication: typeof authentication === "string"
        ? authentication
        : "other",
      users: accounts !== undefined && accounts.users.count > 0,
      firstUser: gate?.isOpen ? options.firstUser : null,
      canRegister: gate?.isOpenTo(context.get("peer")) ?? false,
    };
  }
}

function addAccountRoutes(
  v1: V1App,
  accounts: Accounts,
  options: ResolvedServerOptions,
): void {
  const cookies = refreshCookies(options);

  v1.on(
    "post",
    "/session",
    describe({ summary: "Sign in", tag: TAG, response: sessionSchema }),
    jsonBody(signInSchema),
    async (
      context: Context<ServerEnv, string, BodyOf<typeof signInSchema>>,
    ) => {
      const { username, password } = context.req.valid("json");
      const opened = await accounts.signIn(
        { name: username, password },
        originOf(context),
      );
      return cookies.answer(context, opened);
    },
  );
  v1.on(
    "post",
    "/session/first",
    describe({
      summary: "Make the first admin",
      tag: TAG,
      response: sessionSchema,
    }),
    jsonBody(firstSchema),
    async (context: Context<ServerEnv, string, BodyOf<typeof firstSchema>>) => {
      const { username, password, token } = context.req.valid("json");
      if (accounts.users.count > 0) {
        throw new Refusal(
          "REGISTRATION_CLOSED",
          "Cannot make the first admin: there are users already; sign in",
        );
      }
      const user = await accounts.register(
        { name: username, password },
        "admin",
        { peer: context.get("peer"), principal: undefined, token },
      );
      const opened = await accounts.sessions.begin(user, originOf(context));
      return cookies.answer(context, opened);
    },
  );
  v1.on(
    "post",
    "/session/refresh",
    describe({
      summary: "Renew the session of the cookie",
      tag: TAG,
      response: sessionSchema,
    }),
    async (context: Context<ServerEnv>) => {
      const shown = cookies.read(context);
      const opened = shown === undefined
        ? undefined
        : await accounts.sessions.renew(shown);
      if (opened === undefined) {
        cookies.clear(context);
        throw new Refusal(
          "AUTHENTICATION_REQUIRED",
          "Cannot renew the session: it has ended; sign in again",
        );
      }
      return cookies.answer(context, opened);
    },
  );
  v1.on(
    "delete",
    "/session",
    describe({ summary: "Sign out", tag: TAG }),
    async (context: Context<ServerEnv>) => {
      const shown = cookies.read(context);
      const renewed = shown && await accounts.sessions.renew(shown);
      const session = renewed
        ? { userId: renewed.user.id, id: renewed.session.id }
        : sessionOf(context.get("principal"));
      if (session) accounts.sessions.end(session.userId, session.id);
      cookies.clear(context);
      return context.body(null, 204);
    },
  );
  addOwnAccountRoutes(v1, accounts);
}

function addOwnAccountRoutes(v1: V1App, accounts: Accounts): void {
  v1.on(
    "post",
    "/session/password",
    describe({ summary: "Change one's own password", tag: TAG }),
    jsonBody(passwordSchema),
    async (
      context: Context<ServerEnv, string, BodyOf<typeof passwordSchema>>,
    ) => {
      const user = requireUser(context);
      await accounts.changePassword(
        user,
        context.req.valid("json"),
        context.get("peer"),
      );
      return context.body(null, 204);
    },
  );
  v1.on(
    "get",
    "/session/all",
    describe({
      summary: "Where one is signed in",
      tag: TAG,
      response: z.object({
        items: z.array(z.object({
          id: z.number(),
          createdAt: z.iso.datetime(),
          lastUsedAt: z.iso.datetime(),
          address: z.string(),
          userAgent: z.string(),
          current: z.boolean(),
        })),
      }),
    }),
    (context: Context<ServerEnv>) => {
      const user = requireUser(context);
      return context.json({
        items: accounts.sessions.list(user.id).map((session) => ({
          id: session.id,
          createdAt: new Date(session.createdAt).toISOString(),
          lastUsedAt: new Date(session.usedAt).toISOString(),
          address: session.address,
          userAgent: session.agent,
          current: session.id === user.session,
        })),
      });
    },
  );
  v1.on(
    "delete",
    "/session/all/:id",
    describe({ summary: "End one of one's sessions", tag: TAG }),
    parameters(idSchema),
    (context: Context<ServerEnv, string, ParametersOf<typeof idSchema>>) => {
      const { id } = context.req.valid("param");
      accounts.sessions.end(requireUser(context).id, id);
      return context.body(null, 204);
    },
  );
  v1.on(
    "post",
    "/session/ticket",
    describe({
      summary: "A ticket that opens one socket within 30 seconds",
      tag: TAG,
      response: z.object({ ticket: z.string(), expiresAt: z.iso.datetime() }),
    }),
    (context: Context<ServerEnv>) => {
      const { ticket, expiresAt } = accounts.tickets.issue(
        context.get("principal")!,
      );
      return context.json({
        ticket,
        expiresAt: new Date(expiresAt).toISOString(),
      });
    },
  );
}

/** Sets, reads and clears the cookie of the refresh token. */
function refreshCookies({ mount, sessionMs }: ResolvedServerOptions) {
  const path = `${mount}/api/v1/session`;
  return {
    read: (context: Context) => getCookie(context, REFRESH_COOKIE),
    clear: (context: Context) =>
      void deleteCookie(context, REFRESH_COOKIE, { path }),
    answer(context: Context<ServerEnv>, opened: OpenSession): Response {
      setCookie(context, REFRESH_COOKIE, opened.refreshToken, {
        httpOnly: true,
        sameSite: "Strict",
        path,
        secure: context.get("peer").isSecure ||
          new URL(context.req.url).protocol === "https:",
        // Browsers keep no cookie for more than 400 days.
        maxAge: Math.min(sessionMs / 1_000, 400 * 86_400),
      });
      return context.json({
        accessToken: opened.accessToken,
        expiresAt: new Date(opened.expiresAt).toISOString(),
        user: shownUser(opened.user),
      });
    },
  };
}

function shownUser(
  { id, name, role }: Pick<Principal, "id" | "name" | "role">,
) {
  return { id, name, role };
}

function originOf(context: Context<ServerEnv>) {
  return {
    address: context.get("peer").address,
    agent: context.req.header("user-agent") ?? "",
  };
}

function sessionOf(principal: Principal | undefined) {
  if (principal?.session === undefined) return undefined;
  return { userId: principal.id, id: principal.session };
}

function requireUser(context: Context<ServerEnv>): Principal {
  const principal = context.get("principal")!;
  if (principal.kind === "user") return principal;
  throw new Refusal(
    "ROLE_REQUIRED",
    "Cannot answer: only a user that signed in has a password and sessions",
  );
}
