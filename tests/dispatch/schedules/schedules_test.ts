import { trace } from "@opentelemetry/api";
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { PluginHandler } from "../../../mod.ts";
import { ValidationError } from "../../../src/shared/errors.ts";
import { captureLogs } from "../../seed/capture_logs.ts";
import { notingPlugin, Scheduled } from "./scheduled_plugins.ts";
import { waitFor } from "../../wait_for.ts";

const ways = ["inline", "process"] as const;

for (const isolation of ways) {
  Deno.test(`loadPlugin() refuses a cron expression that is none, or is never due (${isolation})`, async () => {
    const cases = {
      "61 * * * *": 'schedule "odd": every "61 * * * *" is no cron expression',
      "0 0 31 2 *": 'schedule "odd": every "0 0 31 2 *" is never due',
      "@daily": "five fields",
      "0 0 * * * *": "five fields",
    };
    for (const [every, why] of Object.entries(cases)) {
      const code = notingPlugin(
        `{ odd: { every: ${JSON.stringify(every)}, actions: ["note"] } }`,
      );
      await using scheduled = new Scheduled(code, { isolation });
      const { handler, id } = scheduled;
      const error = await assertRejects(
        () => handler.loadPlugin(id),
        ValidationError,
        why,
      );
      assertEquals(error.code, "INVALID_PLUGIN");
      assertEquals(handler.getLoadedPlugins(), []);
      assertEquals(handler.getSchedules(), []);
      assertEquals(handler.getHealth(id).state, "failed");
    }
  });

  Deno.test(`schedules start the process or the code of a plugin that is idle (${isolation})`, async () => {
    const db = await Deno.makeTempFile({ suffix: ".db" });
    const code = notingPlugin(`{ second: { every: "1s", actions: ["note"] } }`);
    {
      await using first = new Scheduled(code, { isolation }, db);
      await first.handler.loadPlugin(first.id);
    }
    {
      const options = {
        ...{ isolation, activation: "lazy" } as const,
        sandbox: { idleMs: 50 },
      };
      await using scheduled = new Scheduled(code, options, db);
      const { handler, id } = scheduled;
      await handler.loadAllPlugins();
      const startedAt = () => handler.getSchedules(id)[0]?.lastRun?.startedAt;
      await waitFor("a first run", () => startedAt() !== undefined);
      const first = startedAt();
      await waitFor("a second run", () => startedAt() !== first);
      assertEquals(handler.getSchedules(id)[0]?.lastRun?.ok, true);
      assertEquals(handler.getHealth(id).state, "active");
    }
    await Deno.remove(db);
  });
}

Deno.test("schedules say once in a row that they fail, under the plugin's category", async () => {
  using logs = captureLogs();
  const code = notingPlugin(`{
    broken: { every: "1h", actions: ["fail"] },
    fine: { every: "1h", actions: ["note"] },
  }`);
  await using scheduled = new Scheduled(code, { loggerParents: ["agent"] });
  const { handler, id } = scheduled;
  await handler.loadPlugin(id);
  for (const name of ["broken", "broken", "fine", "broken"]) {
    await handler.runSchedule(id, name);
  }
  const told = logs.lines.map((line, index) => [line, logs.categories[index]])
    .filter(([line]) => String(line).includes("Schedule"));
  assertEquals(told.length, 1);
  const [line, category] = told[0]!;
  assertEquals(category, ["agent", "plugin-handler", "scheduled"]);
  assert(String(line).startsWith("error Schedule broken of plugin scheduled"));
  assert(String(line).includes("not today"));
});

Deno.test("schedules are traced, with what they run below", async () => {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  trace.setGlobalTracerProvider(provider);
  try {
    const code = notingPlugin(
      `{ hourly: { every: "1h", actions: ["note", "fail"] } }`,
    );
    await using scheduled = new Scheduled(code);
    const { handler, id } = scheduled;
    await handler.loadPlugin(id);
    await handler.runSchedule(id, "hourly");
    await provider.forceFlush();
    const spans = exporter.getFinishedSpans().map(({ name }) => name);
    assertEquals(spans.slice(-3), [
      ...["action note", "action fail", "schedule hourly"],
    ]);
    const { attributes, status } = exporter.getFinishedSpans().at(-1)!;
    assertEquals(attributes["dockstat.schedule.name"], "hourly");
    assertEquals(attributes["dockstat.plugin.name"], "scheduled");
    assert(status.message?.includes("not today"));
  } finally {
    trace.disable();
  }
});

Deno.test("schedules count in the health of their actions, and take no plugin out of service", async () => {
  const code = notingPlugin(`{ broken: { every: "1h", actions: ["fail"] } }`);
  await using scheduled = new Scheduled(code, { quarantineAfter: 0 });
  const { handler, id } = scheduled;
  await handler.loadPlugin(id);
  for (let times = 0; times < 10; times++) {
    await handler.runSchedule(id, "broken");
  }
  const { actions, lastError } = handler.getHealth(id);
  assertEquals([actions.fail?.calls, actions.fail?.failures], [10, 10]);
  assert(lastError?.includes("not today"));
  assertEquals(handler.getLoadedPlugins(), [id]);
});

Deno.test("unloadPlugin() cuts off a run that is under way, which leaves no trace", async () => {
  const code = notingPlugin(`{ slow: { every: "1h", actions: ["hang"] } }`);
  await using scheduled = new Scheduled(code);
  const { handler, id } = scheduled;
  await handler.loadPlugin(id);
  const run = handler.runSchedule(id, "slow");
  await Promise.resolve();
  handler.unloadPlugin(id);
  assertEquals((await run).ok, false);
  await handler.loadPlugin(id);
  assertEquals(handler.getSchedules(id)[0]?.lastRun, undefined);
});

Deno.test("close() ends every schedule", async () => {
  const code = notingPlugin(`{ second: { every: "1s", actions: ["note"] } }`);
  const scheduled = new Scheduled(code);
  await scheduled.handler.loadPlugin(scheduled.id);
  await scheduled.handler.close();
  assertEquals(scheduled.handler.getSchedules(), []);
});

Deno.test("an update takes over the schedules of the new version, or none where they are wrong", async () => {
  const version = (every: string) =>
    notingPlugin(`{ timed: { every: "${every}", actions: ["note"] } }`);
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) => {
      const [, every = ""] = decodeURIComponent(new URL(request.url).pathname)
        .split("/");
      const url = "https://example.com/scheduled";
      return Response.json({
        ...{ name: "scheduled", version: every === "1h" ? "1.0.0" : "2.0.0" },
        ...{ repository: url, manifest: url, author: { name: "Test" } },
        plugin: version(every),
      }, { headers: { "content-type": "application/json" } });
    },
  );
  const link = (every: string) =>
    `http://127.0.0.1:${server.addr.port}/${
      encodeURIComponent(every)
    }/manifest.json`;
  await using handler = new PluginHandler(":memory:");
  const { id, message } = await handler.installFromManifestLink(link("1h"));
  assert(id !== undefined, message);
  await handler.loadPlugin(id);
  const wrong = await handler.updateFromManifestLink(id, link("61 * * * *"));
  assertEquals(wrong.success, false);
  assert(`${wrong.message} ${wrong.error}`.includes("no cron expression"));
  assertEquals(handler.getSchedules(id).map(({ every }) => every), ["1h"]);
  const right = await handler.updateFromManifestLink(id, link("5m"));
  assertEquals(right.success, true, right.message);
  assertEquals(handler.getSchedules(id).map(({ every }) => every), ["5m"]);
});
