import { assertEquals, assertStringIncludes } from "@std/assert";
import { consoleTest } from "./browser.ts";
import { manifestOf } from "./plugins.ts";

/** Code of a plugin that keeps notes. */
const NOTES = `export default { config: {
  table: {
    name: "notes",
    columns: {
      id: { type: "INTEGER", primaryKey: true, autoincrement: true },
      title: { type: "TEXT" },
    },
  },
  apiRoutes: { "/add": { method: "POST", actions: ["add"] } },
  actions: { add: ({ table, body }) => table.insert({ title: body.title }) },
} };`;

consoleTest(
  "the console shows what plugins keep, and hands it out as a file",
  async (open) => {
    const { page, handler } = open;
    const { id, error } = await handler.installPlugin(
      manifestOf("notes", NOTES),
    );
    if (id === undefined) throw error;
    await handler.loadPlugin(id);
    const answer = await handler.fetch(
      new Request(`http://localhost/plugins/${id}/routes/add`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ title: "Buy paper" }),
      }),
    );
    assertEquals(answer.status, 200, await answer.text());
    const { table } = handler.listTables()[0]!;
    await open.becomeAdmin();
    await open.go("/console/data");
    await open.press(`Show ${table}`);
    await open.see("Buy paper");
    await open.inspect("table-rows");
    await page.keyboard.press("Escape");
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      open.press(`CSV of ${table}`),
    ]);
    const path = await file.path();
    assertStringIncludes(await Deno.readTextFile(path), "Buy paper");

    handler.deletePlugin(id);
    await open.go("/console/data");
    await open.see("Left behind");
    await open.press(`Purge ${table}`);
    await page.getByRole("dialog").getByRole("button", { name: "Purge" }).last()
      .click();
    await open.see("No tables are kept");
    assertEquals(handler.listTables(), []);
  },
);
