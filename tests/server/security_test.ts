import { assert, assertEquals } from "@std/assert";
import { ACCESS } from "../../src/server/v1/access.ts";
import {
  cookieOf,
  type OpenServer,
  openServer,
  PASSWORD,
  problemOf,
} from "./open_server.ts";

/** What the roles are refused, by the status of the answer. */
function refusals(access: string): Record<string, number | undefined> {
  const order = ["viewer", "operator", "admin"];
  return Object.fromEntries([
    ["nobody", access === "open" ? undefined : 401],
    ...order.map((role, index) => {
      const isLess = access !== "open" && index < order.indexOf(access);
      return [role, isLess ? 403 : undefined];
    }),
  ]);
}

Deno.test("every route of /api/v1 refuses every role that is too low", async () => {
  await using open = openServer();
  const admin = await open.admin();
  const tokens: Record<string, string | undefined> = {
    nobody: undefined,
    viewer: await open.userOf("viewer", admin),
    operator: await open.userOf("operator", admin),
  };
  for (const [route, access] of Object.entries(ACCESS)) {
    const [method, pattern] = route.split(" ") as [string, string];
    const path = `/api/v1${pattern.replaceAll(/:\w+/g, "1")}`;
    for (const [role, token] of Object.entries(tokens)) {
      const refused = refusals(access)[role];
      if (refused === undefined) continue;
      const json = method === "GET" ? undefined : {};
      const response = await open.ask(path, { method, token, json });
      await response.body?.cancel();
      assertEquals(response.status, refused, `${route} as ${role}`);
    }
  }
});

Deno.test("every route of /api/v2 that changes something needs a role", async () => {
  await using open = openServer();
  const admin = await open.admin();
  const viewer = await open.userOf("viewer", admin);
  const routes = [
    ["POST", "/plugins/install"],
    ["POST", "/plugins/loadPlugins"],
    ["POST", "/plugins/unloadPlugins"],
    ["POST", "/plugins/delete"],
    ["POST", "/plugins/frontend/1/actions/a/execute"],
    ["POST", "/db/repositories"],
    ["PUT", "/db/repositories/1"],
    ["DELETE", "/db/repositories/1"],
    ["POST", "/db/config/pinItem"],
    ["GET", "/auth/users"],
    ["GET", "/auth/api-keys"],
    ["POST", "/auth/api-keys"],
    ["DELETE", "/auth/users/1"],
  ] as const;
  for (const [method, path] of routes) {
    for (const [token, status] of [[undefined, 401], [viewer, 403]] as const) {
      const json = method === "GET" ? undefined : {};
      const asked = { method, token, json };
      const response = await open.ask(`/api/v2${path}`, asked);
      await response.body?.cancel();
      assertEquals(response.status, status, `${method} ${path}`);
    }
  }
});

Deno.test("no answer of the API holds a password, a digest of a key or code", async () => {
  await using open = openServer();
  const token = await open.admin();
  open.handler.savePlugin({
    name: "secretive",
    version: "1.0.0",
    repository: "r",
    manifest: "m",
    author: {},
    plugin: "export default { config: {} }; // the code itself",
  });
  for (const [route, access] of Object.entries(ACCESS)) {
    const [method, pattern] = route.split(" ") as [string, string];
    if (method !== "GET" || access === "open" || pattern === "/events") {
      continue;
    }
    const path = `/api/v1${pattern.replaceAll(/:\w+/g, "1")}`;
    const response = await open.ask(path, { token });
    const text = await response.text();
    assert(!text.includes("$scrypt$"), route);
    assert(!text.includes("the code itself"), route);
  }
});

Deno.test("a refresh cookie opens nothing but its own session", async () => {
  await using open = openServer();
  const signedIn = await open.ask("/api/v1/session/first", {
    method: "POST",
    json: { username: "ada", password: PASSWORD },
  });
  await signedIn.body?.cancel();
  const cookie = cookieOf(signedIn);

  for (const path of ["/api/v1/plugins", "/api/v2/plugins/all", "/metrics"]) {
    const response = await open.ask(path, { headers: { cookie } });
    await response.body?.cancel();
    assertEquals(response.status, 401);
  }
});

