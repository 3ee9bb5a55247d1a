import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Admission } from "../../src/async/admission.ts";

class Full extends Error {}

const never = new AbortController().signal;

function admission(inside: number, waiting: number): Admission {
  return new Admission({ inside, waiting, onFull: () => new Full() });
}

Deno.test("enter() lets in what fits, has more wait in line, and refuses the rest", async () => {
  const gate = admission(10, 10);
  const order: string[] = [];
  assertEquals([gate.enter(4, never), gate.enter(6, never)], [
    undefined,
    undefined,
  ]);
  const waiting = (["a", "b"] as const).map((name) =>
    gate.enter(5, never)!.then(() => order.push(name))
  );
  assertThrows(() => gate.enter(1, never), Full);
  gate.leave(4);
  await Promise.resolve();
  assertEquals(order, []);
  gate.leave(6);
  await Promise.all(waiting);
  assertEquals(order, ["a", "b"]);
});

Deno.test("enter() lets in alone what is larger than all", async () => {
  const gate = admission(10, 1_000);
  assertEquals(gate.enter(500, never), undefined);
  const second = gate.enter(500, never)!;
  gate.leave(500);
  await second;
});

Deno.test("enter() lets nobody pass who came later", async () => {
  const gate = admission(10, 100);
  gate.enter(9, never);
  const large = gate.enter(10, never)!;
  const small = gate.enter(1, never)!;
  const order: string[] = [];
  large.then(() => order.push("large"));
  small.then(() => order.push("small"));
  gate.leave(9);
  await large;
  gate.leave(10);
  await small;
  assertEquals(order, ["large", "small"]);
});

Deno.test("enter() leaves the line when its signal aborts", async () => {
  const gate = admission(1, 10);
  gate.enter(1, never);
  const controller = new AbortController();
  const waiting = gate.enter(10, controller.signal)!;
  controller.abort(new TypeError("gone"));
  await assertRejects(() => waiting, TypeError, "gone");
  const next = gate.enter(10, never)!;
  gate.leave(1);
  await next;
  await assertRejects(() => gate.enter(1, controller.signal)!, TypeError);
});

Deno.test("close() sends home who waits", async () => {
  const gate = admission(1, 10);
  gate.enter(1, never);
  const waiting = [gate.enter(1, never)!, gate.enter(2, never)!];
  gate.close(new TypeError("closed"));
  for (const it of waiting) await assertRejects(() => it, TypeError, "closed");
  gate.leave(1);
  assertEquals(gate.enter(1, never), undefined);
});

Deno.test("never more than the limit is inside, and everybody gets in or is refused", async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(sizes, async (sizes) => {
      const gate = admission(10, 60);
      let inside = 0;
      let refused = 0;
      const done = sizes.map(async (size) => {
        try {
          await gate.enter(size, never);
        } catch {
          refused++;
          return 0;
        }
        inside += size;
        assertEquals(inside <= 10, true);
        await Promise.resolve();
        inside -= size;
        gate.leave(size);
        return 1;
      });
      const entered = (await Promise.all(done)).reduce<number>(
        (a, b) => a + b,
        0,
      );
      assertEquals(entered + refused, sizes.length);
      assertEquals(gate.enter(10, never), undefined);
    }),
  );
});
