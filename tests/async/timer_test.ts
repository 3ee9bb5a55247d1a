import { FakeTime } from "@std/testing/time";
import { assertEquals, assertRejects } from "@std/assert";
import { isLimit, sleep, Timer } from "../../src/async/timer.ts";

const DAY_MS = 86_400_000;

Deno.test("Timer ends when its time is over, however long that is", () => {
  using time = new FakeTime();
  const ended: number[] = [];
  for (const days of [1, 24, 25, 60, 400]) {
    new Timer(days * DAY_MS, () => ended.push(days));
  }
  const seen: number[][] = [];
  for (let day = 0; day <= 400; day++) {
    if ([0, 1, 24, 25, 59, 60, 399, 400].includes(day)) seen.push([...ended]);
    time.tick(DAY_MS);
  }
  assertEquals(seen, [
    [],
    [1],
    [1, 24],
    [1, 24, 25],
    [1, 24, 25],
    [1, 24, 25, 60],
    [1, 24, 25, 60],
    [1, 24, 25, 60, 400],
  ]);
});

Deno.test("Timer never ends for Infinity, and not after stop()", () => {
  using time = new FakeTime();
  let ended = 0;
  new Timer(Infinity, () => ended++).stop();
  new Timer(Infinity, () => ended++);
  new Timer(60 * DAY_MS, () => ended++).stop();
  const late = new Timer(60 * DAY_MS, () => ended++);
  time.tick(30 * DAY_MS);
  late.stop();
  late.stop();
  time.tick(900 * DAY_MS);
  assertEquals(ended, 0);
});

Deno.test("Timer does not keep the process alive after unref()", async () => {
  const module = new URL("../../src/async/timer.ts", import.meta.url).href;
  const script = `import { Timer } from ${JSON.stringify(module)};
    new Timer(3e9, () => {}).unref();
    new Timer(3e6, () => {}).unref();`;
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", `data:text/typescript,${encodeURIComponent(script)}`],
  }).output();
  assertEquals(success, true);
});

Deno.test("isLimit() tells limits from 0 and Infinity", () => {
  assertEquals([0, 1, 3e9, Infinity].map(isLimit), [false, true, true, false]);
});

Deno.test("sleep() ends with its signal where that comes first", async () => {
  const stop = new AbortController();
  const asleep = sleep(Infinity, stop.signal);
  stop.abort(new Error("morning"));
  await assertRejects(() => asleep, Error, "morning");
  await assertRejects(() => sleep(1, stop.signal), Error, "morning");
  await sleep(1, new AbortController().signal);
});