Deno.test("the cookie of the original's frontend opens sockets alone", async () => {
  await using open = openServer({ origins: ["http://localhost:5173"] });
  await open.admin();
  const signedIn = await open.ask("/api/v2/auth/local/login", {
    method: "POST",
    json: { name: "ada", pass: PASSWORD },
    headers: { origin: "http://localhost:5173" },
  });
  await signedIn.body?.cancel();
  const cookie = cookieOf(signedIn);
  const response = await open.ask("/api/v2/plugins/all", {
    headers: { cookie },
  });
  await response.body?.cancel();

  assertEquals(response.status, 401);
  const attributes = signedIn.headers.get("set-cookie")!;
  assert(attributes.includes("Path=/api/v2/ws"));
  assert(attributes.includes("SameSite=Strict"));
});

/** A server on loopback, as a browser would reach it. */
async function served(open: OpenServer) {
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request, info) => open.server.fetch(request, info),
  );
  await Promise.resolve();
  return {
    url: `ws://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** The first message of a socket, or the status that refused it. */
async function firstMessage(
  url: string,
  headers: Record<string, string>,
): Promise<string> {
  const socket = new WebSocket(url, { headers });
  const { promise, resolve } = Promise.withResolvers<string>();
  socket.onmessage = ({ data }) => resolve(String(data));
  socket.onerror = () => resolve("refused");
  const message = await promise;
  const closed = Promise.withResolvers<void>();
  socket.onclose = () => closed.resolve();
  if (socket.readyState === WebSocket.CLOSED) closed.resolve();
  socket.close();
  await closed.promise;
  return message;
}

Deno.test("a socket opens by token, ticket or cookie, and not from a foreign page", async () => {
  await using open = openServer({ allowedHosts: ["localhost", "127.0.0.1"] });
  const token = await open.admin();
  await using site = await served(open);
  const ticket = async () => {
    const response = await open.ask("/api/v1/session/ticket", {
      method: "POST",
      token,
      json: {},
    });
    return (await response.json()).ticket;
  };
  const url = `${site.url}/api/v2/ws/rss`;
  const authorization = `Bearer ${token}`;
  const evil = { origin: "http://evil.example" };

  assertEquals(await firstMessage(url, {}), "refused");
  assert((await firstMessage(url, { authorization })).endsWith(" MB"));
  assertEquals(
    await firstMessage(url, { authorization, ...evil }),
    "refused",
  );
  const once = await ticket();
  assert((await firstMessage(`${url}?ticket=${once}`, {})).endsWith(" MB"));
  assertEquals(await firstMessage(`${url}?ticket=${once}`, {}), "refused");
  const cookie = `auth_token=${token}`;
  assert((await firstMessage(url, { cookie })).endsWith(" MB"));
  assertEquals(await firstMessage(url, { cookie, ...evil }), "refused");
});

Deno.test("signing out sends nobody to a foreign page", async () => {
  await using open = openServer({ origins: ["http://localhost:5173"] });
  const to = async (target: string) => {
    const response = await open.ask(
      `/api/v2/auth/local/logout?redirectUri=${encodeURIComponent(target)}`,
    );
    await response.body?.cancel();
    return response.headers.get("location");
  };

  assertEquals(await to("http://evil.example/"), "/");
  assertEquals(await to("//evil.example/"), "/");
  assertEquals(await to("javascript:alert(1)"), "/");
  assertEquals(
    await to("http://localhost:5173/extensions"),
    "http://localhost:5173/login",
  );
});

Deno.test("guessing is slowed down by name and address, and locks nobody out", async () => {
  await using open = openServer();
  await open.admin();
  const signIn = async (password: string) => {
    const json = { username: "ada", password };
    const asked = { method: "POST", json };
    const response = await open.ask("/api/v1/session", asked);
    await response.body?.cancel();
    return response.status;
  };
  for (let guess = 0; guess < 4; guess++) {
    assertEquals(await signIn(`wrong ${guess}`), 401);
  }

  assertEquals(await signIn(PASSWORD), 200);
});

Deno.test("a body that is no JSON is told from one that is wrong", async () => {
  await using open = openServer();
  const token = await open.admin();
  const wrong = await open.ask("/api/v1/plugins/dry-run", {
    method: "POST",
    token,
    json: { url: "no url" },
  });

  assertEquals(await problemOf(wrong), [422, "INPUT_INVALID"]);
});
