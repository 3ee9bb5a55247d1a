import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  type OpenedPlugins,
  openPlugins,
  routesSource,
} from "./open_plugin.ts";

/** What every way of running must answer. */
const SOURCE = routesSource({
  "POST /clone": `async ({ request, body }) => [
    body, await request.clone().text(), request.method, request.headers.get("x-a")]`,
  "POST /form": `async ({ request, body }) => [
    body.get("a"), (await request.clone().formData()).get("a")]`,
  "GET /big": "() => ({ big: 2n ** 80n })",
  "GET /bytes": "() => new Uint8Array([0, 97, 255])",
  "GET /blob": `() => new Blob(["<a/>"], { type: "text/xml" })`,
  "GET /header": `() => ({ [Symbol.for("@dockstat/plugin-handler/reply")]: true,
    value: "x", headers: { "x-a": "\u20ac" } })`,
  "GET /status": `() => ({ [Symbol.for("@dockstat/plugin-handler/reply")]: true,
    value: "x", status: 42 })`,
  "GET /formless": "() => () => 1",
  "GET /at-once": `async function* () { throw new Error("at once") }`,
  "GET /midway": `async function* () { yield "a"; throw new Error("midway") }`,
  "GET /stream": `() => new Response(ReadableStream.from((async function* () {
    yield new Uint8Array(1); throw new Error("midway") })()))`,
  "GET /proxy/*": "({ params }) => params['*']",
});

async function answer(
  plugins: OpenedPlugins,
  path: string,
  init?: RequestInit,
): Promise<[number, string]> {
  const response = await plugins.fetch(`/plugins/1/routes${path}`, init);
  return [response.status, await response.text()];
}

for (const isolation of ["inline", "process"] as const) {
  Deno.test(`fetch() answers the same in both ways (${isolation})`, async () => {
    await using plugins = await openPlugins(SOURCE, { isolation });
    const text = ' {"a": 1}\n';
    const post = {
      method: "POST",
      headers: { "content-type": "application/json", "x-a": "b" },
      body: text,
    };
    assertEquals(await answer(plugins, "/clone", post), [
      200,
      JSON.stringify([{ a: 1 }, text, "POST", "b"]),
    ]);
    const form = new FormData();
    form.set("a", "b");
    assertEquals(
      await answer(plugins, "/form", { method: "POST", body: form }),
      [200, '["b","b"]'],
    );
    assertEquals(await answer(plugins, "/big"), [200, `{"big":${2n ** 80n}}`]);
    assertEquals(await answer(plugins, "/blob"), [200, "<a/>"]);
    const bytes = await plugins.fetch("/plugins/1/routes/bytes");
    assertEquals(
      [bytes.headers.get("content-type"), await bytes.bytes()],
      ["application/octet-stream", new Uint8Array([0, 97, 255])],
    );
    assertEquals(await answer(plugins, "/proxy/https://example.com/a"), [
      200,
      "https://example.com/a",
    ]);
  });

  Deno.test(`fetch() names and counts what breaks an answer in both ways (${isolation})`, async () => {
    await using plugins = await openPlugins(SOURCE, { isolation });
    const { actions } = plugins.handler.getHealth(1);
    assertEquals(actions, {});
    for (const route of ["header", "status", "formless", "at-once"]) {
      const [status, text] = await answer(plugins, `/${route}`);
      const { code, action, pluginId } = JSON.parse(text);
      assertEquals([route, status, code, pluginId], [
        route,
        500,
        "ACTION_FAILED",
        1,
      ]);
      assertEquals(
        plugins.handler.getHealth(1).actions[action]!.failures,
        1,
        route,
      );
    }
    for (const route of ["midway", "stream"]) {
      const response = await plugins.fetch(`/plugins/1/routes/${route}`);
      const error = await response.text().catch((error) => error);
      assertStringIncludes(String(error.message), "midway");
    }
    const failures = Object.values(plugins.handler.getHealth(1).actions)
      .map((it) => it.failures);
    assertEquals(failures, [1, 1, 1, 1, 1, 1]);
    assert(plugins.handler.getHealth(1).lastError?.includes("midway"));
  });
}
