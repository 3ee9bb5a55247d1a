/**
 * Reads what `deno bench --json` prints as ratios to the baseline of each
 * group, since a machine's absolute times say little about another's, and
 * tells which became larger by more than the noise of repeated runs.
 *
 * @module
 */
import { z } from "zod";
import { median } from "../bench/median.ts";

const benchOutput = z.object({
  benches: z.array(z.object({
    origin: z.string(),
    group: z.string().nullable().optional(),
    name: z.string(),
    baseline: z.boolean(),
    results: z.array(
      z.object({ ok: z.object({ avg: z.number() }).optional() }),
    ),
  })),
});

const ratio = z.object({
  min: z.number(),
  median: z.number(),
  max: z.number(),
});

/** The ratio of one bench to its baseline, over several runs. */
export type Ratio = z.infer<typeof ratio>;

/** What is kept of some runs: the ratios by file, group and name. */
export const benchResults = z.object({
  deno: z.string(),
  runs: z.number(),
  ratios: z.record(z.string(), ratio),
});

/** What is kept of some runs. */
export type BenchResults = z.infer<typeof benchResults>;

/**
 * Reads the ratios of one run.
 *
 * @param output What `deno bench --json` printed.
 * @returns The ratio of each bench that has a baseline.
 */
export function ratiosOf(output: string): Map<string, number> {
  const { benches } = benchOutput.parse(JSON.parse(output));
  const groupOf = ({ origin, group }: typeof benches[number]) =>
    `${origin.slice(origin.lastIndexOf("/") + 1)} › ${group}`;
  const timeOf = ({ results }: typeof benches[number]) => results[0]?.ok?.avg;
  const baselines = new Map(
    benches.filter(({ baseline }) => baseline)
      .map((bench) => [groupOf(bench), timeOf(bench)]),
  );
  return new Map(benches.flatMap((bench) => {
    const base = baselines.get(groupOf(bench));
    const time = timeOf(bench);
    if (bench.baseline || base === undefined || time === undefined) return [];
    return [[`${groupOf(bench)} › ${bench.name}`, time / base] as const];
  }));
}

/**
 * Adds up several runs.
 *
 * @param runs The ratios of each.
 * @returns The least, the median and the largest ratio of every bench.
 */
export function summaryOf(
  runs: readonly ReadonlyMap<string, number>[],
): Record<string, Ratio> {
  const names = new Set(runs.flatMap((run) => [...run.keys()]));
  return Object.fromEntries(
    [...names].sort().map((name) => {
      const all = runs.map((run) => run.get(name)).filter((one) =>
        one !== undefined
      );
      return [name, {
        min: round(Math.min(...all)),
        median: round(median(all)),
        max: round(Math.max(...all)),
      }];
    }),
  );
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

/**
 * Finds what became slower: the best of the new runs is worse than the worst
 * of the old ones.
 *
 * @param before The ratios that were landed.
 * @param now The ratios of today.
 * @returns A line for each.
 */
export function slowerThan(
  before: Readonly<Record<string, Ratio>>,
  now: Readonly<Record<string, Ratio>>,
): string[] {
  return Object.entries(now).flatMap(([name, ratio]) => {
    const old = before[name];
    if (old === undefined || ratio.min <= old.max) return [];
    return [
      `${name}: ${ratio.median} times its baseline, was ${old.median} (at most ${old.max})`,
    ];
  });
}
