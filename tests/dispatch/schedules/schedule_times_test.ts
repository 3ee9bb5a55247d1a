import { assert, assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { notingPlugin, Scheduled } from "./scheduled_plugins.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A plugin whose schedule notes when it runs. */
function noting(schedule: string): string {
  return notingPlugin(
    `{ timed: { actions: ["at"], ${schedule} } }`,
    `const actions = { at: () => void told.push(Date.now()) };`,
  );
}

/** Lets what has been started come to its end; nothing of it waits for a timer. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

/** Loads a plugin, lets the fake time pass in steps, and tells when it ran. */
async function runsOf(
  time: FakeTime,
  schedule: string,
  steps: { stepMs: number; times: number },
): Promise<number[]> {
  await using scheduled = new Scheduled(noting(schedule));
  const { handler, id } = scheduled;
  await handler.loadPlugin(id);
  // The library that reads cron expressions may have to be imported.
  while (handler.getSchedules(id)[0]?.nextRunAt === undefined) {
    await new Promise((resolve) => nextTask(resolve));
  }
  for (let step = 0; step < steps.times; step++) {
    time.tick(steps.stepMs);
    await settle();
  }
  return await scheduled.told() as number[];
}

function nextTask(callback: (value: void) => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    port2.close();
    callback();
  };
  port2.postMessage(null);
}

function hourIn(timeZone: string, time: number): string {
  return new Intl.DateTimeFormat("sv", {
    ...{ timeZone, hour: "2-digit", minute: "2-digit" },
  }).format(time);
}

Deno.test("schedules run at a local time over years, daylight saving and leap days included", async () => {
  using time = new FakeTime(Date.UTC(2026, 0, 1));
  const schedule = `every: "30 3 * * *", timeZone: "Europe/Berlin"`;
  const runs = await runsOf(time, schedule, { stepMs: DAY, times: 1_461 });
  assertEquals(runs.length, 1_461);
  assertEquals(
    new Set(runs.map((run) => hourIn("Europe/Berlin", run))),
    new Set(["03:30"]),
  );
  const gaps = new Set(runs.slice(1).map((run, index) => run - runs[index]!));
  assertEquals(gaps, new Set([DAY, DAY - HOUR, DAY + HOUR]));
});

Deno.test("schedules run on leap days, and only then where they say so", async () => {
  using time = new FakeTime(Date.UTC(2028, 1, 26));
  const runs = await runsOf(time, `every: "0 12 29 2 *"`, {
    ...{ stepMs: DAY / 2, times: 20 },
  });
  assertEquals(runs, [Date.UTC(2028, 1, 29, 12)]);
});

Deno.test("schedules at an interval are spread by a tenth at most, and do not drift", async () => {
  using time = new FakeTime(Date.UTC(2026, 0, 1));
  const start = Date.now();
  const runs = await runsOf(time, `every: "1m"`, {
    stepMs: 1_000,
    times: 3_610,
  });
  assertEquals(runs.length, 60);
  const spread = runs.map((run, index) => run - start - (index + 1) * 60_000);
  assert(spread.every((late) => late >= 0 && late <= 6_001), String(spread));
  assert(new Set(spread).size > 10);
});

Deno.test("schedules at long intervals are spread by 30 seconds at most", async () => {
  using time = new FakeTime(Date.UTC(2026, 0, 1));
  const start = Date.now();
  const runs = await runsOf(time, `every: "7d"`, {
    stepMs: HOUR,
    times: 24 * 70 + 1,
  });
  assertEquals(runs.length, 10);
  const spread = runs.map((run, index) => run - start - (index + 1) * 7 * DAY);
  assert(spread.every((late) => late >= 0 && late <= 30_001), String(spread));
});

Deno.test("schedules neither flood nor starve where the clock is set forward", async () => {
  using time = new FakeTime(Date.UTC(2026, 0, 1));
  await using scheduled = new Scheduled(noting(`every: "10m"`));
  const { handler, id } = scheduled;
  await handler.loadPlugin(id);
  time.tick(11 * 60_000);
  await settle();
  assertEquals((await scheduled.told()).length, 1);
  // A day later at once, as after a suspend.
  time.now = Date.now() + DAY;
  time.tick(60_000);
  await settle();
  assertEquals((await scheduled.told()).length, 2);
  time.tick(11 * 60_000);
  await settle();
  assertEquals((await scheduled.told()).length, 3);
});

