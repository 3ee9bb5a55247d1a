/**
 * A host can add headers to whatever a plugin answers.
 *
 * @module
 */
import { PluginHandler } from "@dockstat/plugin-handler";
import { assertEquals } from "@std/assert";
import { save } from "../handler/plugins.ts";

Deno.test("fetch() answers redirects and relayed responses that take headers", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response("from afar", { headers: { "x-from": "afar" } }),
  );
  const origin = `http://127.0.0.1:${server.addr.port}/`;
  await using handler = new PluginHandler(":memory:");
  save(
    handler,
    "relay",
    `export default { config: {
      actions: {
        redirect: () => Response.redirect("http://localhost/there", 307),
        relay: () => fetch(${JSON.stringify(origin)}),
      },
      apiRoutes: {
        "/redirect": { method: "GET", actions: ["redirect"] },
        "/relay": { method: "GET", actions: ["relay"] },
      },
    } };`,
  );
  await handler.loadAllPlugins();
  const ask = (path: string) =>
    handler.fetch(new Request(`http://localhost/plugins/relay/routes${path}`));

  const redirect = await ask("/redirect");
  redirect.headers.set("x-host", "1");
  assertEquals(redirect.status, 307);
  assertEquals(redirect.headers.get("location"), "http://localhost/there");

  const relayed = await ask("/relay");
  relayed.headers.set("x-host", "1");
  assertEquals(relayed.headers.get("x-from"), "afar");
  assertEquals(await relayed.text(), "from afar");
});
