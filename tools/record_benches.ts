/**
 * Runs the benches several times. `record` keeps their ratios in
 * `bench/results/latest.json`; `compare` prints what is slower than that by
 * more than the noise of repeated runs, and fails where something is.
 *
 * `deno task bench:record [runs]`, `deno task bench:compare [runs]`
 *
 * Needs all permissions, which the benches need.
 *
 * @module
 */
import {
  benchResults,
  ratiosOf,
  slowerThan,
  summaryOf,
} from "./bench_results.ts";
import { repository } from "./package_config.ts";

const RESULTS = `${repository}bench/results/latest.json`;
const [task, times = "3"] = Deno.args;

async function runOnce(): Promise<Map<string, number>> {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["bench", "--allow-all", "--json"],
    cwd: repository,
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("The benches failed");
  return ratiosOf(new TextDecoder().decode(stdout));
}

const runs = [];
for (let run = 0; run < Number(times); run++) runs.push(await runOnce());
const ratios = summaryOf(runs);

if (task === "record") {
  const results = { deno: Deno.version.deno, runs: runs.length, ratios };
  await Deno.writeTextFile(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
} else {
  const before = benchResults.parse(
    JSON.parse(await Deno.readTextFile(RESULTS)),
  );
  const slower = slowerThan(before.ratios, ratios);
  for (const line of slower) console.log(line);
  console.log(
    `${slower.length} of ${Object.keys(ratios).length} became slower`,
  );
  if (slower.length > 0) Deno.exit(1);
}
