import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { PluginTurns } from "../../src/async/keyed_queue.ts";

Deno.test("take() begins at once where nothing is under way", async () => {
  const turns = new PluginTurns();
  let begun = false;
  const done = turns.take(1, () => {
    begun = true;
    return Promise.resolve("done");
  });
  assert(begun && turns.busy(1) && !turns.busy(2));
  assertEquals(await done, "done");
  await turns.over(1);
  assertEquals(turns.busy(1), false);
});

Deno.test("take() hands on what the work throws, and goes on", async () => {
  const turns = new PluginTurns();
  const failing = turns.take(1, () => Promise.reject(new TypeError("x")));
  const next = turns.take(1, () => Promise.resolve(2));
  await assertRejects(() => failing, TypeError);
  assertEquals(await next, 2);
});

Deno.test("take() keeps the order of one plugin, and none between two", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.nat({ max: 2 }), { maxLength: 12 }),
      async (scheduler, ids) => {
        const turns = new PluginTurns();
        const log: string[] = [];
        const under = new Set<number>();
        ids.forEach((id, place) => {
          turns.take(id, async () => {
            assert(!under.has(id));
            under.add(id);
            log.push(`${id}:${place}`);
            await scheduler.schedule(Promise.resolve());
            under.delete(id);
          });
        });
        await scheduler.waitFor(turns.allOver());
        for (const id of new Set(ids)) {
          const expected = ids.flatMap((it, place) =>
            it === id ? [`${id}:${place}`] : []
          );
          assertEquals(log.filter((it) => it.startsWith(`${id}:`)), expected);
        }
      },
    ),
    { numRuns: 50 },
  );
});
