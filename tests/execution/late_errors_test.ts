import { assertEquals } from "@std/assert";
import type { PluginHandler } from "@dockstat/plugin-handler";
import { openPlugins } from "../dispatch/open_plugin.ts";
import { waitFor } from "../wait_for.ts";

/** Ways to leave an error behind; most have no stack trace of the plugin's. */
const WAYS: Readonly<Record<string, string>> = {
  "a rejected text": `Promise.reject("text");`,
  "a rejected nothing": `Promise.reject();`,
  "a fetch that nobody awaits": `fetch("http://127.0.0.1:1/");`,
  "a rejected error": `Promise.reject(new Error("floating"));`,
  "a timer that throws": `setTimeout(() => { null.x });`,
  "a timer that rejects": `setTimeout(() => Promise.reject({}));`,
};

function lateErrorsOf(handler: PluginHandler, id: number): Promise<number> {
  return waitFor("a late error", () => handler.getHealth(id).lateErrors);
}

for (const [what, code] of Object.entries(WAYS)) {
  for (const async of ["", "async"]) {
    const kind = async || "plain";
    Deno.test(`${what} of a ${kind} action is laid to its plugin`, async () => {
      await using plugins = await openPlugins(`{ config: {
        actions: { leave: ${async} () => { ${code} } },
        apiRoutes: { "/": { method: "GET", actions: ["leave"] } },
      } }`);
      await plugins.ask("/");
      assertEquals(await lateErrorsOf(plugins.handler, 1), 1);
    });

    Deno.test(`${what} of a ${kind} hook is laid to its plugin`, async () => {
      await using plugins = await openPlugins(
        `{ events: { e: ${async} () => { ${code} } } }`,
      );
      await plugins.handler.emit("e");
      assertEquals(await lateErrorsOf(plugins.handler, 1), 1);
    });
  }
}

Deno.test("a rejected text of one of several hooks is laid to its plugin the second time", async () => {
  await using plugins = await openPlugins([
    `{ events: { e: () => { Promise.reject("text") } } }`,
    `{ events: { e: () => {} } }`,
  ]);
  await plugins.handler.emit("e");
  await new Promise((done) => setTimeout(done));
  assertEquals(plugins.handler.getHealth(1).lateErrors, 0);
  await plugins.handler.emit("e");
  assertEquals(await lateErrorsOf(plugins.handler, 1), 1);
  assertEquals(plugins.handler.getHealth(2).lateErrors, 0);
});
