import { assert, assertEquals, assertRejects } from "@std/assert";
import { PluginError } from "../../../src/shared/errors.ts";
import { notingPlugin, Scheduled } from "./scheduled_plugins.ts";

const HOURLY = `{ hourly: { every: "1h", actions: ["note", "add"] } }`;
const ways = ["inline", "process"] as const;

for (const isolation of ways) {
  Deno.test(`runSchedule() runs a chain without a request (${isolation})`, async () => {
    const code = notingPlugin(
      HOURLY,
      `const actions = { note: ({ request, body, params, query, previousAction,
        table, logger, signal, plugin }) => {
        logger.info("running");
        told.push({ request: typeof request, body: typeof body, params,
          query: [...query], previous: typeof previousAction, table,
          aborted: signal.aborted, plugin: plugin.name });
        return 1;
      } };`,
    );
    await using scheduled = new Scheduled(code, { isolation });
    const { handler, id } = scheduled;
    await handler.loadPlugin(id);
    const run = await handler.runSchedule(id, "hourly");
    assertEquals(run.ok, true, run.error);
    assert(run.durationMs >= 0 && Date.now() - run.startedAt < 600_000);
    assertEquals(await scheduled.told(), [{
      ...{ request: "undefined", body: "undefined", params: {}, query: [] },
      ...{ previous: "undefined", table: null, aborted: false },
      plugin: "scheduled",
    }]);
    const [status] = handler.getSchedules();
    assertEquals(status?.lastRun, run);
    assertEquals(handler.getHealth(id).actions.add?.calls, 1);
  });

  Deno.test(`runSchedule() tells of a failing run, and goes on (${isolation})`, async () => {
    const code = notingPlugin(`{
      broken: { every: "1h", actions: ["fail"] },
      slow: { every: "1h", actions: ["hang"], timeoutMs: 50 },
      unknown: { every: "1h", actions: ["nothing"] },
      fine: { every: "1h", actions: ["note"] },
    }`);
    await using scheduled = new Scheduled(code, { isolation });
    const { handler, id } = scheduled;
    await handler.loadPlugin(id);
    const errors = [];
    for (const name of ["broken", "slow", "unknown"]) {
      const { ok, error } = await handler.runSchedule(id, name);
      assertEquals(ok, false);
      errors.push(error);
    }
    assert(errors[0]?.includes("not today"), errors[0]);
    assert(errors[1]?.includes("longer than 50 ms"), errors[1]);
    assert(errors[2]?.includes('"nothing"'), errors[2]);
    assertEquals((await handler.runSchedule(id, "fine")).ok, true);
    assertEquals(handler.getHealth(id).actions.fail?.failures, 1);
  });

  Deno.test(`runSchedule() activates a plugin whose code is not imported yet (${isolation})`, async () => {
    const db = await Deno.makeTempFile({ suffix: ".db" });
    const code = notingPlugin(HOURLY);
    {
      await using first = new Scheduled(code, { isolation }, db);
      await first.handler.loadAllPlugins();
    }
    {
      const options = { isolation, activation: "lazy" } as const;
      await using scheduled = new Scheduled(code, options, db);
      const { handler, id } = scheduled;
      await handler.loadAllPlugins();
      assertEquals(handler.getHealth(id).state, "registered");
      assertEquals(handler.getSchedules(id).map(({ name }) => name), [
        "hourly",
      ]);
      assertEquals(handler.getHealth(id).state, "registered");
      assertEquals((await handler.runSchedule(id, "hourly")).ok, true);
      assertEquals(handler.getHealth(id).state, "active");
      assertEquals(await scheduled.told(), ["undefined"]);
    }
    await Deno.remove(db);
  });
}

Deno.test("runSchedule() joins a run that is under way", async () => {
  const code = notingPlugin(
    `{ slow: { every: "1h", actions: ["wait", "note"] } }`,
    `const gate = Promise.withResolvers();
     const actions = { wait: () => gate.promise, open: () => gate.resolve() };`,
  ).replace(
    `"/told":`,
    `"/open": { method: "GET", actions: ["open"] }, "/told":`,
  );
  await using scheduled = new Scheduled(code);
  const { handler, id } = scheduled;
  await handler.loadPlugin(id);
  const runs = [
    handler.runSchedule(id, "slow"),
    handler.runSchedule(id, "slow"),
  ];
  await Promise.resolve();
  assertEquals(handler.getSchedules(id)[0]?.running, true);
  await handler.handleRoute(id, "/open", new Request("http://localhost/open"));
  const [first, second] = await Promise.all(runs);
  assertEquals(first, second);
  assertEquals(handler.getSchedules(id)[0]?.running, false);
  assertEquals((await scheduled.told()).length, 1);
});

