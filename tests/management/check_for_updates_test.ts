import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { PluginHandler } from "@dockstat/plugin-handler";
import { DatabaseSync } from "node:sqlite";
import { inMemory, installed, Market, rowOf, versionSource } from "./market.ts";

Deno.test("checkForUpdates() tells what is new, in the order of the ids, and stores nothing", async () => {
  await using market = new Market();
  await using handler = inMemory();
  for (const name of ["a", "b", "c", "d"]) {
    await installed(handler, market.offer(name), { load: false });
  }
  market.offer("b", { version: "2.0.0" });
  market.serve("c.json", undefined);
  market.offer("d", { version: "0.9.0" });

  const found = await handler.checkForUpdates();
  assertEquals(
    found.map(({ name, current, available, error }) => [
      name,
      current,
      available,
      error?.code,
    ]),
    [
      ["a", "1.0.0", null, undefined],
      ["b", "1.0.0", "2.0.0", undefined],
      ["c", "1.0.0", null, "MANIFEST_FETCH_FAILED"],
      ["d", "1.0.0", null, "INVALID_MANIFEST"],
    ],
  );
  assertStringIncludes(found[3]!.error!.message, "allowDowngrade");
  assertEquals(handler.getAll().map(({ version }) => version), [
    "1.0.0",
    "1.0.0",
    "1.0.0",
    "1.0.0",
  ]);
});

Deno.test("checkForUpdates() asks no more manifests at once than it may", async () => {
  await using market = new Market();
  let [now, most] = [0, 0];
  const counting: typeof fetch = async (input, init) => {
    most = Math.max(most, ++now);
    try {
      return await fetch(input, init);
    } finally {
      now--;
    }
  };
  await using handler = inMemory({ fetch: counting });
  for (let i = 0; i < 10; i++) {
    await installed(handler, market.offer(`p${i}`), { load: false });
  }
  for (const [concurrency, expected] of [[3, 3], [0, 1], [NaN, 1]]) {
    most = 0;
    const found = await handler.checkForUpdates({ concurrency });
    assertEquals([found.length, most], [10, expected]);
  }
});

Deno.test("checkForUpdates() stops at a signal", async () => {
  await using market = new Market();
  await using handler = inMemory();
  await installed(handler, market.offer("a"), { load: false });
  const [found] = await handler.checkForUpdates({
    signal: AbortSignal.abort(),
  });
  assert(found?.error !== undefined);
});

Deno.test("checkForUpdates() asks conditionally", async () => {
  await using market = new Market();
  const statuses: number[] = [];
  const watching: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    statuses.push(response.status);
    return response;
  };
  await using handler = inMemory({ fetch: watching });
  await installed(handler, market.offer("a"));
  await handler.checkForUpdates();
  assertEquals(statuses, [200, 304]);
});

Deno.test("checkForUpdates() knows a row of the original that is up to date", async () => {
  await using market = new Market();
  using database = new DatabaseSync(":memory:");
  await using handler = new PluginHandler(database);
  const { author, repository, plugin } = rowOf("a", versionSource("1.0.0"));
  database.prepare(
    `INSERT INTO plugins (author, manifest, name, plugin, repository, repoType,
      version) VALUES (?, ?, 'a', ?, ?, 'local', '1.0.0')`,
  ).run(JSON.stringify(author), market.offer("a"), plugin, repository);
  const [found] = await handler.checkForUpdates();
  assertEquals([found!.available, found!.error], [null, undefined]);
});
