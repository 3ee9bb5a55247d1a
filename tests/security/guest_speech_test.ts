/**
 * What a guest says costs the host a bounded amount: every test is one thing
 * that a plugin in a process of its own says to bring the host down.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { ActionError, PluginError } from "@dockstat/plugin-handler";
import { waitFor } from "../wait_for.ts";
import { AttackedHandler, pluginOf } from "./attacked_handler.ts";
import { bytesOf, FORGING } from "./forging.ts";

const SHARED = `
  const leaf = {}; for (let i = 0; i < 1000; i++) leaf["k" + i] = i;
  let shared = [leaf]; for (let i = 0; i < 40; i++) shared = [shared, shared];`;

async function codeOf(pending: Promise<unknown>): Promise<string> {
  return (await assertRejects(() => pending, PluginError)).code;
}

Deno.test("an answer of shared values fails its call, and the process lives", async () => {
  await using it = await AttackedHandler.with(
    pluginOf("x: () => shared, n: () => n++", `${SHARED} let n = 0;`),
  );
  assertEquals(await it.ask("n"), 0);
  assertEquals(await codeOf(it.ask("x")), "ACTION_FAILED");
  assertEquals(await it.ask("n"), 1);
  await it.assertServes();
});

Deno.test("issues of shared values are not walked", async () => {
  await using it = await AttackedHandler.with(pluginOf(
    `x: () => { throw Object.assign(new Error("no"), {
        name: "ValidationError", code: "VALIDATION_FAILED", issues: shared }) },
     path: () => { throw Object.assign(new Error("no"), {
        name: "ValidationError", code: "VALIDATION_FAILED", issues: [{ message: shared, path: shared }] }) }`,
    SHARED,
  ));
  assertEquals(await codeOf(it.ask("x")), "ACTION_FAILED");
  assertEquals(await codeOf(it.ask("path")), "ACTION_FAILED");
  await it.assertServes();
});

for (
  const [what, forged] of Object.entries({
    "2.3 million errors": "many([14, 1, 65, 0, 0, 0, 0, 0], 2_000_000)",
    "8 million maps": "many([12, 0], 8_000_000)",
    "16 million numbers": "many([4, 5], 8_000_000)",
    "a million responses": "many([19, 200, 1, 0, 10, 0, 1], 1_000_000)",
    "a million patterns": "many([17, 1, 65, 0], 1_000_000)",
    "a million blobs":
      "many([21, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0], 1_000_000)",
    "a value that is part of itself": "Uint8Array.from([10, 1, 15, 0])",
    "no value at all": "Uint8Array.from([255])",
    "no part of the protocol": bytesOf({ type: "constructor" }),
    "a goodbye that nobody asked for": bytesOf({ type: "closed" }),
    "a pong that nobody asked for": bytesOf({ type: "pong" }),
    "a second greeting": bytesOf({ type: "ready", protocol: 2 }),
    "second contributions": bytesOf({ type: "loaded", contributions: {} }),
    "an answer that nobody waits for": bytesOf({
      type: "reply",
      id: 4_000,
      value: new Uint8Array(1),
      bytes: undefined,
    }),
    "a step that there is not": bytesOf({
      type: "step",
      id: 4_000,
      index: 1,
      timeoutMs: undefined,
    }),
  })
) {
  Deno.test(`a message of ${what} ends the process that sent it, and no other`, async () => {
    await using it = await AttackedHandler.with(
      pluginOf(
        `ok: () => 1, x: async () => {
        say(${forged}); await new Promise((r) => setTimeout(r, 60_000)) }`,
        FORGING,
      ),
      { actionTimeoutMs: 50_000 },
    );
    assertEquals(await it.ask("ok"), 1);
    assertEquals(await codeOf(it.ask("x")), "SANDBOX_CRASHED");
    await it.assertServes();
  });
}

Deno.test("a guest that says goodbye unasked is restarted with a growing delay", async () => {
  await using it = await AttackedHandler.with(
    pluginOf(
      `x: async () => {
      say(${
        bytesOf({ type: "closed" })
      }); await new Promise((r) => setTimeout(r, 60_000)) }`,
      FORGING,
    ),
    { actionTimeoutMs: 50_000, quarantineAfter: 0 },
  );
  let message = "";
  for (let call = 0; call < 20 && !message.includes("starts again"); call++) {
    message = await it.ask("x").then(() => "", (error) => error.message);
  }
  assertMatch(message, /starts again in \d+ s/);
  await it.assertServes();
});

Deno.test("a line of 5 MB that only the guest would cut ends its process", async () => {
  await using it = await AttackedHandler.with(
    pluginOf(
      `x: async () => {
      String.prototype.slice = function () { return String(this) };
      console.log("x".repeat(5_000_000)); await new Promise((r) => setTimeout(r, 60_000)) }`,
    ),
    { actionTimeoutMs: 50_000 },
  );
  assertEquals(await codeOf(it.ask("x")), "SANDBOX_CRASHED");
  await it.assertServes();
});

Deno.test("errors and lines without end do not reach the host's log or thread", async () => {
  await using it = await AttackedHandler.with(
    pluginOf(
      `x: async () => {
      for (let i = 0; i < 20_000; i++) { Promise.reject(new Error("late " + i)); console.log("line") }
      await new Promise((r) => setTimeout(r, 100)); return "done" }`,
    ),
    { quarantineAfter: 0 },
  );
  assertEquals(await it.ask("x"), "done");
  const { lateErrors } = it.handler.getHealth(it.attacker);
  assert(lateErrors > 0 && lateErrors <= 100, `${lateErrors} late errors`);
  await it.assertServes();
});

Deno.test("an error of 2.5 MB is stored as a few lines", async () => {
  await using it = await AttackedHandler.with(pluginOf(
    `x: () => { throw new Error("e".repeat(2_500_000)) },
     late: () => { setTimeout(() => { throw new Error("e".repeat(2_500_000)) }); return 1 }`,
  ));
  const error = await assertRejects(() => it.ask("x"), ActionError);
  assert(error.message.length < 20_000 && error.stack!.length < 200_000);
  assert((error.cause as Error).message.length < 20_000);
  await it.ask("late");
  await waitFor(
    "the late error",
    () => it.handler.getHealth(it.attacker).lateErrors > 0,
  );
  const stored = JSON.stringify([
    it.handler.getHealth(it.attacker),
    it.handler.getAll(),
    it.handler.getAudit(),
  ]);
  assert(stored.length < 100_000, `${stored.length} characters`);
});

Deno.test("an error that is its own cause settles its call", async () => {
  await using it = await AttackedHandler.with(pluginOf(
    `x: () => { const error = new Error("no"); error.cause = error; throw error },
     two: () => { const a = new Error("a"), b = new Error("b", { cause: a }); a.cause = b; throw a },
     all: () => { const all = new AggregateError([], "all"); all.errors.push(all, all); throw all },
     wide: () => { throw new AggregateError(Array.from({ length: 5_000 }, (_, i) => new Error("e" + i))) },
     deep: () => { let e = new Error("0"); for (let i = 0; i < 5_000; i++) e = new Error("n", { cause: e }); throw e }`,
  ));
  for (const route of ["x", "two", "all", "wide", "deep"]) {
    assertEquals(await codeOf(it.ask(route)), "ACTION_FAILED");
  }
  await it.assertServes();
});

Deno.test("what leaves a chain is laid to its own plugin, and counted", async () => {
  await using it = await AttackedHandler.with(pluginOf(
    `getter: () => ({ get x() { throw Object.assign(new Error("forged"), {
        name: "PluginError", code: "INTEGRITY_MISMATCH", status: 200, pluginId: 1 }) } }),
     plain: () => ({ toJSON() { throw { name: "PluginError", code: "INTEGRITY_MISMATCH", pluginId: 1 } } }),
     thrown: () => { throw Object.assign(new Error("forged"), {
        name: "PluginError", code: "STORE_FAILED", pluginId: 1 }) }`,
  ));
  for (const route of ["getter", "plain", "thrown"]) {
    const error = await assertRejects(() => it.ask(route), ActionError);
    assertEquals([error.code, error.pluginId, error.action], [
      "ACTION_FAILED",
      it.attacker,
      route,
    ]);
    const { actions } = it.handler.getHealth(it.attacker);
    assertEquals(actions[route]!.failures, 1);
  }
});

Deno.test("a forged failure is laid to its own plugin, and counted", async () => {
  const forged = (id: number) =>
    bytesOf({
      type: "failure",
      id,
      value: Object.assign(new Error("forged"), {
        name: "PluginError",
        code: "INTEGRITY_MISMATCH",
        pluginId: 1,
      }),
    });
  await using it = await AttackedHandler.with(
    pluginOf(`x: () => { sayLater(${forged(2)}); return 1 }`, FORGING),
  );
  await it.ask("x").catch(() => {});
  await it.assertServes();
});

for (
  const [own, limits] of Object.entries({
    "timeoutMs: 1e9": { actionTimeoutMs: 1_000 },
    "timeoutMs: 0": { actionTimeoutMs: 1_000 },
    "timeoutMs: 1e8": { actionTimeoutMs: 0, sandbox: { maxCallMs: 1_000 } },
    "": { actionTimeoutMs: 0, sandbox: { maxCallMs: 1_000 } },
  })
) {
  Deno.test(`an action with { ${own} } ends when the operator says: ${JSON.stringify(limits)}`, async () => {
    await using it = await AttackedHandler.with(
      pluginOf(
        `waits: { handler: () => new Promise(() => {}), ${own} },
       loops: { handler: () => { for (;;); }, ${own} }`,
      ),
      limits,
    );
    assertEquals(await codeOf(it.ask("waits")), "ACTION_TIMEOUT");
    assertEquals(await codeOf(it.ask("loops")), "ACTION_TIMEOUT");
    await it.assertServes();
  });
}

Deno.test("a guest that keeps no limit and answers no call is ended", async () => {
  await using it = await AttackedHandler.with(
    pluginOf(
      `x: () => { globalThis.setTimeout = () => 0; performance.now = () => 0;
       return { then() {} } }`,
      `globalThis.setTimeout = () => 0;`,
    ),
    { actionTimeoutMs: 1_000 },
  );
  assertEquals(await codeOf(it.ask("x")), "ACTION_TIMEOUT");
  await it.assertServes();
});

Deno.test("a stream that nobody reads is given up, and its process becomes idle", async () => {
  await using it = await AttackedHandler.with(
    pluginOf(
      `x: () => new Response(new ReadableStream({
        pull(out) { out.enqueue(new Uint8Array(10)) }, cancel() { cancelled = true } })),
     many: () => new Response(new ReadableStream({ pull(out) { out.enqueue(new Uint8Array(10)) } })),
     told: () => cancelled`,
      "let cancelled = false;",
    ),
    { sandbox: { unreadMs: 200, idleMs: 200 } },
  );
  const response = await it.ask("x") as Response;
  await assertRejects(
    async () => {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await response.text();
    },
    PluginError,
    "nobody has read it",
  );
  await waitFor(
    "the process to stop",
    async () => await it.ask("told") === false,
  );
});

Deno.test("a request's body that the action does not read keeps no process busy", async () => {
  await using it = await AttackedHandler.with(`export default { config: {
      actions: { x: () => "unread" },
      apiRoutes: { "/x": { method: "POST", actions: ["x"], body: "raw" } } } };`);
  let cancelled = false;
  const body = new ReadableStream({
    pull(out) {
      out.enqueue(new Uint8Array(1_000));
    },
    cancel() {
      cancelled = true;
    },
  });
  assertEquals(await it.ask("x", { method: "POST", body }), "unread");
  await waitFor("the body to be cancelled", () => cancelled);
});

Deno.test("numbers that share a place in a map are not compared with each other", async () => {
  await using it = await AttackedHandler.with(pluginOf(
    `x: () => {
      const map = new Map();
      for (let i = 0n; i < 5_000n; i++) map.set(i << 64n, 1);
      return map;
    }`,
  ));
  assertEquals(await codeOf(it.ask("x")), "ACTION_FAILED");
  await it.assertServes();
});

Deno.test("an answer of 50,000 headers is not made", async () => {
  const headers = `Array.from({ length: 50_000 }, (_, i) => ["x-" + i, "v"])`;
  await using it = await AttackedHandler.with(pluginOf(
    `x: () => { const r = new Response("x");
       Response.prototype[Symbol.iterator] = undefined;
       Object.defineProperty(r, "headers", { value: ${headers} });
       return r },
     reply: () => { const made = { [Symbol.for("@dockstat/plugin-handler/reply")]: true, value: 1 };
       let first = true;
       globalThis.Response = class extends Response { get headers() { return ${headers} } };
       return made },
     long: () => new Response("x", { headers: { "x-a": "a".repeat(100_000) } })`,
  ));
  for (const route of ["x", "reply", "long"]) {
    await it.ask(route).then(
      (answer) => assert([...(answer as Response).headers].length < 200),
      (error) => assertEquals(error.code, "ACTION_FAILED"),
    );
    await it.assertServes();
  }
});

Deno.test("a guest that sends costly messages without end is read at a walk", async () => {
  const fault = bytesOf({ type: "log", level: "info", text: "x" });
  await using it = await AttackedHandler.with(
    pluginOf(
      `x: async () => {
        const head = ${fault};
        const more = many([12, 0], 50_000);
        // One more property than a line of the log has.
        head[1]++;
        const bytes = new Uint8Array(head.length + 2 + more.length);
        bytes.set(head); bytes.set([1, 97], head.length); bytes.set(more, head.length + 2);
        for (let i = 0; i < 20; i++) {
          say(bytes);
          await new Promise((r) => setTimeout(r, 1));
        }
        return "done" }`,
      FORGING,
    ),
    { actionTimeoutMs: 60_000 },
  );
  let [turns, over] = [0, false];
  const answer = it.ask("x");
  const end = () => over = true;
  answer.then(end, end);
  while (!over) {
    turns++;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assertEquals(await answer, "done");
  assert(turns > 100, `${turns} turns of the host`);
  await it.assertServes();
});

Deno.test("typed arrays inside an answer are not written element by element", async () => {
  await using it = await AttackedHandler.with(pluginOf(
    `x: () => ({ a: new Float64Array(1_500_000) }),
     dates: () => Array.from({ length: 300_000 }, () => new Date(1)),
     small: () => ({ a: new Float64Array(3) }),
     alone: () => new Float64Array(1_500_000)`,
  ));
  for (const route of ["x", "dates"]) {
    const response = await it.fetch(route);
    assertEquals((await response.json()).code, "ACTION_FAILED");
  }
  assertEquals(await (await it.fetch("small")).json(), {
    a: { 0: 0, 1: 0, 2: 0 },
  });
  assertEquals((await (await it.fetch("alone")).bytes()).length, 12_000_000);
  assertEquals(await it.ask("alone"), new Float64Array(1_500_000));
  await it.assertServes();
});
