/**
 * What only holds for plugins in processes of their own, through the public
 * handler.
 *
 * @module
 */
import {
  isolateUnsigned,
  PluginError,
  PluginHandler,
  type PluginHandlerOptions,
} from "@dockstat/plugin-handler";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { actionsSource, COUNTER, rowOf } from "../handler/plugins.ts";
import { signedManifest } from "../install/manifests.ts";
import { installed, Market, storedVersion } from "../management/market.ts";
import { childProcesses } from "./both_ways.ts";
import { waitFor } from "../wait_for.ts";

function isolated(options: PluginHandlerOptions = {}): PluginHandler {
  return new PluginHandler(":memory:", {
    isolation: "process",
    ...options,
    // The processes that are counted are those of plugins.
    sandbox: { spare: 0, ...options.sandbox },
  });
}

// deno-lint-ignore no-explicit-any -- tests know what their plugins return
function ask(handler: PluginHandler, path: string, id = 1): Promise<any> {
  const request = new Request("http://localhost/");
  return handler.handleRoute(id, path, request) as Promise<unknown>;
}

function save(handler: PluginHandler, name: string, code: string, more = {}) {
  const { id, error } = handler.savePlugin({ ...rowOf(name, code), ...more });
  assert(id !== undefined, error);
  return id;
}

/** Says whether its code runs in the test's own process. */
const MARKING = `globalThis.marks = (globalThis.marks ?? 0) + 1;
export default { config: {
  actions: { here: () => globalThis.marks },
  apiRoutes: { "/here": { method: "GET", actions: ["here"] } },
} };`;

function marks(): unknown {
  return Reflect.get(globalThis, "marks");
}

Deno.test("isolation keeps a plugin's code out of the host at save, load, update and reload", async () => {
  await using market = new Market();
  await using handler = isolated();
  const url = market.offer("a", { plugin: MARKING });
  const id = await installed(handler, url);
  assertEquals(await ask(handler, "/here"), 1);
  market.offer("a", { version: "2.0.0", plugin: `${MARKING}\n` });
  assert((await handler.updateFromManifestLink(id)).success);
  await handler.reloadPlugin(id);
  assert((await handler.rollbackPlugin(id, "1.0.0")).success);
  assertEquals(await ask(handler, "/here"), 1);
  assertEquals(marks(), undefined);
});

Deno.test("isolation keeps the host alive when a plugin exits at its top level", async () => {
  await using handler = isolated();
  const folder = await Deno.makeTempDir();
  const file = `${folder}/written`;
  const writes = `Deno.writeTextFileSync(${JSON.stringify(file)}, "x");`;
  for (const code of ["Deno.exit(3);", writes]) {
    const id = save(handler, `bad-${code.length}`, `${code} ${MARKING}`);
    const load = () => handler.loadPlugin(id);
    const { code: why } = await assertRejects(load, PluginError);
    assert(["SANDBOX_CRASHED", "LOAD_FAILED"].includes(why), why);
    assertEquals(handler.getHealth(id).state, "failed");
  }
  assertEquals([...Deno.readDirSync(folder)], []);
  await Deno.remove(folder);
  assertEquals(handler.getLoadedPlugins(), []);
});

Deno.test("isolation can be decided for each plugin", async () => {
  await using handler = isolated({
    isolation: ({ name }) => name === "own" ? "inline" : "process",
  });
  try {
    const own = save(handler, "own", MARKING);
    const other = save(handler, "other", MARKING);
    await handler.loadAllPlugins();
    assertEquals(await ask(handler, "/here", own), 1);
    assertEquals(marks(), 1);
    assertEquals(await ask(handler, "/here", other), 1);
    assertEquals(marks(), 1);
    assertEquals((await childProcesses()).length, 1);
  } finally {
    Reflect.deleteProperty(globalThis, "marks");
  }
});

Deno.test("isolateUnsigned() trusts what a trusted key signed", async () => {
  await using market = new Market();
  const { manifest, publicKey } = await signedManifest();
  await using handler = isolated({
    isolation: isolateUnsigned,
    install: { trustedKeys: { "author-1": publicKey } },
  });
  market.serve("signed.json", JSON.stringify(manifest));
  await installed(handler, market.url("signed.json"));
  assertEquals(await childProcesses(), []);
  await installed(handler, market.offer("unsigned"));
  assertEquals((await childProcesses()).length, 1);
});

Deno.test("getHealth() tells how much memory a plugin's process occupies", async () => {
  await using handler = isolated();
  const id = save(handler, "counter", COUNTER);
  assertEquals(handler.getHealth(id).residentBytes, undefined);
  await handler.loadPlugin(id);
  const { residentBytes } = handler.getHealth(id);
  if (Deno.build.os === "linux") assert(residentBytes! > 2 ** 20);
  handler.unloadPlugin(id);
  assertEquals(handler.getHealth(id).residentBytes, undefined);
});

