import { DatabaseSync } from "node:sqlite";
import { PluginError, PluginHandler } from "@dockstat/plugin-handler";
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  COUNTER,
  inMemory,
  notesSource,
  save,
  tablesOf,
} from "../handler/plugins.ts";
import { toFileUrl } from "@std/path";
import { makeGate } from "./gates.ts";

Deno.test("a load that is late opens no table and publishes nothing", {
  permissions: "none",
}, async () => {
  using gate = makeGate();
  using db = new DatabaseSync(":memory:");
  await using handler = new PluginHandler(db, { loadTimeoutMs: 50 });
  const source = `await ${gate.source}.pass("import");
    ${notesSource()}
    ${gate.source}.pass("imported");`;
  const id = save(handler, "late", source);
  const tables = tablesOf(db);
  // Deno ends a test in which nothing but a top-level await is pending.
  const alive = setInterval(() => {}, 1_000);

  const error = await assertRejects(() => handler.loadPlugin(id), PluginError);
  assertEquals(error.code, "LOAD_TIMEOUT");
  gate.open();
  await gate.arrived(2);
  await new Promise((done) => setTimeout(done, 0));
  clearInterval(alive);

  assertEquals(tablesOf(db), tables);
  assertEquals(handler.getLoadedPlugins(), []);
  assertEquals(handler.getHealth(id).state, "failed");
});

Deno.test("an init() that is late is cleaned up after", {
  permissions: "none",
}, async () => {
  using gate = makeGate();
  await using handler = inMemory({ loadTimeoutMs: 50 });
  const source = `export default {
    init: () => ${gate.source}.pass("init"),
    cleanup: () => { ${gate.source}.pass("cleanup"); },
  };`;
  const id = save(handler, "late", source);
  await assertRejects(() => handler.loadPlugin(id), PluginError, "50 ms");
  assertEquals(gate.arrivals, ["init"]);
  gate.open();
  await gate.arrived(2);
  assertEquals(gate.arrivals, ["init", "cleanup"]);
});

Deno.test("a lazy plugin whose activation was late is imported anew", {
  permissions: "none",
}, async () => {
  using gate = makeGate();
  using db = new DatabaseSync(":memory:");
  const source = `${gate.source}.slow && await ${gate.source}.pass("slow");
    ${COUNTER}`;
  await using first = new PluginHandler(db);
  const id = save(first, "moody", source);
  await first.loadPlugin(id);
  await using handler = new PluginHandler(db, {
    activation: "lazy",
    loadTimeoutMs: 2_000,
  });
  await handler.loadAllPlugins();
  const name = gate.source.slice(12, -2);
  const door = Reflect.get(globalThis, name);
  Reflect.set(globalThis, name, { ...door, slow: true });
  const alive = setInterval(() => {}, 1_000);
  await assertRejects(() => handler.loadPlugin(id), PluginError, "2000 ms");
  clearInterval(alive);
  Reflect.set(globalThis, name, door);
  gate.open();

  assertEquals((await handler.loadPlugin(id)).id, id);
  assertEquals(handler.getHealth(id).state, "active");
});

Deno.test("plugins that block the thread use up nobody else's limit", {
  permissions: "none",
}, async () => {
  await using handler = inMemory({ loadTimeoutMs: 1_000 });
  const blocks = `const end = performance.now() + 100;
    while (performance.now() < end);`;
  for (let index = 0; index < 12; index++) {
    const source = `${blocks} export default { async init() {
      await new Promise((done) => setTimeout(done, 1));
    } };//${index}`;
    save(handler, `busy-${index}`, source);
  }
  const { successes, errors } = await handler.loadAllPlugins();
  assertEquals([successes.length, errors], [12, []]);
});

Deno.test("a page of plugins that hang costs the others nothing", {
  permissions: "none",
}, async () => {
  using gate = makeGate();
  await using handler = inMemory({ loadTimeoutMs: 3_600_000 });
  for (let index = 0; index < 400; index++) {
    const source = `await ${gate.source}.pass(); export default { init() {} };`;
    save(handler, `hangs-${index}`, `${source}//${index}`);
  }
  const fine = Array.from({ length: 300 }, (_, index) => {
    const source =
      `export default { init: () => ${gate.source}.pass("fine") };`;
    return save(handler, `fine-${index}`, `${source}//${index}`);
  });

  const loading = handler.loadAllPlugins();
  await gate.arrived(700);
  gate.open();

  const { successes } = await loading;
  assertEquals(successes.slice(-300), fine);
});

