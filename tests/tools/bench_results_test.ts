import { assertEquals } from "@std/assert";
import { ratiosOf, slowerThan, summaryOf } from "../../tools/bench_results.ts";

function bench(name: string, avg: number, baseline = false) {
  return {
    origin: "file:///repository/bench/dispatch_bench.ts",
    group: "a route",
    name,
    baseline,
    results: [{ ok: { avg } }],
  };
}

Deno.test("ratiosOf() relates each bench to the baseline of its group", () => {
  const output = JSON.stringify({
    benches: [bench("by hand", 100, true), bench("handleRoute", 150), {
      ...bench("alone", 5),
      group: null,
    }],
  });

  assertEquals([...ratiosOf(output)], [
    ["dispatch_bench.ts › a route › handleRoute", 1.5],
  ]);
});

Deno.test("slowerThan() names what is worse than the worst of the old runs", () => {
  const runsOf = (...ratios: number[]) =>
    summaryOf(ratios.map((ratio) => new Map([["a", ratio]])));

  assertEquals(slowerThan(runsOf(1, 1.2, 1.4), runsOf(1.3, 1.5, 1.6)), []);
  assertEquals(slowerThan(runsOf(1, 1.2, 1.4), runsOf(1.5, 1.6, 1.7)), [
    "a: 1.6 times its baseline, was 1.2 (at most 1.4)",
  ]);
  assertEquals(slowerThan({}, runsOf(2)), []);
});
