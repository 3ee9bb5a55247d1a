import { assertEquals, assertRejects } from "@std/assert";
import { Semaphore } from "../../src/async/semaphore.ts";

Deno.test("Semaphore.run() lets so many run, and the others in turn", async () => {
  const semaphore = new Semaphore(2);
  const gates = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  const begun: number[] = [];
  const runs = gates.map((gate, index) =>
    semaphore.run(async () => {
      begun.push(index);
      await gate.promise;
      return index;
    })
  );
  await Promise.resolve();
  assertEquals(begun, [0, 1]);
  gates[1]!.resolve();
  assertEquals(await runs[1], 1);
  await Promise.resolve();
  assertEquals(begun, [0, 1, 2]);
  for (const gate of gates) gate.resolve();
  assertEquals(await Promise.all(runs), [0, 1, 2, 3, 4]);
});

Deno.test("Semaphore.run() makes room for the next where a task fails", async () => {
  const semaphore = new Semaphore(1);
  const failing = semaphore.run(() => Promise.reject(new TypeError("no")));
  const next = semaphore.run(() => Promise.resolve("next"));
  await assertRejects(() => failing, TypeError, "no");
  assertEquals(await next, "next");
  assertEquals(await semaphore.run(() => Promise.resolve("last")), "last");
});
