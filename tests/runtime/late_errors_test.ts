import { assertEquals } from "@std/assert";
import { openPlugins } from "../dispatch/open_plugin.ts";

/** Ways to leave an error behind; most have no stack trace of the plugin's. */
const WAYS: Readonly<Record<string, string>> = {
  "a rejected text": `Promise.reject("text");`,
  "a rejected nothing": `Promise.reject();`,
  "a fetch that nobody awaits": `fetch("http://127.0.0.1:1/");`,
  "a rejected error": `Promise.reject(new Error("floating"));`,
  "a timer that throws": `setTimeout(() => { null.x });`,
  "a timer that rejects": `setTimeout(() => Promise.reject({}));`,
};

/** The event loop has turned when a server of our own has answered. */
async function turn(): Promise<void> {
  await using server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: () => {},
  }, () => new Response("ok"));
  for (let time = 0; time < 3; time++) {
    await (await fetch(`http://127.0.0.1:${server.addr.port}`)).text();
  }
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
      await turn();
      assertEquals(plugins.handler.getHealth(1).lateErrors, 1);
    });

    Deno.test(`${what} of a ${kind} hook is laid to its plugin`, async () => {
      await using plugins = await openPlugins(
        `{ events: { e: ${async} () => { ${code} } } }`,
      );
      await plugins.handler.emit("e");
      await turn();
      assertEquals(plugins.handler.getHealth(1).lateErrors, 1);
    });
  }
}

Deno.test("a rejected text of one of several hooks is laid to its plugin the second time", async () => {
  await using plugins = await openPlugins([
    `{ events: { e: () => { Promise.reject("text") } } }`,
    `{ events: { e: () => {} } }`,
  ]);
  const late = () =>
    [1, 2].map((id) => plugins.handler.getHealth(id).lateErrors);
  await plugins.handler.emit("e");
  await turn();
  assertEquals(late(), [0, 0]);
  await plugins.handler.emit("e");
  await turn();
  assertEquals(late(), [1, 0]);
});
