import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseCron } from "../../../src/shared/cron.ts";
import {
  CronPlan,
  IntervalPlan,
  type Now,
  type RunPlan,
} from "../../../src/dispatch/schedules/run_plan.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Lets both clocks go on until the plan is due; returns how long that took. */
function untilDue(plan: RunPlan, now: Now): number {
  const wait = Math.max(0, plan.wait(now));
  plan.advance({ wall: now.wall + wait, steady: now.steady + wait });
  return wait;
}

Deno.test("IntervalPlan is neither late nor flooding, whatever is done to the clock", () => {
  const jump = fc.integer({ min: -10 * DAY, max: 10 * DAY });
  const passing = fc.integer({ min: 1, max: 3 * HOUR });
  fc.assert(fc.property(
    fc.integer({ min: 1_000, max: 2 * DAY }),
    fc.array(fc.tuple(passing, fc.option(jump)), { maxLength: 60 }),
    (intervalMs, steps) => {
      let wall = Date.UTC(2026, 0, 1);
      let steady = 0;
      let lastRun = 0;
      let runs = 0;
      let jumps = 0;
      const most = intervalMs + Math.min(intervalMs / 10, 30_000);
      const plan = new IntervalPlan(intervalMs, { wall, steady });
      for (const [passes, jumps_] of steps) {
        for (let left = passes; left > 0;) {
          const wait = Math.max(0, plan.wait({ wall, steady }));
          const step = Math.min(wait, left);
          wall += step;
          steady += step;
          left -= step;
          if (plan.wait({ wall, steady }) > 0) break;
          assert(steady - lastRun <= most + 1, `${steady - lastRun} late`);
          lastRun = steady;
          runs++;
          plan.advance({ wall, steady });
          assert(plan.wait({ wall, steady }) > 0, "due twice");
        }
        if (jumps_ === null) continue;
        wall += jumps_;
        jumps++;
      }
      // A jump brings one run forward at most.
      assert(runs <= steady / (intervalMs * 0.9) + 2 * jumps + 1);
    },
  ));
});

Deno.test("IntervalPlan goes on from the last run", () => {
  const now = { wall: Date.UTC(2026, 0, 1, 12), steady: 5 };
  const wait = (lastRunAt?: number) =>
    new IntervalPlan(HOUR, now, lastRunAt).wait(now);
  const isNear = (actual: number, expected: number) =>
    assert(actual >= expected && actual <= expected + 30_000, `${actual}`);
  isNear(wait(), HOUR);
  isNear(wait(now.wall - 20 * MINUTE), 40 * MINUTE);
  isNear(wait(now.wall - 5 * HOUR - 20 * MINUTE), 40 * MINUTE);
  // A run in the future: the clock was set back since.
  isNear(wait(now.wall + 10 * DAY), HOUR);
});

async function cron(expression: string, timeZone = "UTC") {
  const next = await parseCron(expression, timeZone);
  assert(typeof next !== "string", String(next));
  return next;
}

Deno.test("CronPlan steps over daylight saving, in years", async () => {
  // 02:30 does not exist on one day a year, and exists twice on another.
  const next = await cron("30 2 * * *", "Europe/Berlin");
  let now = { wall: Date.UTC(2026, 0, 1), steady: 0 };
  const plan = new CronPlan(next, now);
  const days: number[] = [];
  while (now.wall < Date.UTC(2034, 0, 1)) {
    const wait = untilDue(plan, now);
    now = { wall: now.wall + wait, steady: now.steady + wait };
    days.push(now.wall);
  }
  const gaps = days.slice(1).map((day, index) => day - days[index]!);
  assert(gaps.every((gap) => Math.abs(gap - DAY) <= HOUR + 30 * MINUTE));
  assertEquals(days.length, 8 * 365 + 2 + 1);
});

Deno.test("CronPlan finds leap days", async () => {
  const next = await cron("0 0 29 2 *");
  const found: string[] = [];
  let at = Date.UTC(2026, 0, 1);
  for (let times = 0; times < 4; times++) {
    at = next(at)!;
    found.push(new Date(at).toISOString().slice(0, 10));
  }
  assertEquals(found, ["2028-02-29", "2032-02-29", "2036-02-29", "2040-02-29"]);
});

Deno.test("CronPlan does not wait for a time that was years away before the clock was set back", async () => {
  const wall = Date.UTC(2030, 0, 1);
  const plan = new CronPlan(await cron("0 * * * *"), { wall, steady: 0 });
  const back = { wall: Date.UTC(2026, 0, 1, 0, 30), steady: 10 };
  plan.setBack(back);
  assertEquals(plan.wait(back), 30 * MINUTE);
});

Deno.test("parseCron() says what is wrong with an expression", async () => {
  const cases = {
    "0 0 31 2 *": "never due",
    "61 * * * *": "no cron expression",
    "0 0 * * * *": "no cron expression",
    "a b c d e": "no cron expression",
  };
  for (const [expression, why] of Object.entries(cases)) {
    const said = await parseCron(expression, "UTC");
    assert(typeof said === "string" && said.includes(why), `${said}`);
  }
});
