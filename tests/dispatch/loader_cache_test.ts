import { assertEquals } from "@std/assert";
import { LoaderCache } from "../../src/dispatch/pages/loader_cache.ts";

/** Loads that count themselves. */
function counter(): { run: () => Promise<number>; keep: () => boolean } {
  let count = 0;
  return { run: () => Promise.resolve(++count), keep: () => true };
}

Deno.test("get() keeps a result for its time, and no longer", async () => {
  const cache = new LoaderCache<number>();
  const load = counter();
  assertEquals(await cache.get("a", 60_000, load), 1);
  assertEquals(await cache.get("a", 60_000, load), 1);
  assertEquals(await cache.get("b", 0, load), 2);
  assertEquals(await cache.get("b", 0, load), 3);
});

Deno.test("get() forgets what is not worth keeping", async () => {
  const cache = new LoaderCache<number>();
  const load = { ...counter(), keep: (value: number) => value > 1 };
  assertEquals(await cache.get("a", 60_000, load), 1);
  assertEquals(await cache.get("a", 60_000, load), 2);
  assertEquals(await cache.get("a", 60_000, load), 2);
});

Deno.test("get() drops the oldest of too many results", async () => {
  const cache = new LoaderCache<number>();
  const load = counter();
  for (let n = 0; n < 257; n++) await cache.get(`key${n}`, 60_000, load);
  assertEquals(await cache.get("key1", 60_000, load), 2);
  assertEquals(await cache.get("key0", 60_000, load), 258);
});
