/**
 * Further tables have the columns that they are declared with.
 *
 * @module
 */
import { column, definePlugin } from "@dockstat/plugin-handler/builder";
import { assertEquals } from "@std/assert";

Deno.test("definePlugin() gives actions their tables' columns", () => {
  const plugin = definePlugin({
    name: "typed",
    version: "1.0.0",
    config: {
      table: { name: "sites", columns: { id: column.id() } },
      tables: {
        checks: {
          name: "checks",
          columns: { id: column.id(), ok: column.boolean() },
        },
      },
      actions: {
        add: ({ tables }) => tables.checks.insert({ ok: true }).insertId,
        // @ts-expect-error Property 'check' does not exist on type […]
        misspelt: ({ tables }) => tables.check.insert({ ok: true }),
        // @ts-expect-error Argument of type '"okay"' is not assignable to […]
        column: ({ tables }) => tables.checks.select(["okay"]).all(),
      },
    },
  });
  assertEquals(Object.keys(plugin.config?.tables ?? {}), ["checks"]);
});

Deno.test("definePlugin() leaves tables open where none are declared", () => {
  const plugin = definePlugin({
    name: "loose",
    version: "1.0.0",
    config: { actions: { add: ({ tables }) => tables.any?.first() } },
  });
  assertEquals(plugin.name, "loose");
});
