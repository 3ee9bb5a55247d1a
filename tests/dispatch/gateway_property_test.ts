import { assert, assertInstanceOf } from "@std/assert";
import fc from "fast-check";
import { openPlugins, routesSource } from "./open_plugin.ts";

const piece = fc.constantFrom(
  ...["plugins", "plugin-1", "1", "routes", "a", "items", "%zz", "%2F", ""],
  ...["..", "?", "#", "__proto__", "%00", "\u{1F600}"],
);
const path = fc.array(piece, { maxLength: 8 }).map((it) =>
  `/x/${it.join("/")}`
);
const init = fc.record({
  method: fc.constantFrom("GET", "HEAD", "POST", "PUT", "OPTIONS", "WEIRD"),
  type: fc.constantFrom(
    "application/json",
    "multipart/form-data",
    "text/x",
    "",
  ),
  body: fc.string(),
});

Deno.test("fetch() answers whatever comes, and never rejects", async () => {
  await using plugins = await openPlugins(routesSource({
    "POST /a": "({ body }) => body",
    "GET /items/:id": "({ params, query }) => ({ params, size: query.size })",
    "PUT /*": "() => { throw null }",
  }));
  await fc.assert(
    fc.asyncProperty(path, init, async (path, { method, type, body }) => {
      const response = await plugins.fetch(path, {
        method,
        headers: { "content-type": type },
        ...(method === "GET" || method === "HEAD" ? {} : { body }),
      });
      assertInstanceOf(response, Response);
      assert(response.status >= 200 && response.status < 600);
      await response.body?.cancel();
    }),
    { numRuns: 1000 },
  );
});