Deno.test("schedules run once when the plugin is loaded, where they ask for it", async () => {
  const code = noting(`every: "1h", runOnLoad: true`);
  using time = new FakeTime(Date.UTC(2026, 0, 1));
  await using scheduled = new Scheduled(code);
  const { handler, id } = scheduled;
  await handler.loadPlugin(id);
  await settle();
  assertEquals((await scheduled.told()).length, 1);
  time.tick(HOUR + 30_001);
  await settle();
  assertEquals((await scheduled.told()).length, 2);
});

Deno.test("schedules leave out a run while the one before is under way", async () => {
  using time = new FakeTime(Date.UTC(2026, 0, 1));
  const code = notingPlugin(
    `{ slow: { every: "1m", actions: ["wait"] } }`,
    `let gate = Promise.withResolvers();
     const actions = {
       wait: { timeoutMs: 0, handler: () => { told.push(told.length); return gate.promise; } },
       open: () => { gate.resolve(); gate = Promise.withResolvers(); },
     };`,
  ).replace(
    `"/told":`,
    `"/open": { method: "GET", actions: ["open"] }, "/told":`,
  );
  await using scheduled = new Scheduled(code, { actionTimeoutMs: 0 });
  const { handler, id } = scheduled;
  await handler.loadPlugin(id);
  for (let minute = 0; minute < 10; minute++) {
    time.tick(66_001);
    await settle();
  }
  assertEquals(await scheduled.told(), [0]);
  await handler.handleRoute(id, "/open", new Request("http://localhost/open"));
  await settle();
  time.tick(66_001);
  await settle();
  assertEquals(await scheduled.told(), [0, 1]);
});

Deno.test("schedules leave nothing after an unload: no timer, no run", async () => {
  using time = new FakeTime(Date.UTC(2026, 0, 1));
  const code = noting(`every: "1m"`) + "; globalThis.scheduledRuns ??= told;";
  await using scheduled = new Scheduled(code);
  const { handler, id } = scheduled;
  await handler.loadPlugin(id);
  time.tick(66_001);
  await settle();
  const { scheduledRuns } = globalThis as unknown as {
    scheduledRuns: unknown[];
  };
  assertEquals(scheduledRuns.length, 1);
  handler.unloadPlugin(id);
  await settle();
  time.tick(DAY);
  await settle();
  assertEquals(scheduledRuns.length, 1);
});

Deno.test("schedules keep their beat over a reload, and take another interval at once", async () => {
  using time = new FakeTime(Date.UTC(2026, 0, 1));
  await using scheduled = new Scheduled(noting(`every: "1h"`));
  const { handler, id } = scheduled;
  await handler.loadPlugin(id);
  time.tick(HOUR / 2);
  const [{ nextRunAt } = {}] = handler.getSchedules(id);
  await handler.reloadPlugin(id);
  assertEquals(handler.getSchedules(id)[0]?.nextRunAt, nextRunAt);
  time.tick(HOUR / 2 + 30_001);
  await settle();
  assertEquals((await scheduled.told()).length, 1);
  const [{ lastRun } = {}] = handler.getSchedules(id);
  scheduled.save(noting(`every: "5m"`), "1.1.0");
  await handler.loadPlugin(id);
  const [changed] = handler.getSchedules(id);
  assertEquals([changed?.every, changed?.lastRun], ["5m", lastRun]);
  assert(changed!.nextRunAt! <= Date.now() + 5.5 * 60_000);
});

Deno.test("schedules do not make up what fell into a time when the host was off", async () => {
  const db = await Deno.makeTempFile({ suffix: ".db" });
  const code = noting(`every: "1h"`);
  using time = new FakeTime(Date.UTC(2026, 0, 1));
  {
    await using first = new Scheduled(code, {}, db);
    await first.handler.loadPlugin(first.id);
    time.tick(HOUR + 30_001);
    await settle();
    assertEquals((await first.told()).length, 1);
  }
  time.now = Date.now() + 10 * DAY + HOUR / 2;
  {
    await using second = new Scheduled(code, {}, db);
    const { handler, id } = second;
    await handler.loadPlugin(id);
    await settle();
    assertEquals(await second.told(), []);
    const [{ nextRunAt, lastRun } = {}] = handler.getSchedules(id);
    assert(nextRunAt! - Date.now() <= HOUR / 2 + 30_001);
    const beats = (nextRunAt! - lastRun!.startedAt) % HOUR;
    assert(beats <= 30_001, String(beats));
  }
  await Deno.remove(db);
});
