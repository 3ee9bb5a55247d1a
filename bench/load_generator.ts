/**
 * Ten plugins behind a real server under a real load generator, while one of
 * them throws and one hangs: what becomes of the other eight.
 *
 * Needs `wrk` (Debian: `apt-get install wrk`).
 * Run: `deno run --allow-net --allow-run=wrk bench/load_generator.ts [seconds]`
 *
 * @module
 */
import { PluginHandler } from "@dockstat/plugin-handler";
import { loadSources } from "./dispatch_plugins.ts";

const HEALTHY = 8;
const CONNECTIONS = 64;
const THREADS = 2;
const seconds = Number(Deno.args[0] ?? 30);

/** A plugin that answers after three actions, one of which waits. */
const WORKS = `export default { config: {
  actions: {
    read: ({ query }) => ({ n: Number(query.get("n") ?? 1) }),
    wait: async ({ previousAction }) => ({ n: previousAction.n + 1 }),
    answer: ({ previousAction }) => ({ ok: true, ...previousAction }),
  },
  apiRoutes: { "/work": { method: "GET", actions: ["read", "wait", "answer"] } },
} }`;

/** A plugin whose only action does something else. */
function broken(action: string): string {
  return `export default { config: {
    actions: { it: ${action} },
    apiRoutes: { "/work": { method: "GET", actions: ["it"] } },
  } }`;
}

/** What wrk says at its end, beside the requests that it could not count. */
interface LoadReport {
  readonly requestsPerSecond: string;
  readonly p50: string;
  readonly p99: string;
  readonly failed: string;
}

/** Asks the healthy plugins in turn. */
function script(ids: readonly number[]): string {
  return `
    local ids = { ${ids.join(", ")} }
    local turn = 0
    request = function()
      turn = turn + 1
      return wrk.format("GET", "/plugins/" .. ids[turn % #ids + 1] .. "/routes/work?n=1")
    end`;
}

async function load(base: string, ids: readonly number[]): Promise<LoadReport> {
  const file = await Deno.makeTempFile({ suffix: ".lua" });
  try {
    await Deno.writeTextFile(file, script(ids));
    const { stdout } = await new Deno.Command("wrk", {
      args: [
        `--connections=${CONNECTIONS}`,
        `--threads=${THREADS}`,
        `--duration=${seconds}s`,
        "--latency",
        `--script=${file}`,
        base,
      ],
    }).output();
    return read(new TextDecoder().decode(stdout));
  } finally {
    await Deno.remove(file);
  }
}

function read(output: string): LoadReport {
  const find = (pattern: RegExp) => pattern.exec(output)?.[1]?.trim();
  return {
    requestsPerSecond: find(/Requests\/sec:\s+(\S+)/) ?? "?",
    p50: find(/^ +50% +(\S+)/m) ?? "?",
    p99: find(/^ +99% +(\S+)/m) ?? "?",
    failed: [find(/Non-2xx.*: (\d+)/), find(/Socket errors: (.*)/)]
      .filter((it) => it !== undefined).join("; ") || "0",
  };
}

/** Keeps the two broken plugins busy until it is told to stop. */
async function disturb(
  base: string,
  ids: readonly number[],
  until: AbortSignal,
) {
  let asked = 0;
  const askOn = async (id: number) => {
    while (!until.aborted) {
      asked++;
      try {
        const url = `${base}/plugins/${id}/routes/work`;
        await (await fetch(url, { signal: until })).body?.cancel();
      } catch {
        // Aborted at the end of the run.
      }
    }
  };
  await Promise.all([...ids, ...ids].map(askOn));
  return asked;
}

const handler = new PluginHandler(":memory:", {
  actionTimeoutMs: 200,
  quarantineAfter: 0,
});
const ids = await loadSources(handler, [
  ...Array<string>(HEALTHY).fill(WORKS),
  broken("() => { throw new Error('broken') }"),
  broken("() => new Promise(() => {})"),
]);
const server = Deno.serve(
  { hostname: "127.0.0.1", port: 0, onListen() {} },
  (request) => handler.fetch(request),
);
const base = `http://127.0.0.1:${server.addr.port}`;
const healthy = ids.slice(0, HEALTHY);

await load(base, healthy.slice(0, 1));
const alone = await load(base, healthy);
const stop = new AbortController();
const disturbing = disturb(base, ids.slice(HEALTHY), stop.signal);
const disturbed = await load(base, healthy);
stop.abort();
console.table({
  "eight alone": alone,
  "beside a thrower and a hanger": disturbed,
});
console.log(`${await disturbing} requests to the two broken plugins meanwhile`);
await server.shutdown();
await handler.close();
