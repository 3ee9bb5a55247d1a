import { assertEquals, assertStringIncludes } from "@std/assert";
import { openServer } from "./open_server.ts";

const PLUGIN = `export default { config: {
  apiRoutes: { "/page": { method: "GET", actions: ["page"] } },
  actions: { page: () => new Response("<script>steal()</script>", {
    status: 203,
    headers: {
      "content-type": "text/html",
      "content-security-policy": "default-src *",
      "set-cookie": "dockstat_refresh=mine; Path=/",
      "clear-site-data": '"cookies"',
      "service-worker-allowed": "/",
      "x-own": "kept",
    },
  }) },
} };`;

Deno.test("a plugin's answer scripts nothing, and speaks not for the origin", async () => {
  await using open = openServer();
  const { id } = await open.handler.installPlugin({
    name: "page",
    version: "1.0.0",
    repository: "https://example.com/page",
    manifest: "https://example.com/page/manifest.json",
    author: { name: "User" },
    plugin: PLUGIN,
  });
  await open.handler.loadPlugin(id!);
  const token = await open.admin();
  const answer = await open.ask("/plugins/page/routes/page", { token });

  assertEquals([answer.status, await answer.text()], [
    203,
    "<script>steal()</script>",
  ]);
  const policy = answer.headers.get("content-security-policy")!;
  // Each of several policies has to allow what is done.
  assertStringIncludes(policy, "default-src *, sandbox;");
  assertEquals(answer.headers.get("x-content-type-options"), "nosniff");
  assertEquals(answer.headers.get("x-own"), "kept");
  for (
    const name of ["set-cookie", "clear-site-data", "service-worker-allowed"]
  ) {
    assertEquals(answer.headers.get(name), null, name);
  }
});
