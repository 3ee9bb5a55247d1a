/**
 * How long loading takes for how many plugins: each line in a process of its
 * own, so that none profits or suffers from what another has imported. The
 * figures that matter are ratios, since absolute times move with the machine.
 *
 * `deno task bench:load`
 *
 * @module
 */
import { type LoadResult, PluginHandler } from "../mod.ts";

/** The ways that are compared. */
const WAYS = ["eager", "batch", "one by one", "lazy"] as const;
type Way = typeof WAYS[number] | "single";

/** One line of the table. */
interface Job {
  readonly way: Way;
  readonly count: number;
  readonly bytes: number;
}

/** What a process reports. */
interface Figure {
  readonly totalMs: number;
  readonly firstRequestMs?: number;
  readonly peakMiB: number;
}

const JOBS: readonly Job[] = [
  ...[100, 1_000, 4_000, 10_000].flatMap((count) =>
    WAYS.filter((way) => way !== "one by one" || count <= 4_000)
      .map((way) => ({ way, count, bytes: 1_000 }))
  ),
  ...WAYS.map((way) => ({ way, count: 300, bytes: 50_000 })),
  { way: "single", count: 1, bytes: 1_000 },
];

function pluginCode(index: number, bytes: number): string {
  const code = `export default {
  config: {
    table: {
      name: "bench_${index}",
      columns: {
        id: { type: "INTEGER", primaryKey: true },
        value: { type: "TEXT" },
      },
    },
    apiRoutes: {
      "/status": { method: "GET", actions: ["read", "answer"] },
      "/items/:id": { method: ["GET", "POST"], actions: ["read"] },
    },
    actions: {
      read: ({ params }) => params,
      answer: ({ previousAction }) => ({ ok: true, previousAction }),
    },
  },
  events: { onContainerStart: (container, { logger }) => logger.info("x") },
};
`;
  const filler = `// ${"x".repeat(76)}\n`;
  return code + filler.repeat(
    Math.max(0, Math.ceil((bytes - code.length) / filler.length)),
  );
}

async function prepareDatabase(path: string, job: Job): Promise<void> {
  await using handler = new PluginHandler(path);
  for (let index = 0; index < job.count; index++) {
    const name = `bench-${index}`;
    handler.savePlugin({
      name,
      version: "1.0.0",
      repository: "https://example.com",
      manifest: "https://example.com/manifest.json",
      author: { name: "bench" },
      plugin: pluginCode(index, job.bytes),
    });
  }
  // A start of an agent finds the tables and the records of the last one.
  requireAll(job, await handler.loadAllPlugins());
}

function requireAll({ count }: Job, { successes, errors }: LoadResult): void {
  if (successes.length === count) return;
  for (const { error } of errors) console.error(error);
  throw new Error(`${successes.length} of ${count} plugins were loaded`);
}

async function viaHandler(
  path: string,
  job: Job,
): Promise<Omit<Figure, "peakMiB">> {
  const started = performance.now();
  const handler = new PluginHandler(path, {
    activation: job.way === "lazy" ? "lazy" : "eager",
  });
  const result = await handler.loadAllPlugins();
  const totalMs = performance.now() - started;
  requireAll(job, result);
  const id = result.successes[job.count >> 1]!;
  const request = new Request("http://localhost/status");
  const asked = performance.now();
  await handler.handleRoute(id, "/status", request);
  const firstRequestMs = performance.now() - asked;
  await handler.close();
  return { totalMs, firstRequestMs };
}

function blobUrl(code: string): string {
  return URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
}

async function byHand(job: Job): Promise<Omit<Figure, "peakMiB">> {
  const sources = Array.from(
    { length: job.count },
    (_, index) => pluginCode(index, job.bytes),
  );
  const started = performance.now();
  const urls = sources.map(blobUrl);
  if (job.way === "batch") {
    const thunks = urls.map((url) => `() => import("${url}")`);
    const { default: all } = await import(
      blobUrl(`export default [${thunks.join(",")}];`)
    );
    await Promise.all(all.map((thunk: () => unknown) => thunk()));
  } else {
    for (const url of urls) await import(url);
  }
  return { totalMs: performance.now() - started };
}

function peakMiB(): number {
  const status = Deno.readTextFileSync("/proc/self/status");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

async function runJob(job: Job, path: string): Promise<void> {
  const figure = job.way === "eager" || job.way === "lazy"
    ? await viaHandler(path, job)
    : await byHand(job);
  console.log(JSON.stringify({ ...figure, peakMiB: peakMiB() }));
}

async function inProcess(args: string[]): Promise<string> {
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", import.meta.filename!, ...args],
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`A run failed: ${args.join(" ")}`);
  return new TextDecoder().decode(stdout);
}

function row(job: Job, figure: Figure): string {
  const perPlugin = (figure.totalMs / job.count).toFixed(3);
  const first = figure.firstRequestMs?.toFixed(2) ?? "";
  return [
    `${job.count} × ${job.bytes / 1000} KB`.padEnd(16),
    job.way.padEnd(12),
    figure.totalMs.toFixed(0).padStart(8),
    perPlugin.padStart(11),
    first.padStart(14),
    figure.peakMiB.toFixed(0).padStart(9),
  ].join(" │ ");
}

/** The aims as ratios, which say the same on any machine. */
function ratios(figures: ReadonlyMap<string, Figure>): string[] {
  const total = (way: Way, count: number) =>
    figures.get(`${way} ${count} 1000`)!.totalMs;
  const percent = 100 * total("lazy", 10_000) / total("eager", 10_000);
  const first = figures.get("lazy 10000 1000")!.firstRequestMs! /
    total("single", 1);
  return [
    ["eager / batch at 4,000", total("eager", 4_000) / total("batch", 4_000)],
    [
      "eager at 4,000 / at 1,000, a plugin",
      total("eager", 4_000) / 4 / total("eager", 1_000),
    ],
    [
      "one by one / eager at 4,000",
      total("one by one", 4_000) / total("eager", 4_000),
    ],
    ["lazy start / eager start at 10,000, in %", percent],
    ["first request to 1 of 10,000 lazy / a single import", first],
  ].map(([what, ratio]) => `${what}: ${Number(ratio).toFixed(2)}`);
}

async function main(): Promise<void> {
  const figures = new Map<string, Figure>();
  const folder = await Deno.makeTempDir();
  console.log(
    "plugins          │ way          │ total ms │ ms a plugin │ first request │  peak MiB",
  );
  try {
    for (const job of JOBS) {
      const path = `${folder}/${job.count}-${job.bytes}.db`;
      const spec = JSON.stringify(job);
      if (job.way === "eager") await inProcess(["prepare", spec, path]);
      const output = await inProcess(["run", spec, path]);
      const figure: Figure = JSON.parse(output.trim());
      figures.set(`${job.way} ${job.count} ${job.bytes}`, figure);
      console.log(row(job, figure));
    }
    console.log(ratios(figures).join("\n"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const [mode, spec, path] = Deno.args;
  if (mode === "prepare") await prepareDatabase(path!, JSON.parse(spec!));
  else if (mode === "run") await runJob(JSON.parse(spec!), path!);
  else await main();
}
