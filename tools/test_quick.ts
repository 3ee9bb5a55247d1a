/**
 * Runs the tests that are quick and need no Docker Engine: what a newcomer
 * waits for after each change. `deno task test` runs all of them.
 *
 * @module
 */
import { repository } from "./package_config.ts";

/** What is left out: it starts processes, or tries thousands of inputs. */
const SLOW: readonly RegExp[] = [
  /^(agent|bundles|cli|console|examples|fleet|sandbox|security|seed|server)\//,
  /^dispatch\/schedules\//,
  /^(handler|sqlite)\/db_sqlite_/,
  /^docker\/real_engine/,
  /(crash|fuzz|kill|property|soak|two_processes)_test\.ts$/,
  /^install\/hostile_test\.ts$/,
];

const TESTS = new URL("../tests/", import.meta.url);

const { success } = await new Deno.Command(Deno.execPath(), {
  args: [
    "test",
    "--allow-all",
    "--no-check",
    `--ignore=${slowTests("").map((it) => `tests/${it}`).join()}`,
    ...Deno.args,
  ],
  cwd: repository,
}).spawn().status;
if (!success) Deno.exit(1);

function slowTests(folder: string): string[] {
  const slow: string[] = [];
  for (const entry of Deno.readDirSync(new URL(folder, TESTS))) {
    const path = `${folder}${entry.name}${entry.isDirectory ? "/" : ""}`;
    if (SLOW.some((it) => it.test(path))) slow.push(path);
    else if (entry.isDirectory) slow.push(...slowTests(path));
  }
  return slow;
}
