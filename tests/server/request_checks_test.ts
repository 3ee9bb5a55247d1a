import { assertEquals } from "@std/assert";
import { openServer, PASSWORD, problemOf } from "./open_server.ts";

const change = {
  method: "POST",
  json: { username: "ada", password: PASSWORD },
};

Deno.test("a request for another host is misdirected", async () => {
  await using open = openServer();

  for (const host of ["evil.example", "evil.example:3030", "localhost@evil"]) {
    assertEquals(
      await problemOf(
        await open.ask("/api/v1/session/state", { headers: { host } }),
      ),
      [421, "HOST_MISDIRECTED"],
    );
  }
  for (const host of ["localhost", "127.0.0.1:8080", "[::1]:3030"]) {
    const response = await open.ask("/api/v1/session/state", {
      headers: { host },
    });
    assertEquals(response.status, 200);
    await response.body?.cancel();
  }
});

for (const authentication of ["local", "none"] as const) {
  Deno.test(`a change from another origin is refused with authentication ${authentication}`, async () => {
    await using open = openServer({ authentication });

    for (
      const origin of [
        "http://localhost:5173",
        "http://127.0.0.1:3030",
        "https://localhost:3030",
        "null",
      ]
    ) {
      assertEquals(
        await problemOf(
          await open.ask("/api/v1/session/refresh", {
            ...change,
            headers: { origin },
          }),
        ),
        [403, "ORIGIN_NOT_ALLOWED"],
      );
    }
  });
}

Deno.test("a form is no change", async () => {
  await using open = openServer();

  assertEquals(
    await problemOf(
      await open.ask("/api/v1/session/first", {
        ...change,
        headers: { "content-type": "text/plain" },
      }),
    ),
    [415, "UNSUPPORTED_MEDIA_TYPE"],
  );
});

Deno.test("a preflight answers the origins that are allowed, and no other", async () => {
  await using open = openServer({ origins: ["http://localhost:5173"] });
  const preflight = (origin: string) =>
    open.ask("/api/v1/session", {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
      },
    });
  const allowed = await preflight("http://localhost:5173");
  const refused = await preflight("http://evil.example");

  assertEquals(allowed.status, 204);
  assertEquals(
    allowed.headers.get("access-control-allow-origin"),
    "http://localhost:5173",
  );
  assertEquals(allowed.headers.get("access-control-allow-credentials"), "true");
  assertEquals(allowed.headers.get("vary"), "Origin");
  assertEquals(refused.headers.get("access-control-allow-origin"), null);
});

Deno.test("answers may be read by the origins that are allowed", async () => {
  await using open = openServer({ origins: ["http://localhost:5173"] });
  const read = async (origin: string) => {
    const response = await open.ask("/api/v1/session/state", {
      headers: { origin },
    });
    await response.body?.cancel();
    return response.headers.get("access-control-allow-origin");
  };

  assertEquals(await read("http://localhost:5173"), "http://localhost:5173");
  assertEquals(await read("http://evil.example"), null);
});

Deno.test("authentication none is for this machine alone", async () => {
  await using open = openServer({ authentication: "none" });
  const me = await open.ask("/api/v1/session/me");
  assertEquals((await me.json()).user.role, "admin");

  for (const from of ["192.0.2.7", null]) {
    assertEquals(
      await problemOf(await open.ask("/api/v1/session/me", { from })),
      [401, "AUTHENTICATION_REQUIRED"],
    );
  }
});
