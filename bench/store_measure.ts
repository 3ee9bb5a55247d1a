/**
 * Measures the table of an isolated plugin in one state of the sources, and
 * prints the figures as JSON. `store_aims.ts` runs it.
 *
 * Arguments: the folder of the sources, and what to measure.
 *
 * @module
 */

const [root] = Deno.args;
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
  sandbox: { idleMs: 0 },
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

const id = save("measured");
await handler.loadPlugin(id);
await ask(id, "/batch");
const figures: Record<string, number> = {};
for (const name of ["first", "fifty", "insert", "batch"]) {
  figures[name] = await ask(id, `/${name}`);
}
figures.activation = await activation();
console.log(JSON.stringify(figures));
await handler.close();
Deno.removeSync(folder, { recursive: true });
