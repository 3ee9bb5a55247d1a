/**
 * How much `handleRoute` allocates for each call, and how much of it stays.
 *
 * Run: `deno task bench:allocation`
 *
 * @module
 */
import { PluginHandler } from "@dockstat/plugin-handler";
import { loadSources, ROUTES } from "./dispatch_plugins.ts";

const CALLS = 1_000_000;
/** Few enough to fit into the young generation, so that none is collected. */
const SAMPLE = 100_000;

const collect: () => void = Reflect.get(globalThis, "gc");
const heap = () => Deno.memoryUsage().heapUsed;

async function repeat(count: number, call: () => Promise<unknown>) {
  for (let n = 0; n < count; n++) await call();
}

/** Bytes allocated for each call, and bytes left of a million calls. */
async function measure(call: () => Promise<unknown>) {
  await repeat(SAMPLE, call);
  collect();
  const before = heap();
  await repeat(SAMPLE, call);
  const allocated = Math.round((heap() - before) / SAMPLE);
  collect();
  const start = heap();
  await repeat(CALLS, call);
  collect();
  return {
    "bytes a call": allocated,
    "bytes left of 1,000,000": heap() - start,
  };
}

const handler = new PluginHandler(":memory:");
const [id] = await loadSources(handler, [ROUTES]);
const request = new Request("http://localhost/");
const ask = (path: string) => () => handler.handleRoute(id!, path, request);

console.table({
  "an empty async function": await measure(async () => {}),
  "three synchronous actions": await measure(ask("/sync")),
  "three asynchronous actions": await measure(ask("/async")),
});
await handler.close();
