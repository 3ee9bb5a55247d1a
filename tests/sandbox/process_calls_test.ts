import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { ActionError, PluginError } from "../../src/shared/errors.ts";
import { pluginWith, SandboxedPlugin } from "./sandboxed_plugin.ts";
import { waitFor } from "../wait_for.ts";

Deno.test("ProcessRunner.chain() hands body, parameters and results across", async () => {
  await using plugin = new SandboxedPlugin(pluginWith(`
    first: ({ body, params, request }) => ({ body, params, url: request.url, method: request.method }),
    second: ({ previousAction, stop }) => stop({ ...previousAction, at: new Date(5) })`));
  const body = { big: 5n, list: new Map([["a", new Set([1])]]) };
  const request = new Request("http://agent.test/x?y=1", { method: "PUT" });
  assertEquals(
    await plugin.call(["first", "second", "ok"], {
      body,
      request,
      params: { id: "7" },
    }),
    {
      body,
      params: { id: "7" },
      url: "http://agent.test/x?y=1",
      method: "PUT",
      at: new Date(5),
    },
  );
});

Deno.test("ProcessRunner.chain() fails with the action, its index and the cause", async () => {
  await using plugin = new SandboxedPlugin(pluginWith(
    `fails() { throw new RangeError("too far", { cause: { at: 1 } }) }`,
  ));
  const error = await assertRejects(
    () => plugin.call(["ok", "fails"]),
    ActionError,
  );
  assertEquals([error.code, error.action, error.index, error.pluginId], [
    "ACTION_FAILED",
    "fails",
    1,
    7,
  ]);
  assert(error.cause instanceof RangeError);
  assertEquals(error.cause.cause, { at: 1 });
  assertMatch(error.cause.stack!, /guest@1\.0\.0:\d+:\d+/);
});

const TOO_LARGE = [
  "new ArrayBuffer(2e7)",
  "new Uint8Array(2e7)",
  "new Float64Array(3e6)",
  `"x".repeat(2e7)`,
  `({ list: [new Uint8Array(2e7)] })`,
  `new Response("", { headers: { long: "x".repeat(2e7) } })`,
];

for (const value of TOO_LARGE) {
  Deno.test(`ProcessRunner.chain() fails the action alone whose answer is too large: ${value}`, async () => {
    await using plugin = new SandboxedPlugin(pluginWith(
      `big: () => ${value}, count: () => ++calls`,
      "let calls = 0;",
    ));
    assertEquals(await plugin.call(["count"]), 1);
    const error = await assertRejects(() => plugin.call(["big"]), ActionError);
    assertEquals([error.code, error.action], ["ACTION_FAILED", "big"]);
    assertMatch(error.message, /larger than \d+ bytes/);
    assertEquals(await plugin.call(["count"]), 2);
  });
}

Deno.test("ProcessRunner.chain() counts and times the actions", async () => {
  await using plugin = new SandboxedPlugin(pluginWith(
    `later: async () => {}, fails: async () => { throw 1 }`,
  ));
  await plugin.call(["ok", "later", "ok"]);
  await plugin.call(["later", "fails"]).catch(() => {});
  const { actions } = plugin.health.report();
  const counts = Object.entries(actions)
    .map(([name, { calls, failures }]) => [name, calls, failures]);
  assertEquals(counts, [["ok", 2, 0], ["later", 2, 0], ["fails", 1, 1]]);
});

Deno.test("ProcessRunner.chain() streams a request body and a response body", async () => {
  await using plugin = new SandboxedPlugin(pluginWith(`
    upper: ({ request }) => new Response(
      request.body.pipeThrough(new TextDecoderStream())
        .pipeThrough(new TransformStream({ transform(text, out) { out.enqueue(text.toUpperCase()) } }))
        .pipeThrough(new TextEncoderStream()),
      { status: 201, headers: { "x-plugin": "yes" } })`));
  const body = new ReadableStream({
    start(controller) {
      for (const part of ["ab", "x".repeat(200_000), "cd"]) {
        controller.enqueue(new TextEncoder().encode(part));
      }
      controller.close();
    },
  });
  const request = new Request("http://agent.test/", { method: "POST", body });
  const response: Response = await plugin.call("upper", { request, raw: true });
  assertEquals([response.status, response.headers.get("x-plugin")], [
    201,
    "yes",
  ]);
  assertEquals(await response.text(), `AB${"X".repeat(200_000)}CD`);
});

Deno.test("ProcessRunner.chain() pulls an endless body no faster than it is read", async () => {
  await using plugin = new SandboxedPlugin(pluginWith(`
    endless: () => new Response(new ReadableStream({
      pull(out) { globalThis.pulled = (globalThis.pulled ?? 0) + 1; out.enqueue(new Uint8Array(1000)) },
      cancel() { globalThis.cancelled = true } })),
    told: () => ({ pulled: globalThis.pulled, cancelled: globalThis.cancelled })`));
  const response: Response = await plugin.call("endless");
  const reader = response.body!.getReader();
  await reader.read();
  await reader.read();
  await reader.cancel();
  const { pulled, cancelled } = await plugin.call("told");
  assert(pulled <= 4, `${pulled} pieces`);
  assertEquals(cancelled, true);
});

