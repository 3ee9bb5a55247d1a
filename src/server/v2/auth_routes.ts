/**
 * `/api/v2/auth`: signing in as the original's frontend does it.
 *
 * @module
 */
import type { Hono } from "hono";
import { deleteCookie, setCookie } from "hono/cookie";
import { z } from "zod";
import type { Accounts } from "../auth/accounts.ts";
import type { ApiKey } from "../auth/api_keys.ts";
import { ROLES } from "../auth/principal.ts";
import type { User } from "../auth/users.ts";
import { Refusal } from "../http/problem.ts";
import type { ServerEnv } from "../server_env.ts";
import type { ResolvedServerOptions } from "../server_options.ts";
import { bodyOf, requireRole, type V2Context } from "./dialect.ts";

/** The cookie that opens sockets, and nothing else. */
export const SOCKET_COOKIE = "auth_token";

const credentials = z.object({
  name: z.string().trim().min(1).max(100),
  pass: z.string().min(1).max(500),
});
const registration = credentials.extend({
  pass: z.string().min(10).max(500),
  role: z.enum(ROLES).optional(),
});
const newKey = z.object({
  name: z.string().trim().min(1).max(100),
  role: z.enum(ROLES).default("viewer"),
  expiresAt: z.iso.datetime().nullish(),
});

/** Adds the routes. */
export function addAuthRoutes(
  app: Hono<ServerEnv>,
  accounts: Accounts,
  options: ResolvedServerOptions,
): void {
  app.get("/auth/providers", (context) => context.json([]));
  app.get(
    "/auth/local/exists",
    (context) => context.json({ exists: accounts.users.count > 0 }),
  );
  // The original sends this one as text.
  app.get("/auth/local/allow-guest", (context) => context.text("false"));
  addSignInRoutes(app, accounts, options);
  addAdminRoutes(app, accounts);
}

function addSignInRoutes(
  app: Hono<ServerEnv>,
  accounts: Accounts,
  options: ResolvedServerOptions,
): void {
  const path = `${options.mount}/api/v2/ws`;

  app.post("/auth/local/register", async (context) => {
    const { name, pass, role } = await bodyOf(context, registration);
    const isFirst = accounts.users.count === 0;
    const user = await accounts.register({ name, password: pass }, role, {
      peer: context.get("peer"),
      principal: context.get("principal"),
    });
    return context.json({
      success: true,
      msg: isFirst
        ? "This was the first user that has been created, restricting local registration of users to already registered users."
        : `User "${user.name}" has been created.`,
      user: { id: String(user.id), name: user.name },
    });
  });
  app.post("/auth/local/login", async (context) => {
    const { name, pass } = await bodyOf(context, credentials);
    try {
      const opened = await accounts.signIn({ name, password: pass }, {
        address: context.get("peer").address,
        agent: context.req.header("user-agent") ?? "",
      });
      setCookie(context, SOCKET_COOKIE, opened.accessToken, {
        httpOnly: true,
        sameSite: "Strict",
        path,
      });
      return context.json({ success: true, token: opened.accessToken });
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "SIGN_IN_FAILED") {
        throw error;
      }
      return context.json({ error: "Invalid credentials" }, 401);
    }
  });
  app.get("/auth/verify", (context) => {
    requireRole(context, "viewer");
    const { id, name, role } = context.get("principal")!;
    const user = { id: String(id), name, username: name, role };
    return context.json({ success: true, user });
  });
  app.get("/auth/local/logout", (context) => {
    deleteCookie(context, SOCKET_COOKIE, { path });
    const principal = context.get("principal");
    if (principal?.session !== undefined) {
      accounts.sessions.end(principal.id, principal.session);
    }
    return context.redirect(backTo(context, options));
  });
}

/** Only pages of this server and of allowed origins are gone back to. */
function backTo(
  context: V2Context,
  { origins }: ResolvedServerOptions,
): string {
  const target = URL.parse(context.req.query("redirectUri") ?? "");
  const own = new URL(context.req.url).origin;
  if (target === null) return "/";
  if (target.origin === own) return target.pathname;
  return origins.includes(target.origin) ? `${target.origin}/login` : "/";
}

function addAdminRoutes(app: Hono<ServerEnv>, accounts: Accounts): void {
  app.get("/auth/users", (context) => {
    requireRole(context, "admin");
    return context.json({ users: accounts.users.list().map(shownUser) });
  });
  app.delete("/auth/users/:id", (context) => {
    requireRole(context, "admin");
    accounts.users.remove(Number(context.req.param("id")));
    return context.json({ success: true, message: "User deleted" });
  });
  app.get("/auth/api-keys", (context) => {
    requireRole(context, "admin");
    return context.json({ keys: accounts.keys.list().map(shownKey) });
  });
  app.post("/auth/api-keys", async (context) => {
    requireRole(context, "admin");
    const { name, role, expiresAt } = await bodyOf(context, newKey);
    const made = accounts.keys.add({
      name,
      role,
      expiresAt: expiresAt ? Date.parse(expiresAt) : undefined,
    });
    return context.json({ success: true, key: made.key, ...shownKey(made) });
  });
  app.delete("/auth/api-keys/:id", (context) => {
    requireRole(context, "admin");
    accounts.keys.remove(Number(context.req.param("id")));
    return context.json({ success: true, message: "Key deleted" });
  });
}

function shownUser({ id, name, role, createdAt }: User) {
  const at = new Date(createdAt).toISOString();
  return { id: String(id), name, role, createdAt: at, updatedAt: at };
}

function shownKey({ id, name, role, createdAt, expiresAt }: ApiKey) {
  return {
    id: String(id),
    name,
    role,
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: expiresAt === undefined
      ? null
      : new Date(expiresAt).toISOString(),
  };
}