// In a process of its own: an import from a server goes into the lock file.
Deno.test("a plugin that imports from a host which hangs is alone with it", {
  permissions: { read: true, run: true },
}, async () => {
  const script = new URL("hanging_host.ts", import.meta.url);
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--no-lock",
      "--allow-net=127.0.0.1",
      "--allow-import=127.0.0.1",
      script.href,
    ],
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  assertEquals(
    text.decode(stdout).trim(),
    "600 loaded; Could not load 1 - Cannot load plugin 1: it was unloaded meanwhile",
    text.decode(stderr),
  );
});

Deno.test("a failed load forgets what the code contributes", {
  permissions: "none",
}, async () => {
  using db = new DatabaseSync(":memory:");
  const flag = `fails-${crypto.randomUUID()}`;
  const source = COUNTER.replace(
    "config:",
    `init() { if (globalThis["${flag}"]) throw new Error("no"); }, config:`,
  );
  Reflect.set(globalThis, flag, true);
  await using first = new PluginHandler(db);
  const id = save(first, "counter", source);
  await assertRejects(() => first.loadPlugin(id), PluginError);
  Reflect.deleteProperty(globalThis, flag);

  await using handler = new PluginHandler(db, { activation: "lazy" });
  await handler.loadAllPlugins();
  assertEquals(handler.getHealth(id).state, "active");
});

Deno.test("a load that fails gives its table's name back", {
  permissions: "none",
}, async () => {
  await using handler = inMemory();
  const broken = notesSource().replace(
    "events:",
    `init({ table }) { table.insert({ text: "x" }); throw new Error("no"); },
    events:`,
  );
  const first = save(handler, "first", broken);
  const second = save(handler, "second", notesSource());
  await assertRejects(() => handler.loadPlugin(first), PluginError);
  await handler.loadPlugin(second);
  assertEquals(handler.getServerHooks(second).table!.count(), 0);
});

Deno.test("failed loads in a row set a plugin aside, across restarts", {
  permissions: "none",
}, async () => {
  using db = new DatabaseSync(":memory:");
  await using first = new PluginHandler(db, { quarantineAfter: 2 });
  const id = save(first, "bad", `throw new TypeError("no luck");`);
  await assertRejects(() => first.loadPlugin(id), PluginError, "no luck");
  await assertRejects(() => first.loadPlugin(id), PluginError, "no luck");
  assertEquals(first.getHealth(id).state, "quarantined");

  await using handler = new PluginHandler(db);
  assertEquals(handler.getHealth(id).state, "quarantined");
  assert(handler.getHealth(id).reason!.includes("no luck"));
  await assertRejects(
    () => handler.loadPlugin(id),
    PluginError,
    "enablePlugin",
  );
  assertEquals(handler.enablePlugin(id).success, true);
  await assertRejects(() => handler.loadPlugin(id), PluginError, "no luck");
});

for (const importer of ["blob", "data"] as const) {
  Deno.test(`importer "${importer}" loads plugins`, {
    permissions: "none",
  }, async () => {
    await using handler = inMemory({ importer });
    const id = save(
      handler,
      "where",
      `export default {
      name: import.meta.url.slice(0, 5), config: {},
    };`,
    );
    const { name } = await handler.loadPlugin(id);
    assertEquals(name, `${importer}:`);
  });
}

Deno.test("many plugins that import from outside load in turns", {
  permissions: { read: true, write: true },
}, async () => {
  const path = await Deno.makeTempFile({ suffix: ".js" });
  await Deno.writeTextFile(path, "export default 1;");
  await using handler = inMemory();
  for (let index = 0; index < 60; index++) {
    const source = `import "${toFileUrl(path)}"; ${COUNTER}//${index}`;
    save(handler, `p${index}`, source);
  }
  const { successes, errors } = await handler.loadAllPlugins();
  await Deno.remove(path);
  assertEquals([successes.length, errors], [60, []]);
});
