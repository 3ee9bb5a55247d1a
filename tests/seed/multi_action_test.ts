import { column } from "@dockstat/plugin-handler/sqlite";
import { assertEquals } from "@std/assert";
import plugin from "./builder/multi_action_routes.ts";
import { runRoute, stage } from "./call_plugin.ts";

const TABLE = {
  name: "processed",
  columns: { id: column.id(), text: column.text({ notNull: true }) },
};

Deno.test("multi-action route of the seed stores what it was sent", async () => {
  using at = stage(TABLE);
  const body = '{ "text": " hello " }';

  assertEquals(await runRoute(plugin, "/process", { ...at, body }), {
    success: true,
    id: 1,
  });
  assertEquals(at.table?.select(["*"]).all(), [{ id: 1, text: "hello" }]);
  assertEquals(at.logger.lines, [
    "debug Parsing input",
    "info Data saved with ID: 1",
  ]);
});

Deno.test("multi-action route of the seed passes a parse error through", async () => {
  using at = stage(TABLE);
  assertEquals(await runRoute(plugin, "/process", { ...at, body: "{" }), {
    success: false,
    error: "Invalid JSON",
  });
  assertEquals(at.table?.count(), 0);
});
