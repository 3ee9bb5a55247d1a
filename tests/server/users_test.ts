import { assert, assertEquals } from "@std/assert";
import { argon2id } from "hash-wasm";
import { openServer, PASSWORD, problemOf } from "./open_server.ts";

Deno.test("users are for admins alone", async () => {
  await using open = openServer();
  const admin = await open.admin();
  const json = { name: "eve", password: PASSWORD, role: "admin" };
  for (const role of ["viewer", "operator"]) {
    const token = await open.userOf(role, admin);
    for (
      const [method, path] of [
        ["GET", "/api/v1/users"],
        ["POST", "/api/v1/users"],
        ["PATCH", "/api/v1/users/1"],
        ["DELETE", "/api/v1/users/1"],
        ["GET", "/api/v1/keys"],
        ["POST", "/api/v1/keys"],
        ["DELETE", "/api/v1/keys/1"],
      ] as const
    ) {
      const sent = method === "GET" ? {} : { json };
      assertEquals(
        await problemOf(await open.ask(path, { method, token, ...sent })),
        [403, "ROLE_REQUIRED"],
      );
    }
  }
});

Deno.test("a session does not outlive its user", async () => {
  await using open = openServer();
  const admin = await open.admin();
  const token = await open.userOf("operator", admin);
  const me = await open.ask("/api/v1/session/me", { token });
  const { user } = await me.json();
  const removed = await open.ask(`/api/v1/users/${user.id}`, {
    method: "DELETE",
    token: admin,
  });

  assertEquals(removed.status, 204);
  assertEquals(
    await problemOf(await open.ask("/api/v1/session/me", { token })),
    [401, "AUTHENTICATION_REQUIRED"],
  );
});

Deno.test("a changed role counts from the next request on", async () => {
  await using open = openServer();
  const admin = await open.admin();
  const token = await open.userOf("viewer", admin);
  const { user } = await (await open.ask("/api/v1/session/me", { token }))
    .json();
  const changed = await open.ask(`/api/v1/users/${user.id}`, {
    method: "PATCH",
    token: admin,
    json: { role: "admin" },
  });

  assertEquals(changed.status, 204);
  const users = await open.ask("/api/v1/users", { token });
  assertEquals(users.status, 200);
  await users.body?.cancel();
});

Deno.test("the last admin stays", async () => {
  await using open = openServer();
  const token = await open.admin();

  assertEquals(
    await problemOf(
      await open.ask("/api/v1/users/1", { method: "DELETE", token }),
    ),
    [409, "CONFLICT"],
  );
  assertEquals(
    await problemOf(
      await open.ask("/api/v1/users/1", {
        method: "PATCH",
        token,
        json: { role: "viewer" },
      }),
    ),
    [409, "CONFLICT"],
  );
});

Deno.test("a key is shown once, and known until it is ended", async () => {
  await using open = openServer();
  const token = await open.admin();
  const made = await open.ask("/api/v1/keys", {
    method: "POST",
    token,
    json: { name: "prometheus", role: "viewer" },
  });
  const { id, key } = await made.json();
  const listed = await open.ask("/api/v1/keys", { token });
  assert(!(await listed.text()).includes(key));

  const headers = { "x-api-key": key };
  const me = await open.ask("/api/v1/session/me", { headers });
  assertEquals((await me.json()).user.name, "prometheus");
  const ended = await open.ask(`/api/v1/keys/${id}`, {
    method: "DELETE",
    token,
  });
  assertEquals(ended.status, 204);
  assertEquals(
    await problemOf(await open.ask("/api/v1/session/me", { headers })),
    [401, "AUTHENTICATION_REQUIRED"],
  );
});

Deno.test("a key that has ended is none", async () => {
  await using open = openServer();
  const token = await open.admin();
  const made = await open.ask("/api/v1/keys", {
    method: "POST",
    token,
    json: {
      name: "old",
      role: "admin",
      expiresAt: new Date(Date.now() - 1_000).toISOString(),
    },
  });
  const { key } = await made.json();

  assertEquals(
    await problemOf(
      await open.ask("/api/v1/session/me", {
        headers: { authorization: `Api-Key ${key}` },
      }),
    ),
    [401, "AUTHENTICATION_REQUIRED"],
  );
});

Deno.test("a hash of the original's is verified, and replaced", async () => {
  await using open = openServer();
  await open.admin();
  const hash = await argon2id({
    password: PASSWORD,
    salt: crypto.getRandomValues(new Uint8Array(16)),
    parallelism: 1,
    iterations: 2,
    memorySize: 19_456,
    hashLength: 32,
    outputType: "encoded",
  });
  const { driver } = open.handler.database;
  driver.run("UPDATE plugin_handler_users SET password = ?", [hash]);
  const signIn = (password: string) =>
    open.ask("/api/v1/session", {
      method: "POST",
      json: { username: "ADA", password },
    });

  assertEquals(await problemOf(await signIn("wrong password")), [
    401,
    "SIGN_IN_FAILED",
  ]);
  const response = await signIn(PASSWORD);
  assertEquals(response.status, 200);
  await response.body?.cancel();
  const stored = driver.get("SELECT password FROM plugin_handler_users");
  const start = "$scrypt$";
  assertEquals(String(stored!.password).slice(0, start.length), start);
});

Deno.test("the document describes what is served", async () => {
  await using open = openServer();
  const document = await open.server.openapi();
  const paths = document.paths as Record<string, unknown>;

  assertEquals(document.openapi, "3.1.0");
  assert("/session" in paths && "/users/{id}" in paths);
});
