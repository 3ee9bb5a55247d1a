/**
 * Events that plugins emit for each other.
 *
 * @module
 */
import { PluginError } from "@dockstat/plugin-handler";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { bothWays, type Way } from "../sandbox/both_ways.ts";
import { waitFor } from "../wait_for.ts";

const EMITS = `
let count = 0;
export default {
  config: {
    actions: {
      emit({ emit, body }) {
        const { event, payload, times = 1 } = body;
        for (let i = 0; i < times; i++) emit(event, payload);
        return ++count;
      },
      large: ({ emit }) => emit("sender:done", "x".repeat(70_000)),
      cyclic({ emit }) {
        const circle = {};
        circle.circle = circle;
        emit("sender:done", circle);
      },
      big: ({ emit }) => emit("sender:done", { size: 1n }),
    },
    schedules: { emit: { every: "7d", actions: ["tell"] } },
    apiRoutes: {
      "/emit": { method: "POST", actions: ["emit"] },
      "/large": { method: "GET", actions: ["large"] },
      "/cyclic": { method: "GET", actions: ["cyclic"] },
      "/big": { method: "GET", actions: ["big"] },
    },
  },
  events: {
    "test:hook": (_, { emit }) => emit("sender:done", { from: "hook" }),
  },
  init({ emit }) { emit("sender:done", { from: "init", at: new Date(0) }); },
};`;

const HEARS = `
const heard = [];
export default {
  config: {
    actions: { heard: () => heard },
    apiRoutes: { "/heard": { method: "GET", actions: ["heard"] } },
  },
  events: {
    "sender:done": (payload) => void heard.push(structuredClone(payload)),
    "container:started": () => void heard.push("forged"),
    "other:done": () => void heard.push("forged"),
  },
};`;

/** Loads one that hears, then one that emits. */
async function open(way: Way, emits: string[] = ["sender:done"]) {
  const hearer = await way.load(HEARS, { name: "hearer" });
  const sender = await way.load(
    EMITS,
    { name: "sender", emits } as Parameters<Way["load"]>[1],
  );
  const heard = async (count: number) => {
    let all: unknown[] = [];
    await waitFor(`${count} events are heard`, async () => {
      all = await way.ask("/heard", {}, hearer);
      return all.length >= count;
    });
    return all;
  };
  const emit = (body: unknown) =>
    way.ask("/emit", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }, sender);
  return { sender, heard, emit };
}

async function causeOf(call: Promise<unknown>): Promise<[string, string]> {
  const error = await assertRejects(() => call, PluginError);
  const { code, message } = error.cause as PluginError;
  return [code, message];
}

bothWays("context.emit() reaches the hooks of other plugins", async (way) => {
  const { heard, emit } = await open(way);
  assertEquals(await heard(1), [
    { from: "init", at: "1970-01-01T00:00:00.000Z" },
  ]);
  await emit({ event: "sender:done", payload: { n: 1 } });
  await heard(2);
  await way.handler.emit("test:hook", {});
  assertEquals((await heard(3)).slice(1), [{ n: 1 }, { from: "hook" }]);
});

bothWays("context.emit() refuses what is not declared", async (way) => {
  const { emit, heard } = await open(way, ["sender:done", "other:done"]);
  for (const event of ["sender:other", "other:done", "container:started"]) {
    const [code] = await causeOf(emit({ event }));
    assertEquals(code, "PERMISSION_REQUIRED");
  }
  const [, message] = await causeOf(emit({ event: "sender:other" }));
  assertEquals(
    message,
    `Cannot emit "sender:other" for plugin "sender": its manifest does not declare it; add it to "emits"`,
  );
  assertEquals((await heard(1)).length, 1);
});

bothWays("context.emit() bounds size and rate", async (way) => {
  const { sender, emit, heard } = await open(way);
  for (const path of ["/large", "/cyclic", "/big"]) {
    const [code] = await causeOf(way.ask(path, {}, sender));
    assertEquals(code, "INVALID_REQUEST");
  }
  const [code, message] = await causeOf(
    emit({ event: "sender:done", payload: 1, times: 5_000 }),
  );
  assertEquals(code, "PLUGIN_BUSY");
  assert(message.includes("emit fewer"), message);
  const all = await heard(50);
  assert(all.length < 1_000, `${all.length}`);
});

bothWays(
  "context.emit() of a plugin that is named like a host's event is refused",
  async (way) => {
    const code = `export default { config: {
    actions: { emit: ({ emit }) => emit("container:started", {}) },
    apiRoutes: { "/emit": { method: "GET", actions: ["emit"] } },
  } };`;
    const rest = { name: "container", emits: ["container:started"] };
    const id = await way.load(code, rest as Parameters<Way["load"]>[1]);
    const [refusal] = await causeOf(way.ask("/emit", {}, id));
    assertEquals(refusal, "PERMISSION_REQUIRED");
  },
);
