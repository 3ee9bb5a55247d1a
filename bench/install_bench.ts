/**
 * What installing, updating and rolling back 1,000 plugins from a server on
 * loopback takes, against fetching the same manifests and writing them into a
 * table by hand.
 *
 * `deno task bench:install`
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { createHash } from "node:crypto";
import { PluginHandler } from "../mod.ts";

const COUNT = 1_000;
/** How many requests are under way at once, here and by hand. */
const LANES = 8;

/** One line of the table. */
interface Figure {
  readonly work: string;
  readonly totalMs: number;
  readonly residentMiB: number;
}

function pluginCode(index: number, version: string): string {
  return `export default {
  config: {
    table: {
      name: "bench_${index}",
      columns: {
        id: { type: "INTEGER", primaryKey: true },
        value: { type: "TEXT" },
      },
    },
    apiRoutes: { "/status": { method: "GET", actions: ["status"] } },
    actions: { status: () => "${version}" },
  },
  events: { onContainerStart: (container, { logger }) => logger.info("x") },
};
// ${"x".repeat(1_000)}
`;
}

/** Serves the current version of every plugin. */
function serve(current: { version: string }) {
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  return Deno.serve(options, ({ url }) => {
    const name = new URL(url).pathname.slice(1);
    const { version } = current;
    return Response.json({
      name,
      version,
      repository: "https://github.com/user/plugins",
      manifest: url,
      author: { name: "Developer" },
      plugin: pluginCode(Number(name.slice("plugin-".length)), version),
    });
  });
}

/** Does something for every plugin, several at once. */
async function forAll(work: (index: number) => Promise<unknown>) {
  let next = 0;
  await Promise.all(Array.from({ length: LANES }, async () => {
    while (next < COUNT) await work(next++);
  }));
}

async function measure(
  work: string,
  run: () => Promise<unknown>,
): Promise<Figure> {
  const started = performance.now();
  await run();
  const totalMs = performance.now() - started;
  const residentMiB = Deno.memoryUsage().rss / 2 ** 20;
  return { work, totalMs, residentMiB };
}

function succeed({ success, cause }: { success: boolean; cause?: unknown }) {
  if (!success) throw cause;
}

async function byHand(directory: string, url: (index: number) => string) {
  using database = new DatabaseSync(`${directory}/hand.db`);
  database.exec(`PRAGMA journal_mode = WAL;
    CREATE TABLE plugins (name TEXT UNIQUE, version TEXT, plugin TEXT,
      digest TEXT)`);
  const insert = database.prepare("INSERT INTO plugins VALUES (?, ?, ?, ?)");
  await forAll(async (index) => {
    const { name, version, plugin } = await (await fetch(url(index))).json();
    const digest = createHash("sha256").update(plugin).digest("base64");
    insert.run(name, version, plugin, digest);
  });
}

async function main(directory: string): Promise<void> {
  const current = { version: "1.0.0" };
  await using server = serve(current);
  const url = (index: number) =>
    `http://127.0.0.1:${server.addr.port}/plugin-${index}`;
  const figures = [
    await measure("fetch and insert by hand", () => byHand(directory, url)),
  ];
  await using handler = new PluginHandler(`${directory}/agent.db`);
  const step = async (work: string, run: () => Promise<unknown>) => {
    figures.push(await measure(work, run));
  };
  await step(
    "install",
    () =>
      forAll(async (index) =>
        succeed(await handler.installFromManifestLink(url(index)))
      ),
  );
  await step("load all", () => handler.loadAllPlugins());
  await step("check for updates, none", () => handler.checkForUpdates());
  current.version = "1.1.0";
  await step(
    "update while loaded",
    () =>
      forAll(async (index) =>
        succeed(await handler.updateFromManifestLink(index + 1))
      ),
  );
  await step(
    "roll back while loaded",
    () =>
      forAll(async (index) =>
        succeed(await handler.rollbackPlugin(index + 1, "1.0.0"))
      ),
  );
  handler.unloadAllPlugins();
  await step(
    "update while unloaded",
    () =>
      forAll(async (index) =>
        succeed(await handler.updateFromManifestLink(index + 1))
      ),
  );
  print(figures);
}

function print(figures: readonly Figure[]): void {
  const base = figures[0]!.totalMs;
  console.log(`${COUNT} plugins, ${LANES} at once\n`);
  for (const { work, totalMs, residentMiB } of figures) {
    console.log([
      work.padEnd(26),
      `${(totalMs / COUNT).toFixed(2)} ms each`.padStart(14),
      `${(totalMs / 1_000).toFixed(2)} s`.padStart(8),
      `${(totalMs / base).toFixed(1)} x`.padStart(7),
      `${residentMiB.toFixed(0)} MiB`.padStart(9),
    ].join("  "));
  }
}

if (import.meta.main) {
  const directory = await Deno.makeTempDir();
  try {
    await main(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
