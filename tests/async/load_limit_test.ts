import { assertEquals, assertRejects } from "@std/assert";
import { withinLoadLimit } from "../../src/async/load_limit.ts";

class Late extends Error {}

function limited<R>(
  pending: PromiseLike<R>,
  options: {
    limitMs?: number;
    signal?: AbortSignal;
    waiting?: () => number | undefined;
  } = {},
): Promise<R> {
  const { limitMs = 3_600_000, waiting } = options;
  return withinLoadLimit(pending, {
    limitMs,
    signal: options.signal ?? new AbortController().signal,
    onLimit: () => new Late(),
    ...(waiting === undefined ? {} : { queue: { waiting, leave() {} } }),
  });
}

const NEVER = new Promise<never>(() => {});

Deno.test("withinLoadLimit() gives what the load comes to", async () => {
  assertEquals(await limited(Promise.resolve(1)), 1);
  await assertRejects(
    () => limited(Promise.reject(new TypeError("x"))),
    TypeError,
  );
});

Deno.test("withinLoadLimit() rejects when the limit is reached", async () => {
  await assertRejects(() => limited(NEVER, { limitMs: 10 }), Late);
});

Deno.test("withinLoadLimit() gives up when it is told to", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const pending = limited(NEVER, { signal });
  controller.abort(new TypeError("given up"));
  await assertRejects(() => pending, TypeError, "given up");
  await assertRejects(() => limited(NEVER, { signal }), TypeError, "given up");
});

Deno.test("withinLoadLimit() takes 0 for no limit", async () => {
  const opened = Promise.withResolvers<number>();
  const pending = limited(opened.promise, { limitMs: 0 });
  setTimeout(() => opened.resolve(2), 5);
  assertEquals(await pending, 2);
});

Deno.test("withinLoadLimit() does not count while others are imported", async () => {
  let imported = 0;
  const opened = Promise.withResolvers<string>();
  // Each look sees that another one has been imported, for several limits.
  const waiting = () => {
    if (++imported === 100) opened.resolve("its turn");
    return imported;
  };
  assertEquals(
    await limited(opened.promise, { limitMs: 20, waiting }),
    "its turn",
  );
});

Deno.test("withinLoadLimit() counts when those in front get stuck", async () => {
  await assertRejects(
    () => limited(NEVER, { limitMs: 20, waiting: () => 7 }),
    Late,
  );
});

Deno.test("withinLoadLimit() counts a thread that is blocked as one slice", async () => {
  const opened = Promise.withResolvers<string>();
  const pending = limited(opened.promise, { limitMs: 100 });
  setTimeout(() => {
    const end = performance.now() + 150;
    while (performance.now() < end);
    setTimeout(() => opened.resolve("in time"), 1);
  });
  assertEquals(await pending, "in time");
});
