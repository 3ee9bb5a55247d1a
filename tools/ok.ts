/**
 * Runs every gate, the same here as in CI, and says which ones failed. Its
 * last line adds up the tests of all gates. `--without=<gate>` leaves one out.
 *
 * Needs all permissions, which the gates hand on to the tests.
 *
 * @module
 */
import { repository } from "./package_config.ts";
import { testTotalsOf } from "./test_totals.ts";

/** What each gate hands to Deno. */
const GATES: Readonly<Record<string, readonly string[]>> = {
  "fmt": ["fmt", "--check"],
  "lint": ["lint"],
  "check": ["check"],
  "check:architecture": task("check:architecture"),
  "schema": task("schema", "--check"),
  "bundle:guest": task("bundle:guest", "--check"),
  "bundle:console": task("bundle:console", "--check"),
  "doc:lint": task("doc:lint"),
  "test:doc": task("test:doc"),
  "test": task("test"),
  "test:oldest": task("test:oldest"),
  "publish:check": task("publish:check"),
};
const gates = Object.keys(GATES)
  .filter((name) => !Deno.args.includes(`--without=${name}`));

function task(...args: string[]): string[] {
  return ["task", "--quiet", ...args];
}

interface GateResult {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
  readonly output: string;
}

/** Keeps what a gate prints while it goes on to our own output. */
async function tee(
  source: ReadableStream<Uint8Array>,
  target: { write(bytes: Uint8Array): Promise<number> },
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length;) {
      at += await target.write(chunk.subarray(at));
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

async function runGate(name: string): Promise<GateResult> {
  console.log(`\n== ${name}`);
  const start = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [...GATES[name]!],
    cwd: repository,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [status, output] = await Promise.all([
    child.status,
    tee(child.stdout, Deno.stdout),
    tee(child.stderr, Deno.stderr),
  ]);
  const seconds = Math.round((performance.now() - start) / 1_000);
  return { name, ok: status.success, seconds, output };
}

const results: GateResult[] = [];
for (const name of gates) results.push(await runGate(name));

console.log("\n== summary");
for (const { name, ok, seconds } of results) {
  console.log(`${ok ? "ok    " : "FAILED"} ${name} (${seconds}s)`);
}
const { passed, failed } = testTotalsOf(
  results.map(({ output }) => output).join("\n"),
);
console.log(`${passed} passed, ${failed} failed`);
// A run that found no test proves nothing, however green its gates are.
if (passed === 0 || results.some(({ ok }) => !ok)) Deno.exit(1);
