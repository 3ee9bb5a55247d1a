import { assertEquals } from "@std/assert";
import { Deadline } from "../../src/async/deadline.ts";

// The sanitizers would complain of the clock, which has a tick to go.
Deno.test.afterEach(() => Deadline.settle());

Deno.test("start() calls back once a call takes too long, not before", async () => {
  const started = performance.now();
  await new Promise<void>((done) => new Deadline(done).start(30));
  assertEquals(performance.now() - started >= 30, true);
});

Deno.test("start() begins anew for the next call", async () => {
  const events: string[] = [];
  await new Promise<void>((done) => {
    const first = new Deadline(() => events.push("first"));
    first.start(40);
    new Deadline(() => {
      first.start(40);
      new Deadline(() => {
        events.push("second");
        first.stop();
        done();
      }).start(25);
    }).start(25);
  });
  assertEquals(events, ["second"]);
});

Deno.test("settle() leaves no timer behind once no call is under way", async () => {
  const deadline = new Deadline(() => {});
  deadline.start(10_000);
  const late = new Promise<void>((done) => new Deadline(done).start(5));
  Deadline.settle();
  await late;
  deadline.stop();
  deadline.stop();
});

Deno.test("start() without a limit stops", async () => {
  const deadline = new Deadline(() => events.push("late"));
  const events: string[] = [];
  deadline.start(5);
  deadline.start(0);
  await new Promise<void>((done) => new Deadline(done).start(30));
  assertEquals(events, []);
});

Deno.test("deadlines run side by side, each to its own limit", async () => {
  const order: number[] = [];
  await Promise.all(
    [80, 20, 50].map((ms) =>
      new Promise<void>((done) =>
        new Deadline(() => {
          order.push(ms);
          done();
        }).start(ms)
      )
    ),
  );
  assertEquals(order, [20, 50, 80]);
});

Deno.test("a deadline whose end stops another keeps that from ending too", async () => {
  const ended: string[] = [];
  await new Promise<void>((done) => {
    const other = new Deadline(() => ended.push("other"));
    const first = new Deadline(() => {
      ended.push("first");
      other.stop();
      new Deadline(done).start(30);
    });
    other.start(15);
    first.start(15);
  });
  assertEquals(ended, ["first"]);
});