Deno.test("ProcessRunner.chain() carries the abort of a request across", async () => {
  await using plugin = new SandboxedPlugin(pluginWith(`
    wait: ({ signal, logger }) => new Promise((resolve) => {
      logger.info("waiting");
      signal.addEventListener("abort", () => resolve("aborted"));
    })`));
  const hangUp = new AbortController();
  const request = new Request("http://agent.test/", { signal: hangUp.signal });
  const answer = plugin.call("wait", { request });
  await waitFor(
    "a line is logged",
    () => plugin.logs.includes("info: waiting"),
  );
  hangUp.abort();
  assertEquals(await answer, "aborted");
});

Deno.test("ProcessRunner.chain() runs a chain with its own process after a crash", async () => {
  await using plugin = new SandboxedPlugin(pluginWith(
    `crash: () => Deno.exit(1), count: () => globalThis.n = (globalThis.n ?? 0) + 1`,
  ));
  await plugin.call("count");
  const calls = [plugin.call("crash"), plugin.call("count")];
  const error = await assertRejects(() => calls[0]!, PluginError);
  assertEquals(error.code, "SANDBOX_CRASHED");
  // The second was never begun, and is made again.
  assertEquals(await calls[1], 1);
});

Deno.test("ProcessRunner.chain() waits longer after every crash", async () => {
  await using plugin = new SandboxedPlugin(
    pluginWith("crash: () => Deno.exit(1)"),
  );
  let message = "";
  for (
    let count = 0;
    count < 12 && !message.includes("starts again");
    count++
  ) {
    message = await plugin.call("crash").catch((error) => error.message);
  }
  assertMatch(
    message,
    /crashed \d times \(it ended by itself with code 1\), and starts again in \d s/,
  );
});

Deno.test("ProcessRunner.hook() calls the hook with its payload", async () => {
  const code = `export default { name: "guest", version: "1.0.0", events: {
    onContainerStart: ({ container }, { logger }) => logger.warn("started " + container.id) } }`;
  await using plugin = new SandboxedPlugin(code);
  await plugin.runner.hook("onContainerStart")({ id: "abc" });
  assertEquals(plugin.logs, ["warn: started abc"]);
});

Deno.test("ProcessRunner.hook() ends a process whose hook loops, once", async () => {
  const code = `export default { name: "guest", version: "1.0.0", events: {
    onLoop: (_, { logger }) => { logger.info("looping"); for (;;); } } }`;
  await using plugin = new SandboxedPlugin(code, { actionTimeoutMs: 100 });
  const error = await assertRejects(
    async () => await plugin.runner.hook("onLoop")({}),
    PluginError,
  );
  assertEquals(error.code, "SANDBOX_CRASHED");
  const loops = plugin.logs.filter((line) => line === "info: looping");
  assertEquals(loops.length, 1);
});

Deno.test("ProcessRunner gives the table that plugins have inline", async () => {
  await using plugin = new SandboxedPlugin(pluginWith(`
    fill: ({ table }) => table.insertBatch(Array.from({ length: 500 }, (_, i) => ({ text: "row " + i }))).changes,
    one: ({ table }) => table.insertAndGet({ text: "last" }),
    late: async ({ table }) => { await new Promise((r) => setTimeout(r, 1)); return table.where({ text: "row 3" }).first() },
    update: ({ table }) => table.updateBatch([
      { where: { text: "row 1" }, data: { text: "a" } }, { where: { text: "row 2" }, data: { text: "b" } }]).changes,
    updateGet: ({ table }) => table.where({ text: "row 5" }).updateAndGet({ text: "c" }),
    deleteGet: ({ table }) => table.where({ text: "row 6" }).deleteAndGet(),
    pattern: ({ table }) => table.whereRgx({ text: /^row 1\\d$/ }).update({ text: "teen" }).changes,
    deleteBatch: ({ table }) => table.deleteBatch([{ text: "row 20" }, { text: "row 21" }]).changes,
    clash: ({ table }) => table.insertBatch([{ id: 9000, text: "x" }, { id: 9000, text: "y" }]),
    count: ({ table }) => table.count()`));
  assertEquals(await plugin.call("fill"), 500);
  assertEquals(await plugin.call("one"), { id: 501, text: "last" });
  assertEquals(await plugin.call("late"), { id: 4, text: "row 3" });
  assertEquals(await plugin.call("update"), 2);
  assertEquals(await plugin.call("updateGet"), [{ id: 6, text: "row 5" }]);
  assertEquals(await plugin.call("deleteGet"), [{ id: 7, text: "row 6" }]);
  assertEquals(await plugin.call("pattern"), 10);
  assertEquals(await plugin.call("deleteBatch"), 2);
  const error = await plugin.call("clash").catch((error) => error);
  assertMatch(error.cause.message, /UNIQUE constraint failed/);
  assertEquals(await plugin.call("count"), 498);
});

Deno.test("ProcessRunner keeps two plugins' transactions apart", async () => {
  await using one = new SandboxedPlugin(pluginWith(`
    add: async ({ table }) => {
      for (let i = 0; i < 50; i++) {
        table.insertAndGet({ text: "x" });
        await new Promise((r) => setTimeout(r));
      }
      return table.count();
    }`));
  const calls = Array.from({ length: 4 }, () => one.call("add"));
  await Promise.all(calls);
  using db = one.openFile();
  assertEquals(db.table("guest_rows").count(), 200);
});
