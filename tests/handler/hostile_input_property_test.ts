import { PluginError } from "@dockstat/plugin-handler";
import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import fc from "fast-check";
import { actionsSource, rowOf, save, withNeighbour } from "./plugins.ts";

const field = fc.constantFrom(...Object.keys(rowOf("", "")), "id", "tags");

Deno.test(
  "savePlugin() refuses rows with a field of any wrong kind, and never throws",
  {
    permissions: "none",
  },
  async () => {
    await using handler = await withNeighbour();
    fc.assert(
      fc.property(field, fc.anything(), fc.boolean(), (name, value, update) => {
        const before = handler.getTable().count();
        const row = { ...rowOf("row", "export default {}"), [name]: value };
        const { success, cause } = handler.savePlugin(row as never, update);
        if (success) return;
        assertInstanceOf(cause, PluginError);
        assertEquals(handler.getTable().count(), before);
      }),
    );
    assertEquals(handler.getLoadedPlugins(), [1]);
  },
);

Deno.test("savePlugin() refuses what is no row, and never throws", {
  permissions: "none",
}, async () => {
  await using handler = await withNeighbour();
  fc.assert(fc.property(fc.anything(), (row) => {
    const { success, cause } = handler.savePlugin(row as never);
    assertEquals(success, false);
    assertInstanceOf(cause, PluginError);
  }));
  assertEquals(handler.getAll().length, 1);
});

Deno.test("fetch() answers any request, and never rejects", {
  permissions: "none",
}, async () => {
  await using handler = await withNeighbour();
  const id = save(
    handler,
    "echo",
    actionsSource({ echo: "({ body }) => body" }),
  );
  await handler.loadPlugin(id);
  const path = fc.oneof(
    fc.webPath(),
    fc.string().map((text) => `/plugins/echo/routes/${text}`),
    fc.constantFrom("/plugins/echo/routes/echo", "/plugins/1/routes/add"),
  );
  const type = fc.constantFrom(
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "text/plain",
    "nonsense",
  );
  await fc.assert(
    fc.asyncProperty(path, type, fc.string(), async (path, type, body) => {
      const url = URL.parse(`http://localhost${path}`);
      if (url === null) return;
      const response = await handler.fetch(
        new Request(url, {
          method: "POST",
          headers: { "content-type": type },
          body,
        }),
      );
      const text = await response.text();
      if (response.status < 400) return;
      const { status, code, detail } = JSON.parse(text);
      assertEquals(status, response.status);
      assert(code.length > 0 && detail.length > 0);
    }),
  );
});

Deno.test("emit() takes any name and payload, and never rejects", {
  permissions: "none",
}, async () => {
  await using handler = await withNeighbour();
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.anything(), async (event, payload) => {
      const { delivered, failed } = await handler.emit(event, payload);
      assertEquals([delivered, failed], [0, []]);
    }),
  );
});
