/**
 * Runs 50 sandboxed plugins under steady requests for 10 minutes, or as many
 * seconds as the first argument says. Ten of them crash, loop or leak at
 * random. Fails where a call of a healthy plugin failed, the host's memory
 * grew (its heap, and what the system says it occupies), or a process is
 * left at the end.
 *
 * @module
 */
import { PluginHealth } from "../src/execution/plugin_health.ts";
import { ProcessRunner } from "../src/sandbox/host/process_runner.ts";
import { Sandbox } from "../src/sandbox/host/sandbox.ts";

const PLUGINS = 50;
const BROKEN = 10;
const CALLERS = 16;
const MAX_HEAP_GROWTH_BYTES = 2 * 2 ** 20;
/** Buffers outside of the heap are given back when it suits the collector. */
const MAX_RSS_GROWTH_BYTES = 32 * 2 ** 20;

const seconds = Number(Deno.args[0] ?? 600);
const sandbox = new Sandbox({ maxProcesses: 0 });

const CODE = `const leak = [];
export default {
  name: "soak", version: "1.0.0",
  config: { actions: {
    work: async ({ body }) => { await Promise.resolve(); return body * 2 },
    crash: () => Deno.exit(1),
    loop: () => { for (;;); },
    leak: () => { for (;;) leak.push(new Array(1e5).fill(1.5)) },
    reject: () => { Promise.reject(new Error("nobody waits")) },
  } },
};`;

function newRunner(id: number): ProcessRunner {
  const plugin = { id, name: `soak-${id}`, version: "1.0.0" };
  return new ProcessRunner({
    sandbox,
    plugin,
    source: () => ({ ...plugin, code: CODE, language: "javascript" }),
    permissions: () => ({}),
    tableFile: () => null,
    open: () => null,
    logger: { error() {}, warn() {}, info() {}, debug() {} },
    health: new PluginHealth(),
    actionTimeoutMs: id < BROKEN ? 500 : 30_000,
    loadTimeoutMs: 30_000,
    cleanupTimeoutMs: 2_000,
  });
}

const runners = Array.from({ length: PLUGINS }, (_, id) => newRunner(id));
const request = new Request("http://agent.test/");

async function call(
  id: number,
  action: string,
  body: number,
): Promise<unknown> {
  return await runners[id]!.chain({
    path: "/",
    key: action,
    methods: ["POST"],
    actions: [action],
    body: "parsed",
  })({ request, body, params: {} });
}

const failures: unknown[] = [];
let calls = 0;
let misdeeds = 0;
const until = performance.now() + seconds * 1000;

async function steadily(): Promise<void> {
  while (performance.now() < until) {
    const id = BROKEN + Math.floor(Math.random() * (PLUGINS - BROKEN));
    const body = Math.floor(Math.random() * 1e6);
    try {
      const value = await call(id, "work", body);
      if (value !== body * 2) failures.push(`${id} answered ${value}`);
    } catch (error) {
      failures.push(error);
    }
    calls++;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function misbehave(id: number): Promise<void> {
  const ways = ["crash", "loop", "leak", "reject", "work"];
  while (performance.now() < until) {
    const way = ways[Math.floor(Math.random() * ways.length)]!;
    await call(id, way, 1).catch(() => misdeeds++);
    await new Promise((resolve) => setTimeout(resolve, 1_000 * Math.random()));
  }
}

/** What the host's own objects take, and what it occupies in all. */
interface HostMemory {
  readonly heap: number;
  readonly rss: number;
}

/** Measures the host, without garbage. */
function hostMemory(): HostMemory {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, rss } = Deno.memoryUsage();
  return { heap: heapUsed, rss };
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

/** How many processes below this one are alive. */
async function children(): Promise<number> {
  const { stdout } = await new Deno.Command("ps", {
    args: ["-o", "pid=,stat=,comm=", "--ppid", String(Deno.pid)],
  }).output();
  return new TextDecoder().decode(stdout).split("\n")
    .filter((line) => line.trim() !== "" && !/ ps$/.test(line)).length;
}

for (const runner of runners.slice(BROKEN)) await runner.activate();
/** The host's memory, measured ten times once it has warmed up. */
const measured: HostMemory[] = [];
const measuring = setInterval(() => {
  if (performance.now() < until - seconds * 700) return;
  measured.push(hostMemory());
}, seconds * 70);
await Promise.all([
  ...Array.from({ length: CALLERS }, steadily),
  ...Array.from({ length: BROKEN }, (_, id) => misbehave(id)),
]);
clearInterval(measuring);
measured.push(hostMemory());
const [first, last] = [measured[0]!, measured.at(-1)!];
const heapGrowth = last.heap - first.heap;
const rssGrowth = last.rss - first.rss;
await Promise.all(runners.map((runner) => runner.dispose()));
const left = await children();
console.log(
  `${calls} calls of healthy plugins, ${failures.length} failed; ` +
    `${misdeeds} misdeeds; since it was warm the host's heap grew by ` +
    `${mebibytes(heapGrowth)}, and all that it occupies by ` +
    `${mebibytes(rssGrowth)}; ` +
    `${left} processes left`,
);
for (const figure of ["heap", "rss"] as const) {
  const list = measured.map((it) => mebibytes(it[figure])).join(", ");
  console.log(`${figure}: ${list}`);
}
for (const failure of failures.slice(0, 5)) console.error(failure);
const grew = heapGrowth > MAX_HEAP_GROWTH_BYTES ||
  rssGrowth > MAX_RSS_GROWTH_BYTES;
if (failures.length > 0 || grew || left > 0) Deno.exit(1);
