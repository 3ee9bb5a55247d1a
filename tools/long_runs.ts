/**
 * Runs what takes too long for CI: the fuzzers, the rounds of kills and the
 * soaks, whose short forms are among the tests.
 *
 * `deno task long [name] [arguments]`; without a name, the names are listed.
 *
 * Needs all permissions, which the runs need.
 *
 * @module
 */
import { repository } from "./package_config.ts";

interface LongRun {
  readonly does: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const EXPOSE_GC = "--v8-flags=--expose-gc";
const test = (...files: string[]) => ["test", "--allow-all", ...files];
const run = (file: string) => ["run", "--allow-all", EXPOSE_GC, file];

const RUNS: Readonly<Record<string, LongRun>> = {
  "fuzz:manifest": {
    does: "Hand 100,000 broken manifests to the installer",
    args: test("tests/install/fuzz_test.ts"),
    env: { FUZZ_RUNS: "100000" },
  },
  "fuzz:frames": {
    does: "Hand 1,000,000 mutated frames to the host's end of a guest's pipe",
    args: test("tests/security/fuzz_frames_test.ts"),
    env: { FUZZ_RUNS: "1000000" },
  },
  "fuzz:table": {
    does: "Make 100,000 random calls on tables and on a model of them",
    args: test("tests/sqlite/fuzz_test.ts"),
    env: { FUZZ_STEPS: "100000" },
  },
  "fuzz:statements": {
    does: "Run 1,000,000 statements against what confines plugins to tables",
    args: run("tools/fuzz_statements.ts"),
  },
  "crash:stores": {
    does: "Kill the processes of a plugin that writes, 200 times",
    args: test("tests/sandbox/kill_rounds_test.ts"),
    env: { CRASH_KILLS: "200" },
  },
  "crash:updates": {
    does: "Kill an agent that updates its plugins, 200 times",
    args: test("tests/management/crash_test.ts"),
    env: { CRASH_KILLS: "200" },
  },
  "crash:fleet": {
    does: "Kill servers and controllers in 20 rollouts; simulate 2,000 fleets",
    args: test("tests/fleet"),
    env: { FLEET_KILLS: "20", FLEET_RUNS: "2000" },
  },
  "soak:sandbox": {
    does: "Run 41 honest plugins beside nine attackers for 10 minutes",
    args: run("tools/soak/soak_sandbox.ts"),
  },
  "soak:reload": {
    does: "Reload a plugin 2,000 times while requests run",
    args: run("bench/reload_soak.ts"),
  },
};

const [name = "", ...given] = Deno.args;
const chosen = Object.hasOwn(RUNS, name) ? RUNS[name] : undefined;
if (chosen === undefined) {
  for (const [name, { does }] of Object.entries(RUNS)) {
    console.log(`${name.padEnd(16)} ${does}`);
  }
  Deno.exit(name === "" ? 0 : 2);
}
const { code } = await new Deno.Command(Deno.execPath(), {
  args: [...chosen.args, ...given],
  cwd: repository,
  env: { ...chosen.env },
}).spawn().status;
Deno.exit(code);
