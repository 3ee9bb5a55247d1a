import { assertEquals, assertRejects } from "@std/assert";
import { BootQueue } from "../../src/sandbox/process/boot_queue.ts";
import { ProcessSlots } from "../../src/sandbox/process/process_slots.ts";

Deno.test("BootQueue.run() starts a few at a time, in order", async () => {
  const queue = new BootQueue(2);
  const begun: number[] = [];
  const gates = [0, 1, 2, 3].map(() => Promise.withResolvers<number>());
  const runs = gates.map(({ promise }, index) =>
    queue.run(() => {
      begun.push(index);
      return promise;
    })
  );
  assertEquals(begun, [0, 1]);
  gates[1]!.resolve(1);
  await runs[1];
  assertEquals(begun, [0, 1, 2]);
  for (const [index, gate] of gates.entries()) gate.resolve(index);
  assertEquals(await Promise.all(runs), [0, 1, 2, 3]);
});

Deno.test("BootQueue.run() goes on after one that fails", async () => {
  const queue = new BootQueue(1);
  const failing = queue.run(() => Promise.reject(new RangeError("no")));
  const next = queue.run(() => Promise.resolve("started"));
  await assertRejects(() => failing, RangeError);
  assertEquals(await next, "started");
});

Deno.test("ProcessSlots.giveUp() lets nobody else in beyond the limit", async () => {
  const slots = new ProcessSlots(1);
  const [holder, leaver, next] = [1, 2, 3].map(() => ({
    idleSince: undefined,
    makeRoom() {},
  }));
  await slots.take(holder!);
  const leaving = slots.take(leaver!);
  let hasStarted = false;
  const waiting = slots.take(next!).then(() => hasStarted = true);
  slots.giveUp(leaver!);
  await leaving;
  slots.release(leaver!);
  await Promise.resolve();
  assertEquals([slots.size, hasStarted], [1, false]);
  slots.release(holder!);
  await waiting;
  assertEquals(slots.size, 1);
});
