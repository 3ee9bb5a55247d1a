/**
 * Runs 41 honest plugins beside nine that attack their host, each in a process
 * of its own, for 10 minutes or as many seconds as the first argument says.
 * Fails where a request of an honest plugin failed, where the host stood still
 * for 100 ms longer than an idle process beside it, where its memory or its
 * disk use grew, or where a process is left at the end.
 *
 * `deno task long soak:sandbox [seconds]`
 *
 * @module
 */
import { PluginHandler } from "../../mod.ts";
import { attackerCode, ATTACKS, healthyCode } from "./attackers.ts";
import { Standstill } from "./standstill.ts";

const HEALTHY = 41;
const CALLERS = 8;
const MAX_STANDSTILL_MS = 100;
const MAX_HEAP_GROWTH_BYTES = 4 * 2 ** 20;
/** Buffers outside of the heap are given back when it suits the collector. */
const MAX_RSS_GROWTH_BYTES = 48 * 2 ** 20;
const MAX_DISK_GROWTH_BYTES = 8 * 2 ** 20;
/** A call of an honest plugin that takes this long has failed. */
const TOO_LONG_MS = 60_000;

const seconds = Number(Deno.args[0] ?? 600);
const folder = await Deno.makeTempDir({ prefix: "soak-" });

/** What the host takes at one moment. */
interface Figures {
  readonly heap: number;
  readonly rss: number;
  readonly disk: number;
}

const handler = new PluginHandler(`${folder}/agent.db`, {
  isolation: "process",
  actionTimeoutMs: 2_000,
  // An attacker that is set aside attacks no more.
  quarantineAfter: 0,
});

function install(name: string, plugin: string): number {
  const { id, message } = handler.savePlugin({
    name,
    version: "1.0.0",
    repository: "https://example.com/soak",
    manifest: "https://example.com/soak/manifest.json",
    author: {},
    plugin,
  });
  if (id === undefined) throw new Error(message);
  return id;
}

const honest = Array.from(
  { length: HEALTHY },
  (_, index) => install(`honest-${index}`, healthyCode(index)),
);
const attackers = Object.entries(ATTACKS).map(([what, body], index) => ({
  what,
  id: install(`attacker-${index}`, attackerCode(index, body)),
}));
const { errors } = await handler.loadAllPlugins();
if (errors.length > 0) throw new Error(errors[0]!.error);

const failures: string[] = [];
const misdeeds = new Map<string, number>();
let calls = 0;
const until = performance.now() + seconds * 1_000;

async function post(id: number, path: string, n: number): Promise<Response> {
  return await handler.fetch(
    new Request(`http://agent.test/plugins/${id}/routes/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ n }),
      signal: AbortSignal.timeout(TOO_LONG_MS),
    }),
  );
}

async function workSteadily(own: readonly number[]): Promise<void> {
  while (performance.now() < until) {
    const id = own[Math.floor(Math.random() * own.length)]!;
    const n = Math.floor(Math.random() * 1e6);
    const response = await post(id, "work", n);
    const text = await response.text();
    if (text !== JSON.stringify({ twice: n * 2 })) {
      failures.push(`${id}: ${response.status} ${text.slice(0, 200)}`);
    }
    calls++;
    await pause(5);
  }
}

async function attack({ what, id }: typeof attackers[number]): Promise<void> {
  while (performance.now() < until) {
    const response = await post(id, "attack", 0);
    misdeeds.set(what, (misdeeds.get(what) ?? 0) + 1);
    // Whoever asked goes away without reading.
    await response.body?.cancel();
    await pause(1_000 * Math.random());
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function measure(): Promise<Figures> {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, rss } = Deno.memoryUsage();
  return { heap: heapUsed, rss, disk: await diskUse(folder) };
}

async function diskUse(path: string): Promise<number> {
  let bytes = 0;
  for await (const { name, isDirectory } of Deno.readDir(path)) {
    if (isDirectory) bytes += await diskUse(`${path}/${name}`);
    else bytes += (await Deno.lstat(`${path}/${name}`)).size;
  }
  return bytes;
}

/** How many processes below this one are alive. */
async function children(): Promise<number> {
  const { stdout } = await new Deno.Command("ps", {
    args: ["-o", "comm=", "--ppid", String(Deno.pid)],
  }).output();
  return new TextDecoder().decode(stdout).split("\n")
    .filter((name) => name.trim() !== "" && name.trim() !== "ps").length;
}

/** The same clock in a process that does nothing else. */
function startControl(): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", new URL("./control.ts", import.meta.url).pathname],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
}

/** Watches once all is warm, since collecting garbage stops the host as well. */
async function watch() {
  await pause(seconds * 1_000 / 3);
  const first = await measure();
  const control = startControl();
  const standstill = new Standstill();
  await pause(until - performance.now());
  standstill[Symbol.dispose]();
  await control.stdin.close();
  const { stdout } = await control.output();
  return {
    first,
    hostMs: standstill.longestMs,
    idleMs: Number(new TextDecoder().decode(stdout)),
  };
}

const [{ first, hostMs, idleMs }] = await Promise.all([
  watch(),
  ...Array.from(
    { length: CALLERS },
    (_, caller) => workSteadily(honest.filter((id) => id % CALLERS === caller)),
  ),
  ...attackers.map(attack),
]);
const last = await measure();
await handler.close();
const left = await children();
await Deno.remove(folder, { recursive: true });

const growth = (of: (figures: Figures) => number) => of(last) - of(first);
const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
const [heap, rss, disk] = [
  growth((it) => it.heap),
  growth((it) => it.rss),
  growth((it) => it.disk),
];
const beyondMs = hostMs - idleMs;
console.log(`${calls} requests of honest plugins, ${failures.length} failed`);
for (const [what, times] of misdeeds) console.log(`${times} times ${what}`);
console.log(
  `longest standstill ${hostMs.toFixed(0)} ms, of an idle ` +
    `process ${idleMs.toFixed(0)} ms`,
);
console.log(`growth: heap ${mib(heap)}, rss ${mib(rss)}, disk ${mib(disk)}`);
console.log(`${left} processes left`);
for (const failure of failures.slice(0, 5)) console.error(failure);
const grew = heap > MAX_HEAP_GROWTH_BYTES || rss > MAX_RSS_GROWTH_BYTES ||
  disk > MAX_DISK_GROWTH_BYTES;
if (
  failures.length > 0 || grew || left > 0 || beyondMs > MAX_STANDSTILL_MS
) Deno.exit(1);
