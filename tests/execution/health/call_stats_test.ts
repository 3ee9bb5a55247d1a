import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { CallStats } from "../../../src/execution/health/call_stats.ts";

Deno.test("report() is all zeros before a call", () => {
  assertEquals(new CallStats().report(), {
    calls: 0,
    failures: 0,
    p50Ms: 0,
    p99Ms: 0,
  });
});

Deno.test("report() estimates quantiles within 10 %", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.002, max: 1e6, noNaN: true }), {
        minLength: 1,
        maxLength: 300,
      }),
      (durations) => {
        const stats = new CallStats();
        for (const ms of durations) stats.measure(ms);
        const { p50Ms, p99Ms } = stats.report();
        const sorted = durations.toSorted((a, b) => a - b);
        const exact = (share: number) =>
          sorted[Math.ceil(sorted.length * share) - 1]!;
        assert(Math.abs(p50Ms / exact(0.5) - 1) <= 0.1);
        assert(Math.abs(p99Ms / exact(0.99) - 1) <= 0.1);
      },
    ),
  );
});

Deno.test("sampled times the first calls, then one in 64", () => {
  const stats = new CallStats();
  let sampled = 0;
  for (; stats.calls < 64 + 640; stats.calls++) if (stats.sampled) sampled++;
  assertEquals(sampled, 64 + 10);
});
