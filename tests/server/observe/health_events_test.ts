import { PluginHandler } from "@dockstat/plugin-handler";
import { createServer } from "@dockstat/plugin-handler/server";
import { assertEquals } from "@std/assert";
import type {
  HealthChange,
  LifecycleEvent,
} from "../../../src/server/observe/event_hub.ts";
import { Observation } from "../../../src/server/observe/observation.ts";
import { rowOf } from "../../management/market.ts";
import { openServer } from "../open_server.ts";

const PLUGIN = `export default { config: {
  apiRoutes: { "GET /fail": { actions: ["fail"] } },
  actions: { fail() { throw new Error("no") } },
} };`;

/** A handler, and the changes of health that are told of it. */
function watched() {
  const handler = new PluginHandler(":memory:");
  handler.savePlugin(rowOf("a", PLUGIN));
  const observation = new Observation(handler, 10);
  const changes: HealthChange[] = [];
  observation.hub.watch((event) => {
    if (event.type === "health") changes.push(event.data);
  });
  return {
    handler,
    observation,
    /** What was told since it was asked last. */
    states: () => changes.splice(0).map(({ id, state }) => [id, state]),
    async [Symbol.asyncDispose]() {
      observation[Symbol.dispose]();
      await handler.close();
    },
  };
}

Deno.test("Observation tells of a plugin's health when its life goes on", async () => {
  await using watch = watched();
  const { handler, states } = watch;
  await handler.loadPlugin(1);
  assertEquals(states(), [[1, "active"]]);
  await handler.reloadPlugin(1);
  assertEquals(states(), []);
  handler.disablePlugin(1);
  assertEquals(states(), [[1, "disabled"]]);
  handler.enablePlugin(1);
  assertEquals(states(), [[1, "registered"]]);

  handler.savePlugin(rowOf("b", "export default {"));
  assertEquals(states(), [[2, "registered"]]);
  await handler.loadPlugin(2).catch(() => {});
  assertEquals(states(), [[2, "failed"]]);
  handler.deletePlugin(2);
  assertEquals(states(), []);
});

Deno.test("Observation tells each minute which plugins are doing worse, and each change once", async () => {
  await using watch = watched();
  const { handler, observation, states } = watch;
  await handler.loadPlugin(1);
  states();
  observation.series.sample();
  assertEquals(states(), []);

  const response = await handler.fetch(
    new Request("http://localhost/plugins/1/routes/fail"),
  );
  await response.body?.cancel();
  assertEquals(handler.getHealth(1).state, "degraded");
  observation.series.sample();
  observation.series.sample();
  assertEquals(states(), [[1, "degraded"]]);
});

Deno.test("Observation tells what becomes of a plugin before how it is doing", async () => {
  await using watch = watched();
  const told: string[] = [];
  watch.observation.hub.watch(({ type, data }) => {
    told.push(`${type} ${(data as LifecycleEvent).event ?? ""}`.trim());
  });
  await watch.handler.loadPlugin(1);
  assertEquals(told, ["lifecycle plugin:loaded", "health"]);
});

Deno.test("GET /events sends changes of health", async () => {
  await using open = openServer();
  const token = await open.admin();
  open.handler.savePlugin(rowOf("a", PLUGIN));
  const response = await open.ask("/api/v1/events?types=health", { token });
  const reader = response.body!.pipeThrough(new TextDecoderStream())
    .getReader();
  await open.handler.loadPlugin(1);
  let text = "";
  while (!text.includes("data: ")) text += (await reader.read()).value;
  await reader.cancel();
  const [, data] = text.match(/event: health\ndata: (.*)\n/)!;
  assertEquals(JSON.parse(data!), { id: 1, name: "a", state: "active" });
});

Deno.test("Observation lets a handler close that is still watched", async () => {
  const handler = new PluginHandler(":memory:");
  handler.savePlugin(rowOf("a", PLUGIN));
  await using _ = createServer(handler);
  await handler.loadPlugin(1);
  await handler.close();
});
