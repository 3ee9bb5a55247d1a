import { assert, assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import fc from "fast-check";
import { AsyncQueue } from "../../src/async/async_queue.ts";
import { Backoff } from "../../src/async/backoff.ts";
import { LinkedAbort } from "../../src/async/linked_abort.ts";
import { TokenBucket } from "../../src/async/token_bucket.ts";

Deno.test("Backoff.next() doubles up to its bound, with jitter, and starts over", () => {
  const backoff = new Backoff({ minMs: 100, maxMs: 1_000 });
  for (const ceiling of [100, 200, 400, 800, 1_000, 1_000]) {
    const rest = backoff.next();
    assert(rest >= ceiling / 2 && rest <= ceiling, `${rest} of ${ceiling}`);
  }
  backoff.reset();
  assert(backoff.next() <= 100);
});

Deno.test("TokenBucket.take() allows a burst, then so many a second", () => {
  using time = new FakeTime();
  const bucket = new TokenBucket(10, 2);
  assertEquals([bucket.take(), bucket.take(), bucket.take()], [
    true,
    true,
    false,
  ]);
  time.tick(100);
  assertEquals([bucket.take(), bucket.take()], [true, false]);
  time.tick(60_000);
  assertEquals([bucket.take(), bucket.take(), bucket.take()], [
    true,
    true,
    false,
  ]);
});

Deno.test("TokenBucket.pause() keeps it empty, however often it is asked", () => {
  using time = new FakeTime();
  const bucket = new TokenBucket(1_000, 5);
  bucket.pause(500);
  time.tick(250);
  assertEquals(bucket.take(), false);
  time.tick(249);
  assertEquals(bucket.take(), false);
  time.tick(2);
  assertEquals(bucket.take(), true);
});

Deno.test("TokenBucket.take() does not starve where the clock is set back", () => {
  const { now } = Date;
  let time = now();
  Date.now = () => time;
  try {
    const bucket = new TokenBucket(10, 2);
    const paused = new TokenBucket(10, 2);
    paused.pause(500);
    assertEquals([bucket.take(), bucket.take(), bucket.take()], [
      ...[true, true, false],
    ]);
    time -= 3_600_000;
    assertEquals([bucket.take(), paused.take()], [false, false]);
    time += 100;
    assertEquals([bucket.take(), paused.take()], [true, false]);
    time += 500;
    assertEquals(paused.take(), true);
  } finally {
    Date.now = now;
  }
});

Deno.test("AsyncQueue hands out what was pushed, in order, whoever is first", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { maxLength: 50 }),
      async (steps) => {
        const queue = new AsyncQueue<number>();
        const read: Promise<IteratorResult<number>>[] = [];
        let pushed = 0;
        for (const isPush of steps) {
          // One consumer reads one item at a time.
          if (isPush) queue.push(pushed++);
          else if (queue.size > 0) read.push(queue.next());
        }
        queue.end();
        const values = (await Promise.all(read)).map(({ value }) => value);
        for await (const value of queue) values.push(value);
        assertEquals(
          values,
          Array.from({ length: pushed }, (_, index) => index),
        );
      },
    ),
  );
});

Deno.test("AsyncQueue.next() waits for an item, and for the end", async () => {
  const queue = new AsyncQueue<string>();
  const first = queue.next();
  queue.push("a");
  assertEquals(await first, { done: false, value: "a" });
  const end = queue.next();
  queue.end();
  assertEquals(await end, { done: true, value: undefined });
  queue.push("too late");
  assertEquals(queue.size, 0);
});

Deno.test("AsyncQueue.next() answers in turn whoever asks before there is an item", async () => {
  const queue = new AsyncQueue<string>();
  const answers = [queue.next(), queue.next(), queue.next()];
  queue.push("a");
  queue.push("b");
  queue.end();
  assertEquals((await Promise.all(answers)).map(({ value }) => value), [
    ...["a", "b", undefined],
  ]);
});

Deno.test("LinkedAbort follows its parent, with its reason", () => {
  const parent = new AbortController();
  const linked = new LinkedAbort(parent.signal);
  parent.abort("why");
  assertEquals([linked.signal.aborted, linked.signal.reason], [true, "why"]);
  assertEquals(new LinkedAbort(parent.signal).signal.aborted, true);
});

Deno.test("LinkedAbort.abortAfter() counts anew with every call, until it is disposed", () => {
  using time = new FakeTime();
  const linked = new LinkedAbort();
  linked.abortAfter(100, new TypeError("late"));
  time.tick(90);
  linked.abortAfter(100, new TypeError("late"));
  time.tick(90);
  assertEquals(linked.signal.aborted, false);
  time.tick(10);
  assertEquals(linked.signal.reason.message, "late");
  const disposed = new LinkedAbort();
  disposed.abortAfter(100);
  disposed[Symbol.dispose]();
  time.tick(200);
  assertEquals(disposed.signal.aborted, false);
});
