import { AsyncLocalStorage } from "node:async_hooks";
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

Deno.test("a rejected text of one of several hooks is laid to its plugin", async () => {
  await using plugins = await openPlugins([
    `{ events: { e: () => { Promise.reject("text") } } }`,
    `{ events: { e: () => {} } }`,
  ]);
  await plugins.handler.emit("e");
  assertEquals(await lateErrorsOf(plugins.handler, 1), 1);
  assertEquals(plugins.handler.getHealth(2).lateErrors, 0);
});

Deno.test("an event that a host emits for a request leaves the request's context alone", async () => {
  await using plugins = await openPlugins([
    `{ events: { e: ({ seen }) => { seen(); Promise.reject("text"); } } }`,
  ]);
  const requests = new AsyncLocalStorage<string>();
  const seen: unknown[] = [];
  for (const request of ["a", "b"]) {
    await requests.run(request, () =>
      plugins.handler.emit("e", {
        seen: () => seen.push(requests.getStore()),
      }));
  }
  assertEquals(seen, ["a", "b"]);
  await waitFor(
    "both late errors",
    () => plugins.handler.getHealth(1).lateErrors === 2,
  );
});