Deno.test("runSchedule() lets go of answers that nobody reads", async () => {
  const code = notingPlugin(
    `{
      stream: { every: "1h", actions: ["stream"] },
      items: { every: "1h", actions: ["items"] },
      response: { every: "1h", actions: ["response"] },
    }`,
    `const stream = () => new ReadableStream({ cancel: () => void told.push("cancelled") });
     const actions = { stream, response: () => new Response(stream()),
       items: async function* () { yield 1; yield 2; } };`,
  );
  await using scheduled = new Scheduled(code);
  const { handler, id } = scheduled;
  await handler.loadPlugin(id);
  for (const name of ["stream", "items", "response"]) {
    const { ok, error } = await handler.runSchedule(id, name);
    assertEquals([ok, error], [true, undefined]);
  }
  assertEquals(await scheduled.told(), ["cancelled", "cancelled"]);
});

Deno.test("runSchedule() refuses what is not there", async () => {
  await using scheduled = new Scheduled(notingPlugin(HOURLY));
  const { handler, id } = scheduled;
  const codeOf = async (run: Promise<unknown>) =>
    (await assertRejects(() => run, PluginError)).code;
  assertEquals(
    await codeOf(handler.runSchedule(id, "hourly")),
    "PLUGIN_NOT_LOADED",
  );
  await handler.loadPlugin(id);
  assertEquals(
    await codeOf(handler.runSchedule(id, "daily")),
    "SCHEDULE_NOT_FOUND",
  );
  assertEquals(
    await codeOf(handler.runSchedule(id + 1, "hourly")),
    "PLUGIN_NOT_FOUND",
  );
});

Deno.test("getSchedules() tells of loaded plugins alone, and nothing is left of others", async () => {
  await using scheduled = new Scheduled(notingPlugin(HOURLY));
  const { handler, id } = scheduled;
  assertEquals(handler.getSchedules(), []);
  const before = Date.now();
  await handler.loadPlugin(id);
  const [status] = handler.getSchedules();
  const { nextRunAt, ...rest } = status!;
  assertEquals(rest, {
    ...{ pluginId: id, plugin: "scheduled", name: "hourly", every: "1h" },
    ...{ actions: ["note", "add"], running: false },
  });
  assert(nextRunAt! >= before + 3_600_000);
  assert(nextRunAt! <= Date.now() + 3_630_001);
  handler.unloadPlugin(id);
  assertEquals(handler.getSchedules(id), []);
  await handler.loadPlugin(id);
  assertEquals(handler.getSchedules(id).length, 1);
  handler.disablePlugin(id);
  assertEquals(handler.getSchedules(), []);
  handler.enablePlugin(id);
  await handler.loadPlugin(id);
  await handler.runSchedule(id, "hourly");
  handler.deletePlugin(id);
  assertEquals(handler.getSchedules(), []);
});

Deno.test("getSchedules() knows the last run after a restart, and keeps the beat", async () => {
  const db = await Deno.makeTempFile({ suffix: ".db" });
  const code = notingPlugin(`{
    hourly: { every: "1h", actions: ["note"] },
    broken: { every: "0 3 * * *", timeZone: "Europe/Berlin", actions: ["fail"] },
  }`);
  let before;
  {
    await using first = new Scheduled(code, {}, db);
    const { handler, id } = first;
    await handler.loadPlugin(id);
    await handler.runSchedule(id, "hourly");
    await handler.runSchedule(id, "broken");
    before = handler.getSchedules();
  }
  {
    await using second = new Scheduled(code, {}, db);
    const { handler, id } = second;
    await handler.loadPlugin(id);
    const after = handler.getSchedules();
    assertEquals(
      after.map(({ name, lastRun }) => [name, lastRun]),
      before.map(({ name, lastRun }) => [name, lastRun]),
    );
    assertEquals(after[1]?.lastRun?.ok, false);
    const { startedAt } = after[0]!.lastRun!;
    assert(after[0]!.nextRunAt! >= startedAt + 3_600_000 - 1_000);
    assert(after[0]!.nextRunAt! <= startedAt + 3_631_000);
    handler.deletePlugin(id);
  }
  await Deno.remove(db);
});