Deno.test("maxProcesses holds for 50 unknown plugins that are loaded at once", async () => {
  await using handler = isolated({
    sandbox: { maxProcesses: 3 },
    loadTimeoutMs: 60_000,
  });
  const ids = Array.from(
    { length: 50 },
    (_, index) => save(handler, `plugin-${index}`, COUNTER),
  );
  let most = 0;
  let isLoading = true;
  const watching = (async () => {
    while (isLoading) most = Math.max(most, (await childProcesses()).length);
  })();
  const { successes, errors } = await handler.loadAllPlugins();
  isLoading = false;
  await watching;
  assertEquals([successes, errors], [ids, []]);
  assert(most <= 3, `${most} processes`);
  const answers = await Promise.all(
    ids.slice(0, 6).map((id) => ask(handler, "/count", id)),
  );
  assertEquals(answers.map(({ count }) => count), [1, 1, 1, 1, 1, 1]);
});

Deno.test("close() gives up loads, trials and those that wait for a process", async () => {
  const handler = isolated({ sandbox: { maxProcesses: 1 } });
  const hangs = `await new Promise(() => {}); export default {}`;
  for (const name of ["a", "b", "c"]) save(handler, name, hangs);
  const loading = handler.loadAllPlugins();
  await waitFor(
    "a process starts",
    async () => (await childProcesses()).length > 0,
  );
  await handler.close();
  assertEquals((await loading).successes, []);
  assertEquals(await childProcesses(), []);
});

Deno.test("a plugin whose process requests crash again and again is never set aside", async () => {
  await using handler = isolated({ quarantineAfter: 3 });
  const id = save(
    handler,
    "crashing",
    actionsSource({ exit: "() => Deno.exit(1)", ok: "() => 1" }),
  );
  await handler.loadPlugin(id);
  for (let count = 0; count < 3; count++) {
    const call = () => ask(handler, "/exit");
    const { code } = await assertRejects(call, PluginError);
    assertEquals(code, "SANDBOX_CRASHED");
  }
  const { state, crashes, lastError } = handler.getHealth(id);
  assertEquals([state, crashes], ["degraded", 3]);
  assert(lastError?.includes("its process crashed"));
  assertEquals(await ask(handler, "/ok"), 1);
});

Deno.test("a crash in a new version's init() leaves the old version running", async () => {
  await using market = new Market();
  await using handler = isolated();
  const id = await installed(handler, market.offer("a"));
  market.offer("a", {
    version: "2.0.0",
    plugin: `export default { init: () => Deno.exit(1) }`,
  });
  assertEquals((await handler.updateFromManifestLink(id)).success, false);
  assertEquals(storedVersion(handler, id), "1.0.0");
  assertEquals(await ask(handler, "/version"), "1.0.0");
});

Deno.test("a plugin whose process crashes without a request is set aside", async () => {
  const code = {
    "in a hook": `export default { events: { tick: () => Deno.exit(1) } };`,
    "out of memory in a hook": `export default { events: { tick: () => {
      const all = []; for (;;) all.push(new Array(100_000).fill({})); } } };`,
  };
  for (const [where, plugin] of Object.entries(code)) {
    await using handler = isolated({ quarantineAfter: 2 });
    const id = save(handler, "crashing", plugin);
    await handler.loadPlugin(id);
    for (let time = 0; time < 2; time++) {
      const { failed } = await handler.emit("tick");
      assertEquals(failed.map(({ error }) => error.code), ["SANDBOX_CRASHED"]);
    }
    await waitFor(
      `it is set aside: ${where}`,
      () => handler.getHealth(id).state === "quarantined",
    );
    assertEquals(handler.getHealth(id).crashes, 2);
  }
});

Deno.test("late errors of an isolated plugin count where it has answered no request", async () => {
  for (const asks of [false, true]) {
    await using handler = isolated({ quarantineAfter: 2 });
    const id = save(
      handler,
      "late",
      `export default {
        init() { setInterval(() => { throw new Error("of a timer") }, 200) },
        config: {
          actions: { ok: () => 1 },
          apiRoutes: { "/ok": { method: "GET", actions: ["ok"] } },
        },
      };`,
    );
    await handler.loadPlugin(id);
    if (asks) assertEquals(await ask(handler, "/ok"), 1);
    await waitFor(
      "they are counted",
      () => handler.getHealth(id).lateErrors > 2 || !asks,
    );
    if (!asks) {
      await waitFor(
        "it is set aside",
        () => handler.getHealth(id).state === "quarantined",
      );
    } else assertEquals(handler.getHealth(id).state, "degraded");
  }
});
