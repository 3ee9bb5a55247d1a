/**
 * Reloads a plugin over and over while requests run, and says what that does to
 * the memory: the runtime keeps every module that it has ever imported.
 *
 * `deno task long soak:reload`
 *
 * @module
 */
import { PluginHandler } from "../mod.ts";

/** What came of a soak. */
export interface ReloadSoakResult {
  /** How often the plugin was reloaded. */
  readonly reloads: number;
  /** How many requests were answered. */
  readonly answered: number;
  /** What the others were answered with. */
  readonly failures: readonly unknown[];
  /** By how many bytes the process has grown for each reload. */
  readonly grownBytes: number;
  /** By how many bytes the JavaScript heap has grown for each reload. */
  readonly grownHeapBytes: number;
}

/** How a soak is done. */
export interface ReloadSoakOptions {
  /** How often the plugin is reloaded. */
  readonly reloads: number;
  /** The size of the plugin's source text. */
  readonly bytes: number;
  /** How many requests are under way at a time. */
  readonly clients: number;
}

function source(bytes: number): string {
  const code = `let answered = 0;
export default {
  config: {
    actions: {
      wait: () => new Promise((done) => setTimeout(done, 1)),
      count: () => ({ answered: ++answered }),
    },
    apiRoutes: { "/count": { method: "GET", actions: ["wait", "count"] } },
  },
};
`;
  const filler = `// ${"x".repeat(76)}\n`;
  return code + filler.repeat(Math.ceil((bytes - code.length) / filler.length));
}

/**
 * Reloads a plugin while requests run.
 *
 * @param options How often, and beside how many requests.
 * @returns What came of it.
 */
export async function soakReloads(
  { reloads, bytes, clients }: ReloadSoakOptions,
): Promise<ReloadSoakResult> {
  await using handler = new PluginHandler(":memory:");
  const { id } = handler.savePlugin({
    name: "soaked",
    version: "1.0.0",
    repository: "https://example.com",
    manifest: "https://example.com/manifest.json",
    author: { name: "soak" },
    plugin: source(bytes),
  });
  await handler.loadPlugin(id!);
  const failures: unknown[] = [];
  let answered = 0;
  let over = false;
  const run = async () => {
    while (!over) {
      const request = new Request(
        "http://localhost/plugins/soaked/routes/count",
      );
      const response = await handler.fetch(request);
      if (response.ok) answered++;
      else failures.push(response.status);
      await response.body?.cancel();
    }
  };
  const running = Array.from({ length: clients }, run);
  const before = memory();
  for (let reload = 0; reload < reloads; reload++) {
    await handler.reloadPlugin(id!);
  }
  over = true;
  await Promise.all(running);
  const after = memory();
  return {
    reloads,
    answered,
    failures,
    grownBytes: (after.rss - before.rss) / reloads,
    grownHeapBytes: (after.heapUsed - before.heapUsed) / reloads,
  };
}

/** The memory in use, without what `--expose-gc` lets go of. */
function memory(): Deno.MemoryUsage {
  Reflect.get(globalThis, "gc")?.();
  return Deno.memoryUsage();
}

/** By how much the same imports by hand make a process grow. */
async function importByHand(
  count: number,
  bytes: number,
): Promise<Pick<ReloadSoakResult, "grownBytes" | "grownHeapBytes">> {
  const before = memory();
  for (let at = 0; at < count; at++) {
    const url = blobUrl(source(bytes));
    const batch = blobUrl(`export default () => import("${url}")`);
    await (await import(batch)).default();
    URL.revokeObjectURL(url);
    URL.revokeObjectURL(batch);
  }
  const after = memory();
  return {
    grownBytes: (after.rss - before.rss) / count,
    grownHeapBytes: (after.heapUsed - before.heapUsed) / count,
  };
}

function blobUrl(code: string): string {
  return URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
}

function growth(
  { grownBytes, grownHeapBytes }: Awaited<ReturnType<typeof importByHand>>,
): string {
  const [all, heap] = [grownBytes, grownHeapBytes]
    .map((bytes) => `${(bytes / 1000).toFixed(1)} KB`);
  return `${all} of memory, ${heap} of it in the heap`;
}

if (import.meta.main) {
  const bytes = 20_000;
  const started = performance.now();
  const result = await soakReloads({ reloads: 2_000, bytes, clients: 8 });
  const { reloads, answered, failures } = result;
  const ms = (performance.now() - started) / reloads;
  console.log(
    `${reloads} reloads of ${bytes / 1000} KB, ${ms.toFixed(2)} ms each`,
  );
  console.log(`${answered} requests answered, ${failures.length} failed`);
  console.log(`a reload leaves ${growth(result)}`);
  const byHand = await importByHand(reloads, bytes);
  console.log(`the same import by hand leaves ${growth(byHand)}`);
  if (failures.length > 0) Deno.exit(1);
}
