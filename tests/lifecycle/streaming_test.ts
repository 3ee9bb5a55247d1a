import { PluginError } from "@dockstat/plugin-handler";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { get, inMemory, save } from "../handler/plugins.ts";
import { type Gate, makeGate } from "./gates.ts";

/** A plugin that streams three parts, the last two behind a gate. */
function streamsSource(gate: Gate): string {
  return `
    async function* parts() {
      yield "a";
      await ${gate.source}.pass("waits");
      yield "b";
      yield "c";
    }
    const bytes = () => ReadableStream.from(parts()).pipeThrough(new TextEncoderStream());
    const actions = {
      items: parts,
      stream: () => ReadableStream.from(parts()),
      response: () => new Response(bytes()),
      reply: () => ({ [Symbol.for("@dockstat/plugin-handler/reply")]: true,
        value: parts(), status: 202 }),
    };
    export default {
      config: { actions, apiRoutes: Object.fromEntries(Object.keys(actions)
        .map((it) => ["/" + it, { method: "GET", actions: [it] }])) },
      cleanup: () => { ${gate.source}.pass("cleanup") },
    };`;
}

const KINDS = ["items", "stream", "response", "reply"] as const;

/** Settles what can be settled without any timer. */
async function turns(): Promise<void> {
  for (let n = 0; n < 5; n++) {
    await new Promise((resolve) => setTimeout(resolve));
  }
}

for (const kind of KINDS) {
  Deno.test(
    `reloadPlugin() lets an answer that streams (${kind}) be read to its end`,
    {
      permissions: "none",
    },
    async () => {
      using gate = makeGate();
      await using handler = inMemory({ cleanupTimeoutMs: 600_000 });
      const id = save(handler, "streams", streamsSource(gate));
      await handler.loadPlugin(id);
      const url = `http://localhost/plugins/${id}/routes/${kind}`;
      const response = await handler.fetch(new Request(url));
      const reader = response.body!.getReader();
      const text = async () =>
        new TextDecoder().decode((await reader.read()).value);
      assertEquals(await text(), "a");
      const second = text();
      await gate.arrived();

      await handler.reloadPlugin(id);
      await turns();
      assertEquals(gate.arrivals, ["waits"]);

      gate.open();
      assertEquals([await second, await text()], ["b", "c"]);
      assertEquals(gate.arrivals, ["waits"]);
      assertEquals((await reader.read()).done, true);
      await gate.arrived(2);
      assertEquals(gate.arrivals, ["waits", "cleanup"]);
    },
  );

  Deno.test(`an answer that streams (${kind}) and is cancelled is over`, {
    permissions: "none",
  }, async () => {
    using gate = makeGate();
    await using handler = inMemory({ cleanupTimeoutMs: 600_000 });
    const id = save(handler, "streams", streamsSource(gate));
    await handler.loadPlugin(id);
    const url = `http://localhost/plugins/${id}/routes/${kind}`;
    const response = await handler.fetch(new Request(url));
    const reader = response.body!.getReader();
    await reader.read();
    await handler.reloadPlugin(id);
    await turns();
    assertEquals(gate.arrivals.includes("cleanup"), false);
    gate.open();
    await reader.cancel();
    await gate.arrived(gate.arrivals.includes("waits") ? 2 : 1);
    assert(gate.arrivals.includes("cleanup"));
  });

  Deno.test(`unloadPlugin() ends an answer that streams (${kind})`, {
    permissions: "none",
  }, async () => {
    using gate = makeGate();
    await using handler = inMemory();
    const id = save(handler, "streams", streamsSource(gate));
    await handler.loadPlugin(id);
    const url = `http://localhost/plugins/${id}/routes/${kind}`;
    const response = await handler.fetch(new Request(url));
    const reader = response.body!.getReader();
    await reader.read();
    const second = reader.read();
    await gate.arrived();
    handler.unloadPlugin(id);
    const error = await assertRejects(() => second, PluginError);
    assertEquals(error.code, "PLUGIN_NOT_LOADED");
    const { actions, lastError } = handler.getHealth(id);
    assertEquals([actions[kind]!.failures, lastError], [0, undefined]);
  });
}

Deno.test(
  "reloadPlugin() waits for an endless answer no longer than cleanupTimeoutMs",
  {
    permissions: "none",
  },
  async () => {
    using gate = makeGate();
    await using handler = inMemory({ cleanupTimeoutMs: 50 });
    const id = save(handler, "streams", streamsSource(gate));
    await handler.loadPlugin(id);
    const url = `http://localhost/plugins/${id}/routes/items`;
    const response = await handler.fetch(new Request(url));
    const reader = response.body!.getReader();
    await reader.read();
    const second = reader.read();
    await gate.arrived();
    await handler.reloadPlugin(id);
    await gate.arrived(2);
    assertEquals(gate.arrivals, ["waits", "cleanup"]);
    const error = await assertRejects(() => second, PluginError);
    assertEquals(error.code, "PLUGIN_NOT_LOADED");
  },
);

Deno.test("handleRoute() hands out streams that end with their instance", {
  permissions: "none",
}, async () => {
  using gate = makeGate();
  await using handler = inMemory();
  const id = save(handler, "streams", streamsSource(gate));
  await handler.loadPlugin(id);
  const items = await handler.handleRoute(
    id,
    "/items",
    get(),
  ) as AsyncGenerator<string>;
  assertEquals((await items.next()).value, "a");
  const second = items.next();
  await gate.arrived();
  handler.unloadPlugin(id);
  await assertRejects(() => second, PluginError, "unloaded");
});

Deno.test("handleRoute() hands a response that does not stream on as it is", {
  permissions: "none",
}, async () => {
  await using handler = inMemory();
  const id = save(
    handler,
    "static",
    `const made = [Response.json({ a: 1 }), new Response(null, { status: 204 })];
    globalThis.madeResponses = made;
    export default { config: {
      actions: { zero: () => made[0], one: () => made[1] },
      apiRoutes: { "/0": { method: "GET", actions: ["zero"] }, "/1": { method: "GET", actions: ["one"] } },
    } }`,
  );
  await handler.loadPlugin(id);
  const made = Reflect.get(globalThis, "madeResponses") as Response[];
  for (const [index, response] of made.entries()) {
    const answer = await handler.handleRoute(id, `/${index}`, get());
    assert(answer === response);
  }
  Reflect.deleteProperty(globalThis, "madeResponses");
});

for (const isolation of ["inline", "process"] as const) {
  Deno.test(`reloadPlugin() lets an answer be read to its end in both ways (${isolation})`, async () => {
    await using handler = inMemory({ isolation, cleanupTimeoutMs: 600_000 });
    const id = save(
      handler,
      "streams",
      `const pause = () => new Promise((resolve) => setTimeout(resolve, 300));
      export default { config: {
        actions: { stream: async function* () {
          yield "a"; await pause(); yield "b"; await pause(); yield "c";
        } },
        apiRoutes: { "/stream": { method: "GET", actions: ["stream"] } },
      } }`,
    );
    await handler.loadPlugin(id);
    const url = `http://localhost/plugins/${id}/routes/stream`;
    const response = await handler.fetch(new Request(url));
    const reader = response.body!.pipeThrough(new TextDecoderStream())
      .getReader();
    let text = (await reader.read()).value;
    await handler.reloadPlugin(id);
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      text += value;
    }
    assertEquals(text, "abc");
    const again = await handler.fetch(new Request(url));
    assertEquals(await again.text(), "abc");
  });
}
