import {
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { reply } from "../../src/plugin/reply.ts";
import { respond } from "../../src/dispatch/http/respond.ts";
import { PluginError } from "../../src/shared/errors.ts";

function answer(value: unknown, init?: RequestInit): Promise<Response> {
  return Promise.resolve(
    respond(value, new Request("http://localhost/", init)),
  );
}

/** Status, content type and text of an answer. */
async function shape(value: unknown, init?: RequestInit): Promise<unknown[]> {
  const response = await answer(value, init);
  const type = response.headers.get("content-type");
  return [response.status, type, await response.text()];
}

const SSE: RequestInit = { headers: { accept: "text/event-stream" } };

Deno.test("respond() passes a Response through", async () => {
  const response = new Response("x");
  assertEquals(await answer(response), response);
});

Deno.test("respond() maps plain values", async () => {
  const json = "application/json";
  assertEquals(await shape(undefined), [204, null, ""]);
  assertEquals(await shape("text"), [200, "text/plain;charset=UTF-8", "text"]);
  assertEquals(await shape(""), [200, "text/plain;charset=UTF-8", ""]);
  assertEquals(await shape({ a: [1, null] }), [200, json, '{"a":[1,null]}']);
  assertEquals(await shape(null), [200, json, "null"]);
  assertEquals(await shape(false), [200, json, "false"]);
  assertEquals(await shape(0), [200, json, "0"]);
  assertEquals(await shape([]), [200, json, "[]"]);
});

Deno.test("respond() says what has no JSON form", () => {
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  for (const value of [cyclic, { big: 1n, cyclic }, () => 1, Symbol("x")]) {
    const error = assertThrows(
      () => respond(value, new Request("http://localhost/")),
      PluginError,
    );
    assertEquals(error.code, "ACTION_FAILED");
    assertStringIncludes(error.message, "no JSON form");
  }
});

Deno.test("respond() writes big integers as JSON numbers, with all their digits", async () => {
  const big = 2n ** 80n;
  assertEquals((await shape(big))[2], String(big));
  assertEquals(
    (await shape({ a: [1n, -big], at: new Date(0), n: 1.5, s: "1n" }))[2],
    `{"a":[1,${-big}],"at":"1970-01-01T00:00:00.000Z","n":1.5,"s":"1n"}`,
  );
  async function* items() {
    yield await Promise.resolve({ big });
  }
  assertEquals((await shape(items()))[2], `{"big":${big}}\n`);
  assertEquals((await shape(items(), SSE))[2], `data: {"big":${big}}\n\n`);
});

Deno.test("respond() sends bytes as bytes", async () => {
  const bytes = new Uint8Array([0, 97, 255]);
  for (
    const value of [
      bytes,
      bytes.buffer,
      new DataView(bytes.buffer),
      new Uint8Array([1, 0, 97, 255]).subarray(1),
      new Blob([bytes]),
    ]
  ) {
    const response = await answer(value);
    assertEquals(
      response.headers.get("content-type"),
      "application/octet-stream",
    );
    assertEquals(await response.bytes(), bytes);
  }
  assertEquals(await shape(new Blob(["<a/>"], { type: "text/xml" })), [
    200,
    "text/xml",
    "<a/>",
  ]);
  assertEquals(
    (await shape(reply(bytes, { headers: { "content-type": "image/png" } })))[
      1
    ],
    "image/png",
  );
});

Deno.test("respond() refuses a response that no server can send", async () => {
  const used = new Response("x");
  await used.text();
  const locked = new ReadableStream();
  locked.getReader();
  for (const value of [used, Response.error(), locked]) {
    const error = assertThrows(
      () => respond(value, new Request("http://localhost/")),
      PluginError,
    );
    assertEquals(error.code, "ACTION_FAILED");
  }
});

Deno.test("respond() ends the iteration where an item has no form", async () => {
  let ended = 0;
  async function* items() {
    try {
      yield await Promise.resolve({ a: 1 });
      yield () => 1;
    } finally {
      ended++;
    }
  }
  const response = await answer(items());
  await assertRejects(() => response.text(), PluginError, "no JSON form");
  assertStringIncludes(String((await shape(items(), SSE))[2]), "no JSON form");
  assertEquals(ended, 2);
});

Deno.test("respond() gives a reply its status and headers", async () => {
  const response = await answer(reply({ id: 7 }, {
    status: 201,
    headers: { location: "/items/7", "content-type": "application/hal+json" },
  }));
  assertEquals(response.status, 201);
  assertEquals(response.headers.get("location"), "/items/7");
  assertEquals(response.headers.get("content-type"), "application/hal+json");
  assertEquals(await response.json(), { id: 7 });
});

Deno.test("respond() keeps every cookie of a reply", async () => {
  const headers = new Headers();
  headers.append("set-cookie", "a=1");
  headers.append("set-cookie", "b=2");
  const response = await answer(reply("x", { headers }));
  assertEquals(response.headers.getSetCookie(), ["a=1", "b=2"]);
  await response.body?.cancel();
});

Deno.test("respond() sends no body with a status that has none", async () => {
  assertEquals(await shape(reply("x", { status: 204 })), [204, null, ""]);
  assertEquals(await shape(reply(undefined, { status: 304 })), [304, null, ""]);
  assertEquals(await shape(reply(undefined)), [204, null, ""]);
});

Deno.test("respond() streams a ReadableStream of bytes and text", async () => {
  const stream = ReadableStream.from([new Uint8Array([97]), "b"]);
  assertEquals(await shape(stream), [200, "application/octet-stream", "ab"]);
});

Deno.test("respond() streams an async iterable as its first item says", async () => {
  async function* items(...all: unknown[]) {
    for (const item of all) yield await Promise.resolve(item);
  }
  assertEquals(await shape(items("a", "b")), [
    200,
    "text/plain;charset=UTF-8",
    "ab",
  ]);
  assertEquals(await shape(items({ a: 1 }, "b")), [
    200,
    "application/x-ndjson",
    '{"a":1}\n"b"\n',
  ]);
  assertEquals(await shape(items(new Uint8Array([97]))), [
    200,
    "application/octet-stream",
    "a",
  ]);
  assertEquals(await shape(items()), [200, "application/x-ndjson", ""]);
});

Deno.test("respond() rejects where an iterable fails before its first item", async () => {
  // deno-lint-ignore require-yield
  async function* failing() {
    await Promise.resolve();
    throw new TypeError("no items");
  }
  await assertRejects(() => answer(failing()), TypeError, "no items");
});

Deno.test("respond() sends server-sent events to clients that accept them", async () => {
  async function* items() {
    yield { a: 1 };
    yield await Promise.resolve("two\nlines");
  }
  const response = await answer(items(), SSE);
  assertEquals(response.headers.get("content-type"), "text/event-stream");
  assertEquals(response.headers.get("cache-control"), "no-cache");
  assertEquals(
    await response.text(),
    'data: {"a":1}\n\ndata: two\ndata: lines\n\n',
  );
});

Deno.test("respond() ends an event stream with the problem that broke it", async () => {
  async function* items() {
    yield 1;
    await Promise.resolve();
    throw new PluginError("STORE_FAILED", "Cannot read");
  }
  const response = await answer(items(), SSE);
  const text = await response.text();
  assertStringIncludes(text, "data: 1\n\nevent: error\ndata: {");
  assertStringIncludes(text, '"code":"STORE_FAILED"');
});

Deno.test("respond() stops an iteration when the client goes away", async () => {
  const stopped = Promise.withResolvers<void>();
  async function* endless() {
    try {
      for (let n = 0;; n++) yield await Promise.resolve(n);
    } finally {
      stopped.resolve();
    }
  }
  for (const init of [{}, SSE]) {
    const response = await answer(endless(), init);
    const reader = response.body!.getReader();
    assertInstanceOf((await reader.read()).value, Uint8Array);
    await reader.cancel();
    await stopped.promise;
  }
});
