import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  type Asked,
  cookieOf,
  openServer,
  PASSWORD,
  problemOf,
} from "./open_server.ts";

const first = {
  method: "POST",
  json: { username: "ada", password: PASSWORD },
};

Deno.test("the first admin is made from this machine, once", async () => {
  await using open = openServer();
  const response = await open.ask("/api/v1/session/first", first);
  const session = await response.json();

  assertEquals(response.status, 200);
  assertEquals(session.user, { id: 1, name: "ada", role: "admin" });
  assertEquals(
    await problemOf(
      await open.ask("/api/v1/session/first", {
        ...first,
        json: { username: "eve", password: PASSWORD },
      }),
    ),
    [403, "REGISTRATION_CLOSED"],
  );
});

Deno.test("two requests at once make one first admin", async () => {
  await using open = openServer();
  const statuses = await Promise.all(
    ["ada", "eve", "mallory"].map(async (username) => {
      const response = await open.ask("/api/v1/session/first", {
        method: "POST",
        json: { username, password: PASSWORD },
      });
      await response.body?.cancel();
      return response.status;
    }),
  );

  assertEquals(statuses.toSorted(), [200, 403, 403]);
});

for (
  const [what, asked] of Object.entries<Asked>({
    "another machine": { from: "192.0.2.7" },
    "a connection that nothing is known of": { from: null },
    "a proxy on this machine": { headers: { "x-forwarded-for": "192.0.2.7" } },
    "a proxy that says Forwarded": { headers: { forwarded: "for=192.0.2.7" } },
    "a proxy that says Via": { headers: { via: "1.1 proxy" } },
    "a proxy that says X-Real-IP": { headers: { "x-real-ip": "127.0.0.1" } },
  })
) {
  Deno.test(`the first admin is not made by ${what}, but with the token`, async () => {
    await using open = openServer();

    assertEquals(
      await problemOf(
        await open.ask("/api/v1/session/first", { ...first, ...asked }),
      ),
      [403, "REGISTRATION_CLOSED"],
    );
    const json = { ...first.json, token: open.server.firstToken };
    const response = await open.ask("/api/v1/session/first", {
      ...first,
      ...asked,
      json,
    });
    assertEquals(response.status, 200);
    await response.body?.cancel();
    assertEquals(open.server.firstToken, undefined);
  });
}

Deno.test("firstUser token asks for the token from this machine too", async () => {
  await using open = openServer({ firstUser: "token" });

  for (const token of [undefined, "", "x".repeat(43)]) {
    const json = { ...first.json, token };
    assertEquals(
      await problemOf(
        await open.ask("/api/v1/session/first", { method: "POST", json }),
      ),
      [403, "REGISTRATION_CLOSED"],
    );
  }
});

Deno.test("a session is renewed by a refresh token that works once", async () => {
  await using open = openServer();
  const signedIn = await open.ask("/api/v1/session/first", first);
  await signedIn.body?.cancel();
  const cookie = cookieOf(signedIn);
  const setCookie = signedIn.headers.get("set-cookie")!;
  assertStringIncludes(setCookie, "HttpOnly");
  assertStringIncludes(setCookie, "SameSite=Strict");
  assertStringIncludes(setCookie, "Path=/api/v1/session");

  const renew = () =>
    open.ask("/api/v1/session/refresh", {
      method: "POST",
      headers: { cookie },
    });
  const renewed = await renew();
  assertEquals(renewed.status, 200);
  const { accessToken } = await renewed.json();
  assertEquals(await problemOf(await renew()), [
    401,
    "AUTHENTICATION_REQUIRED",
  ]);
  const me = await open.ask("/api/v1/session/me", { token: accessToken });
  assertEquals((await me.json()).user.name, "ada");
});

Deno.test("signing out ends the access token at once", async () => {
  await using open = openServer();
  const token = await open.admin();
  const before = await open.ask("/api/v1/session/me", { token });
  assertEquals(before.status, 200);
  await before.body?.cancel();

  const out = await open.ask("/api/v1/session", { method: "DELETE", token });
  assertEquals(out.status, 204);
  assertEquals(
    await problemOf(await open.ask("/api/v1/session/me", { token })),
    [401, "AUTHENTICATION_REQUIRED"],
  );
});

Deno.test("a wrong password and an unknown name read the same", async () => {
  await using open = openServer();
  await open.admin();
  const tryAs = async (username: string) => {
    const response = await open.ask("/api/v1/session", {
      method: "POST",
      json: { username, password: "not the password" },
    });
    return await response.json();
  };

  assertEquals(await tryAs("ada"), await tryAs("nobody"));
});

Deno.test("a changed password ends the other sessions", async () => {
  await using open = openServer();
  const token = await open.admin();
  const elsewhere = await open.ask("/api/v1/session", first);
  const other = (await elsewhere.json()).accessToken;
  const json = { current: PASSWORD, next: "another long password" };
  const changed = await open.ask("/api/v1/session/password", {
    method: "POST",
    token,
    json,
  });

  assertEquals(changed.status, 204);
  const mine = await open.ask("/api/v1/session/me", { token });
  assertEquals(mine.status, 200);
  await mine.body?.cancel();
  assertEquals(
    await problemOf(await open.ask("/api/v1/session/me", { token: other })),
    [401, "AUTHENTICATION_REQUIRED"],
  );
});

Deno.test("sessions are listed and ended by their user alone", async () => {
  await using open = openServer();
  const token = await open.admin();
  const { items } = await (await open.ask("/api/v1/session/all", { token }))
    .json();
  assertEquals(items.length, 1);
  assert(items[0].current);

  const viewer = await open.userOf("viewer", token);
  assertEquals(
    await problemOf(
      await open.ask(`/api/v1/session/all/${items[0].id}`, {
        method: "DELETE",
        token: viewer,
      }),
    ),
    [404, "NOT_FOUND"],
  );
});

Deno.test("a token that another secret signed is worth nothing", async () => {
  await using one = openServer({ jwtSecret: "a".repeat(32) });
  await using two = openServer({ jwtSecret: "b".repeat(32) });
  await two.admin();
  const token = await one.admin();

  assertEquals(
    await problemOf(await two.ask("/api/v1/session/me", { token })),
    [401, "AUTHENTICATION_REQUIRED"],
  );
});
