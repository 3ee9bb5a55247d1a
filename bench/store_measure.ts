/**
 * Measures the table of an isolated plugin in one state of the sources, and
 * prints the figures as JSON. `store_aims.ts` runs it.
 *
 * Arguments: the folder of the sources, and `host` to measure the host instead.
 *
 * @module
 */

const [root, what] = Deno.args;
const { PluginHandler } = await import(`file://${root}/mod.ts`);

const CODE = `
const clock = performance.now.bind(performance);
const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
const measure = (rounds, times, act) => median(Array.from({ length: rounds }, () => {
  const start = clock();
  for (let i = 0; i < times; i++) act(i);
  return (clock() - start) / times * 1000;
}));
export default {
  name: "NAME", version: "1.0.0",
  config: {
    table: { name: "rows_NAME", columns: {
      id: { type: "INTEGER", primaryKey: true, autoincrement: true },
      text: { type: "TEXT" }, n: { type: "INTEGER" },
    } },
    actions: {
      ok: ({ table }) => table.count(),
      first: ({ table }) => measure(9, 200, () => table.where({ id: 7 }).first()),
      fifty: ({ table }) => measure(9, 40, () => table.select(["*"]).limit(50).all()),
      insert: ({ table }) => measure(9, 40, (i) => table.insert({ text: "row", n: i })),
      batch: ({ table }) => measure(5, 1, () => table.insertBatch(
        Array.from({ length: 1000 }, (_, n) => ({ text: "row", n })),
      )),
    },
    apiRoutes: Object.fromEntries(["ok", "first", "fifty", "insert", "batch"].map(
      (name) => ["/" + name, { method: "GET", actions: [name] }],
    )),
  },
};`;

const folder = Deno.makeTempDirSync();
const handler = new PluginHandler(`${folder}/agent.db`, {
  isolation: "process",
  actionTimeoutMs: 120_000,
  loadTimeoutMs: 120_000,
  sandbox: { idleMs: 0, maxProcesses: 0 },
});

function save(name: string): number {
  return handler.savePlugin({
    name,
    version: "1.0.0",
    repository: `https://github.com/user/${name}`,
    manifest: `https://github.com/user/${name}/manifest.json`,
    author: { name: "Bench" },
    plugin: CODE.replaceAll("NAME", name),
  }).id;
}

async function ask(id: number, path: string): Promise<number> {
  const request = new Request(`http://localhost${path}`);
  return Number(await handler.handleRoute(id, path, request));
}

const median = (list: number[]) =>
  list.sort((a, b) => a - b)[list.length >> 1]!;

/** Milliseconds of loading a plugin whose code is known. */
async function activation(): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 7; round++) {
    const id = save(`load_${round}`);
    await handler.loadPlugin(id);
    handler.unloadPlugin(id);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const start = performance.now();
    await handler.loadPlugin(id);
    await ask(id, "/ok");
    times.push(performance.now() - start);
    handler.unloadPlugin(id);
  }
  return median(times);
}

async function figures(): Promise<Record<string, number>> {
  const id = save("measured");
  await handler.loadPlugin(id);
  await ask(id, "/batch");
  const found: Record<string, number> = {};
  for (const name of ["first", "fifty", "insert", "batch"]) {
    found[name] = await ask(id, `/${name}`);
  }
  return { ...found, activation: await activation() };
}

/** Milliseconds that the event loop comes late, 99 of 100 times at most. */
async function lag(seconds: number): Promise<number> {
  const late: number[] = [];
  const until = performance.now() + seconds * 1_000;
  while (performance.now() < until) {
    const start = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 5));
    late.push(performance.now() - start - 5);
  }
  late.sort((a, b) => a - b);
  return late[Math.floor(late.length * 0.99)]!;
}

async function children(): Promise<number[]> {
  const { stdout } = await new Deno.Command("ps", {
    args: ["-o", "pid=,comm=", "--ppid", String(Deno.pid)],
  }).output();
  return new TextDecoder().decode(stdout).trim().split("\n")
    .filter((line) => !/\bps$/.test(line)).map((line) => parseInt(line));
}

/** KiB that a process has for itself. */
function privateMemory(pid: number): number {
  const text = Deno.readTextFileSync(`/proc/${pid}/smaps_rollup`);
  return [...text.matchAll(/Private_(?:Clean|Dirty):\s+(\d+)/g)]
    .reduce((sum, [, size]) => sum + Number(size), 0);
}

/** The latency of the host, what a store takes, and how soon another answers. */
async function hostFigures(): Promise<Record<string, number>> {
  const idle = await lag(5);
  const id = save("measured");
  await handler.loadPlugin(id);
  await ask(id, "/batch");
  const pids = await children();
  const memory = Math.min(...pids.map(privateMemory)) / 1024;
  const answers: number[] = [];
  for (let round = 0; round < 5; round++) {
    const victims = await children();
    Deno.kill(victims[round % victims.length]!, "SIGKILL");
    await ask(id, "/ok").catch(() => {});
    const start = performance.now();
    while (!(await ask(id, "/ok").catch(() => 0) > 0)) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    answers.push(performance.now() - start);
    // Ten seconds without a crash end the series.
    await new Promise((resolve) => setTimeout(resolve, 10_500));
  }
  const many = Array.from({ length: 100 }, (_, index) => save(`many_${index}`));
  await Promise.all(many.map((one) => handler.loadPlugin(one)));
  let isOver = false;
  const busy = many.map(async (one) => {
    while (!isOver) await ask(one, "/first").catch(() => {});
  });
  const loaded = await lag(5);
  isOver = true;
  await Promise.all(busy);
  return { idle, loaded, memory, answer: median(answers) };
}

console.log(
  JSON.stringify(what === "host" ? await hostFigures() : await figures()),
);
await handler.close();
Deno.removeSync(folder, { recursive: true });
