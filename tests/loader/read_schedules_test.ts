import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Findings } from "../../src/loader/definition/findings.ts";
import { readSchedules } from "../../src/loader/definition/read_schedules.ts";

function read(schedules: unknown) {
  const findings = new Findings();
  const found = readSchedules(schedules, new Set(["check"]), findings);
  return { found, issues: findings.issues, warnings: findings.warnings };
}

const actions = ["check"];

Deno.test("readSchedules() reads intervals and cron expressions", () => {
  const { found, issues, warnings } = read({
    seconds: { every: "30s", actions },
    minutes: { every: " 5m ", actions, timeoutMs: 100, overlap: "skip" },
    hours: { every: "1h", actions, runOnLoad: true },
    days: { every: "7d", actions, runOnLoad: false },
    nights: { every: "0  3 * * 1-5", actions, timeZone: "Europe/Berlin" },
    utc: { every: "*/10 * * * *", actions },
  });
  assertEquals([issues, warnings], [[], []]);
  assertEquals(found, [
    { name: "seconds", every: "30s", intervalMs: 30_000, actions },
    {
      ...{ name: "minutes", every: "5m", intervalMs: 300_000, actions },
      timeoutMs: 100,
    },
    {
      ...{ name: "hours", every: "1h", intervalMs: 3_600_000, actions },
      runOnLoad: true,
    },
    { name: "days", every: "7d", intervalMs: 604_800_000, actions },
    {
      ...{ name: "nights", every: "0 3 * * 1-5", actions },
      timeZone: "Europe/Berlin",
    },
    { name: "utc", every: "*/10 * * * *", timeZone: "UTC", actions },
  ]);
});

Deno.test("readSchedules() refuses what is neither, by its path", () => {
  const odd = [
    ...["", "0s", "-5m", "5", "1.5h", "5 m", "30sec", "@daily", "@hourly"],
    ...["0 0 * * * *", "* * * *", 30_000, null, undefined, ["1h"]],
  ];
  for (const every of odd) {
    const { found, issues } = read({ odd: { every, actions } });
    assertEquals(found, []);
    assertEquals(issues.map(({ path }) => path), [
      ["config", "schedules", "odd", "every"],
    ]);
    assert(issues[0]!.message.includes("five fields"), issues[0]!.message);
  }
});

Deno.test("readSchedules() refuses the other fields by name", () => {
  const every = "1h";
  const cases: [string, Record<string, unknown>][] = [
    ["timeZone", { every: "0 0 * * *", actions, timeZone: "Mars/Olympus" }],
    ["timeZone", { every: "0 0 * * *", actions, timeZone: 5 }],
    ["actions", { every }],
    ["actions", { every, actions: "check" }],
    ["timeoutMs", { every, actions, timeoutMs: -1 }],
    ["runOnLoad", { every, actions, runOnLoad: "yes" }],
    ["overlap", { every, actions, overlap: "queue" }],
  ];
  for (const [field, schedule] of cases) {
    const { issues } = read({ odd: schedule });
    assertEquals(issues.map(({ path }) => path?.at(3)), [field], field);
  }
  assertEquals(read({ odd: null }).issues.length, 1);
  assertEquals(read([]).issues.length, 1);
});

Deno.test("readSchedules() warns of actions that are not there", () => {
  const { warnings } = read({
    none: { every: "1h", actions: [] },
    other: { every: "1h", actions: ["check", "chekc", "chekc"] },
  });
  assertEquals(warnings, [
    "config.schedules.none.actions names no action",
    'config.schedules.other.actions names the action "chekc", which the plugin does not define; did you mean "check"?',
  ]);
});

Deno.test("readSchedules() never throws", () => {
  fc.assert(fc.property(fc.anything(), fc.anything(), (value, every) => {
    read(value);
    read({ any: { every, actions: value, timeZone: every, runOnLoad: value } });
  }));
});

Deno.test("readSchedules() refuses a name of nothing, and an endless text", () => {
  const endless = `${"*/10 ".repeat(4)}${"1,".repeat(600)}1`;
  const { found, issues } = read({
    " ": { every: "1h", actions },
    long: { every: endless, actions },
  });
  assertEquals(found, []);
  assertEquals(issues.map(({ path, message }) => [path.at(-1), message]), [
    [" ", "must have a name"],
    ["every", `must have at most 1000 characters, and has ${endless.length}`],
  ]);
});

Deno.test("readSchedules() warns of fields that it does not read", () => {
  const { warnings } = read({
    often: { every: "1h", actions, timezone: "Europe/Berlin", jitter: 5 },
  });
  assertEquals(warnings, [
    'config.schedules.often.timezone is not read; did you mean "timeZone"?',
    "config.schedules.often.jitter is not read",
  ]);
});
