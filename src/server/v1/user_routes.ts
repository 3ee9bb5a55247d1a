/**
 * `/api/v1/users` and `/api/v1/keys`: what an admin does to accounts.
 *
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import type { Accounts } from "../auth/accounts.ts";
import { ROLES } from "../auth/principal.ts";
import type { User } from "../auth/users.ts";
import { describe, jsonBody, parameters } from "../schemas.ts";
import {
  type BodyOf,
  idSchema,
  nameSchema,
  newPasswordSchema,
  type ParametersOf,
} from "./input.ts";
import type { ServerEnv } from "../server_env.ts";
import type { V1App } from "./v1_app.ts";

const role = z.enum(ROLES);
const newUser = z.object({
  name: nameSchema,
  password: newPasswordSchema,
  role,
});
const userChange = z.object({
  role: role.optional(),
  password: newPasswordSchema.optional(),
});
const newKey = z.object({
  name: nameSchema,
  role,
  expiresAt: z.iso.datetime().optional(),
});
const userSchema = z.object({
  id: z.number(),
  name: z.string(),
  role,
  createdAt: z.iso.datetime(),
});
const keySchema = userSchema.extend({
  expiresAt: z.iso.datetime().optional(),
});

/** Adds the routes of users. */
export function addUserRoutes(v1: V1App, accounts: Accounts): void {
  const tag = "users";
  v1.on(
    "get",
    "/users",
    describe({
      summary: "All users",
      tag,
      response: z.object({ items: z.array(userSchema) }),
    }),
    (context: Context<ServerEnv>) =>
      context.json({ items: accounts.users.list().map(shownUser) }),
  );
  v1.on(
    "post",
    "/users",
    describe({
      summary: "Add a user",
      tag,
      response: userSchema,
      status: 201,
    }),
    jsonBody(newUser),
    async (context: Context<ServerEnv, string, BodyOf<typeof newUser>>) => {
      const user = await accounts.users.add(context.req.valid("json"));
      return context.json(shownUser(user), 201);
    },
  );
  v1.on(
    "patch",
    "/users/:id",
    describe({ summary: "Change role or password of a user", tag }),
    parameters(idSchema),
    jsonBody(userChange),
    async (
      context: Context<
        ServerEnv,
        string,
        BodyOf<typeof userChange> & ParametersOf<typeof idSchema>
      >,
    ) => {
      const { id } = context.req.valid("param");
      const { role, password } = context.req.valid("json");
      if (role !== undefined) accounts.users.setRole(id, role);
      if (password !== undefined) {
        await accounts.users.setPassword(id, password);
        accounts.sessions.endOthers(id);
      }
      return context.body(null, 204);
    },
  );
  v1.on(
    "delete",
    "/users/:id",
    describe({ summary: "Remove a user", tag }),
    parameters(idSchema),
    (context: Context<ServerEnv, string, ParametersOf<typeof idSchema>>) => {
      accounts.users.remove(context.req.valid("param").id);
      return context.body(null, 204);
    },
  );
}

/** Adds the routes of keys. */
export function addKeyRoutes(v1: V1App, { keys }: Accounts): void {
  const tag = "keys";
  v1.on(
    "get",
    "/keys",
    describe({
      summary: "All keys, without their secrets",
      tag,
      response: z.object({ items: z.array(keySchema) }),
    }),
    (context: Context<ServerEnv>) =>
      context.json({ items: keys.list().map(shownKey) }),
  );
  v1.on(
    "post",
    "/keys",
    describe({
      summary: "Make a key, which is shown this once",
      tag,
      response: keySchema.extend({ key: z.string() }),
      status: 201,
    }),
    jsonBody(newKey),
    (context: Context<ServerEnv, string, BodyOf<typeof newKey>>) => {
      const { expiresAt, ...rest } = context.req.valid("json");
      const made = keys.add({
        ...rest,
        expiresAt: expiresAt === undefined ? undefined : Date.parse(expiresAt),
      });
      return context.json({ ...shownKey(made), key: made.key }, 201);
    },
  );
  v1.on(
    "delete",
    "/keys/:id",
    describe({ summary: "End a key", tag }),
    parameters(idSchema),
    (context: Context<ServerEnv, string, ParametersOf<typeof idSchema>>) => {
      keys.remove(context.req.valid("param").id);
      return context.body(null, 204);
    },
  );
}

function shownUser({ id, name, role, createdAt }: User) {
  return { id, name, role, createdAt: new Date(createdAt).toISOString() };
}

function shownKey(key: User & { readonly expiresAt?: number }) {
  const { expiresAt } = key;
  return {
    ...shownUser(key),
    ...(expiresAt === undefined
      ? {}
      : { expiresAt: new Date(expiresAt).toISOString() }),
  };
}
