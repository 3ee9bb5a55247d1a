import { assertEquals } from "@std/assert";
import { StatementCache } from "../../src/sqlite/driver/statement_cache.ts";

/** A cache of three that remembers what it let go of. */
function cacheOfThree() {
  const gone: string[] = [];
  const made: string[] = [];
  const cache = new StatementCache<string>(3, (text) => gone.push(text));
  const take = (text: string) =>
    cache.take(text, (sql) => {
      made.push(sql);
      return sql.toUpperCase();
    });
  return { cache, take, made, gone };
}

Deno.test("take() prepares a statement once", () => {
  const { take, made } = cacheOfThree();
  assertEquals([take("a"), take("b"), take("a"), take("a")], [
    "A",
    "B",
    "A",
    "A",
  ]);
  assertEquals(made, ["a", "b"]);
});

Deno.test("take() lets go of what was not used for longest", () => {
  const { cache, take, made, gone } = cacheOfThree();
  for (const sql of ["a", "b", "c", "a", "d", "b"]) take(sql);
  assertEquals(gone, ["B", "C"]);
  assertEquals(made, ["a", "b", "c", "d", "b"]);
  assertEquals(cache.size, 3);
});

Deno.test("take() keeps nothing that failed to prepare", () => {
  const { cache } = cacheOfThree();
  try {
    cache.take("x", () => {
      throw new TypeError("no");
    });
  } catch { /* what is thrown does not matter */ }
  assertEquals(cache.size, 0);
});

Deno.test("clear() lets go of everything", () => {
  const { cache, take, gone } = cacheOfThree();
  take("a");
  take("b");
  cache.clear();
  assertEquals([gone, cache.size], [["A", "B"], 0]);
  take("a");
  assertEquals(cache.size, 1);
});
