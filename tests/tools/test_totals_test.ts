import { assertEquals } from "@std/assert";
import { testTotalsOf } from "../../tools/test_totals.ts";

Deno.test("testTotalsOf() adds up the closing lines of several runs", () => {
  const output = [
    "a ... ok (1ms)",
    "ok | 3 passed | 0 failed (5ms)",
    "FAILED | 1 passed (2 steps) | 2 failed | 1 ignored (1s)",
    "a test printed: ok | 9 passed | 9 failed",
  ].join("\n");
  assertEquals(testTotalsOf(output), { passed: 4, failed: 2 });
});

Deno.test("testTotalsOf() counts nothing where no test ran", () => {
  assertEquals(testTotalsOf("error: Type checking failed"), {
    passed: 0,
    failed: 0,
  });
});
