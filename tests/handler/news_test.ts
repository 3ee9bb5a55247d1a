/**
 * What is said of plugins: to listeners, to other plugins, and to the log.
 *
 * @module
 */
import PluginHandler, {
  type LifecycleEvent,
  type LifecycleEventName,
  type PluginError,
  type PluginHandlerOptions,
} from "@dockstat/plugin-handler";
import { configure, type LogRecord, reset } from "@logtape/logtape";
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { DatabaseSync } from "node:sqlite";
import { bothWays } from "../sandbox/both_ways.ts";
import { waitFor } from "../wait_for.ts";
import { actionsSource, get, post, rowOf, save } from "./plugins.ts";

const EVENTS: readonly LifecycleEventName[] = [
  "plugin:installed",
  "plugin:updated",
  "plugin:rolledBack",
  "plugin:loaded",
  "plugin:unloaded",
  "plugin:failed",
  "plugin:quarantined",
  "plugin:recovered",
  "plugin:disabled",
  "plugin:enabled",
  "plugin:deleted",
];

/** A handler, and all that it says. */
class Told implements AsyncDisposable {
  readonly handler: PluginHandler;
  readonly news: (readonly [string, LifecycleEvent])[] = [];
  readonly records: LogRecord[];

  private constructor(
    records: LogRecord[],
    ...[db, options]: ConstructorParameters<typeof PluginHandler>
  ) {
    this.records = records;
    this.handler = new PluginHandler(db, options);
    for (const event of EVENTS) {
      this.handler.on(event, (about) => {
        this.news.push([event, about as LifecycleEvent]);
      });
    }
  }

  static async with(
    options: PluginHandlerOptions = {},
    db: DatabaseSync | string = ":memory:",
  ): Promise<Told> {
    const records: LogRecord[] = [];
    await configure({
      sinks: { list: (record) => records.push(record) },
      loggers: [
        { category: ["logtape", "meta"], lowestLevel: "error" },
        { category: [], sinks: ["list"] },
      ],
      reset: true,
    });
    return new Told(records, db, options);
  }

  /** The lines that were logged at a level, with their categories. */
  logged(level: LogRecord["level"]): string[] {
    return this.records.filter((record) => record.level === level)
      .map(({ category, message }) =>
        `${category.join(".")} ${message.join("").split("\n")[0]}`
      );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.handler.close();
    await reset();
  }
}

const FINE = actionsSource({ ok: "() => 1" });

Deno.test("on() hears of everything that becomes of a plugin", async () => {
  await using told = await Told.with({ quarantineAfter: 1 });
  const { handler, news } = told;
  const id = save(handler, "a", FINE);
  await handler.loadPlugin(id);
  handler.disablePlugin(id, "too loud");
  handler.enablePlugin(id);
  handler.savePlugin(rowOf("a", FINE, { version: "2.0.0" }), true);
  assert((await handler.rollbackPlugin(id, "1.0.0")).success);
  const broken = rowOf("a", "throw new Error('no')", { version: "3.0.0" });
  handler.savePlugin(broken, true);
  await assertRejects(() => handler.loadPlugin(id));
  handler.deletePlugin(id);
  assertEquals(
    news.map(([event, { version, reason }]) =>
      [event, version, reason?.split(":")[0]].join(" ").trim()
    ),
    [
      "plugin:installed 1.0.0",
      "plugin:loaded 1.0.0",
      "plugin:unloaded 1.0.0",
      "plugin:disabled 1.0.0 too loud",
      "plugin:enabled 1.0.0",
      "plugin:updated 2.0.0",
      "plugin:rolledBack 1.0.0",
      "plugin:updated 3.0.0",
      'plugin:failed 3.0.0 Cannot load plugin "a@3.0.0"',
      'plugin:quarantined 3.0.0 Cannot load plugin "a@3.0.0"',
      "plugin:deleted 3.0.0",
    ],
  );
  assert(news.every(([, about]) => about.id === id && about.name === "a"));
  const failed = news.find(([event]) => event === "plugin:failed")![1];
  assertEquals((failed.error as PluginError).code, "LOAD_FAILED");
});

Deno.test("plugins hear of each other, and never of themselves", async () => {
  await using told = await Told.with({
    isolation: ({ name }) => name === "isolated" ? "process" : "inline",
  });
  const { handler } = told;
  const listens = `export default {
    config: {
      actions: { heard: () => globalThis.heard ?? [] },
      apiRoutes: { "/heard": { method: "GET", actions: ["heard"] } },
    },
    events: {
      "plugin:disabled": (about) => {
        (globalThis.heard ??= []).push({ ...about });
      },
      "plugin:loaded": ({ name }) => {
        (globalThis.heard ??= []).push({ loaded: name });
      },
    },
  };`;
  const inline = save(handler, "inline", listens);
  const isolated = save(handler, "isolated", listens);
  await handler.loadPlugins([inline, isolated]);
  const other = save(handler, "other", FINE);
  handler.disablePlugin(other, "because");
  const heard = (id: number) =>
    handler.handleRoute(id, "/heard", get()) as Promise<unknown[]>;
  await waitFor(
    "both heard",
    async () =>
      (await heard(inline)).length > 1 && (await heard(isolated)).length > 0,
  );
  const plain = { id: other, name: "other", version: "1.0.0" };
  assertEquals(await heard(inline), [
    { loaded: "isolated" },
    { ...plain, reason: "because" },
  ]);
  assertEquals(await heard(isolated), [plain]);
  Reflect.deleteProperty(globalThis, "heard");
});

Deno.test("a listener that throws is logged, and changes nothing", async () => {
  await using told = await Told.with();
  told.handler.on("plugin:installed", () => {
    throw new Error("not me");
  });
  const id = save(told.handler, "a", FINE);
  await told.handler.loadPlugin(id);
  assertEquals(told.logged("error"), [
    "plugin-handler A listener of plugin:installed failed",
  ]);
});

Deno.test("what becomes of a plugin is logged under its name", async () => {
  await using told = await Told.with({ loggerParents: ["agent"] });
  const { handler } = told;
  const id = save(handler, "a{b}", FINE);
  await handler.loadPlugin(id);
  handler.disablePlugin(id, "{why}");
  handler.enablePlugin(id);
  handler.deletePlugin(id);
  assertEquals(told.logged("info"), [
    'agent.plugin-handler.a{b} Plugin "a{b}@1.0.0" was installed',
    'agent.plugin-handler.a{b} Plugin "a{b}@1.0.0" is loaded',
    'agent.plugin-handler.a{b} Plugin "a{b}@1.0.0" is unloaded',
    'agent.plugin-handler.a{b} Plugin "a{b}@1.0.0" was disabled: {why}',
    'agent.plugin-handler.a{b} Plugin "a{b}@1.0.0" was enabled',
    'agent.plugin-handler.a{b} Plugin "a{b}@1.0.0" was deleted',
  ]);
  assertEquals(told.logged("error"), []);
});

Deno.test("what is refused is logged as a warning", async () => {
  await using told = await Told.with();
  const { handler } = told;
  save(handler, "a", FINE);
  handler.savePlugin(rowOf("a", FINE));
  handler.deletePlugin(99);
  await handler.installFromManifestLink("http://127.0.0.1:1/manifest.json");
  const warnings = told.logged("warning");
  assertEquals(warnings.length, 3);
  assertMatch(warnings[0]!, /plugin-handler Cannot save plugin "a"/);
  assertEquals(told.logged("error"), []);
});

const FAILING = `export default {
  config: {
    table: { name: "own", columns: { id: { type: "INTEGER", primaryKey: true } } },
    actions: {
      fail() { throw new TypeError("out of {stock}"); },
      twice: ({ table }) => { table.insert({ id: 1 }); table.insert({ id: 1 }); },
    },
    apiRoutes: {
      "/fail": { method: "GET", actions: ["fail"] },
      "/twice": { method: "POST", actions: ["twice"] },
    },
  },
  events: { tick() { throw new Error("no hook"); } },
};`;

Deno.test("a failure is logged once, with all that is known of it", async () => {
  await using told = await Told.with();
  const { handler, records } = told;
  const id = save(handler, "shop", FAILING, { version: "1.2.3" });
  await handler.loadPlugin(id);
  records.length = 0;
  await handler.fetch(new Request("http://host/plugins/shop/routes/fail"));
  await handler.emit("tick");
  await assertRejects(() => handler.handleRoute(id, "/twice", post({})));
  assertEquals(
    records.map(({ level, category }) => [level, category.join(".")]),
    [
      ["error", "plugin-handler.shop"],
      ["error", "plugin-handler.shop"],
      ["warning", "plugin-handler.shop"],
    ],
  );
  const [action, hook, constraint] = records.map(({ properties }) =>
    properties
  );
  assertEquals(
    [action!.plugin, action!.version, action!.action, action!.code],
    ["shop", "1.2.3", "fail", "ACTION_FAILED"],
  );
  assertMatch(
    String(action!.stack),
    /TypeError: out of \{stock\}\n +at \S*fail \(?shop@1\.2\.3:\d+:\d+/,
  );
  assertMatch(
    records[0]!.message.join(""),
    /^Action "fail" of plugin "shop" failed \(ACTION_FAILED\)\n.*out of \{stock\}/s,
  );
  assertEquals([hook!.event, hook!.code], ["tick", "ACTION_FAILED"]);
  assertEquals([constraint!.action, constraint!.code], [
    "twice",
    "CONSTRAINT_FAILED",
  ]);
});

Deno.test("failures that repeat are summed up every ten seconds", async () => {
  await using told = await Told.with();
  using time = new FakeTime();
  const { handler } = told;
  const id = save(handler, "shop", FAILING);
  await handler.loadPlugin(id);
  const fail = async (times: number) => {
    for (let i = 0; i < times; i++) {
      await handler.handleRoute(id, "/fail", get()).catch(() => {});
    }
  };
  await fail(1_000);
  assertEquals(told.logged("error").length, 1);
  await handler.emit("tick");
  assertEquals(told.logged("error").length, 2);
  await time.tickAsync(10_000);
  assertEquals(told.logged("error").slice(2), [
    'plugin-handler.shop Action "fail" of plugin "shop" failed (ACTION_FAILED), and 999 more times in 10 s',
  ]);
  await fail(5);
  await time.tickAsync(10_000);
  assertEquals(told.logged("error").length, 4);
  await time.tickAsync(20_000);
  await fail(1);
  assertEquals(told.logged("error").length, 5);
  await fail(7);
  await handler.close();
  assertMatch(told.logged("error").at(-1)!, /and 7 more times/);
});

Deno.test("exposeErrors: false keeps what plugins say from clients, and the log repeats the number", async () => {
  await using told = await Told.with({
    exposeErrors: false,
    exposeStacks: true,
  });
  const { handler, records } = told;
  const id = save(
    handler,
    "shop",
    FAILING.replace(
      "fail() {",
      "async *stream() { yield 1; throw new Error('secret 3') }, fail() {",
    )
      .replace(
        '"/fail":',
        '"/stream": { method: "GET", actions: ["stream"] }, "/fail":',
      ),
  );
  await handler.loadPlugin(id);
  const ask = async (path: string, init: RequestInit = {}) => {
    const url = `http://host/plugins/shop/routes${path}`;
    return await (await handler.fetch(new Request(url, init))).text();
  };
  const text = await ask("/fail");
  assert(!/stock|shop@/.test(text), text);
  const { detail, errorId, code, action } = JSON.parse(text);
  assertEquals([code, action], ["ACTION_FAILED", "fail"]);
  assertEquals(detail, `Action failed (error ${errorId})`);
  const [logged] = records.filter(({ properties }) =>
    properties.errorId === errorId
  );
  assert(String(logged!.properties.stack).includes("out of {stock}"));
  assertEquals(JSON.parse(await ask("/fail")).errorId, errorId);

  const twice = JSON.parse(await ask("/twice", { method: "POST", body: "{}" }));
  assertEquals([twice.code, twice.columns], ["CONSTRAINT_FAILED", undefined]);
  assert(!JSON.stringify(twice).includes("own"));
  const missing = JSON.parse(await ask("/nothing"));
  assert(missing.detail.includes("/nothing"));

  handler.disablePlugin(id, "the key is 1234");
  const disabled = await ask("/fail");
  assert(!disabled.includes("1234"));
  const { errorId: other } = JSON.parse(disabled);
  assert(records.some(({ properties }) => properties.errorId === other));
});

bothWays(
  "hides what breaks a stream, and a page, where errors are not exposed",
  async (way) => {
    const id = await way.load(`export default {
      config: {
        actions: {
          async *stream() { yield 1; throw new Error("secret 3"); },
          fail() { throw new Error("secret 4"); },
        },
        apiRoutes: {
          "/stream": { method: "GET", actions: ["stream"] },
          "/fail": { method: "GET", actions: ["fail"] },
        },
        frontend: { routes: [{
          path: "/page",
          template: { id: "p", name: "P", layout: { type: "flex" }, widgets: [] },
          loaders: [{ id: "it", apiRoute: "/fail", method: "GET" }],
          actions: [{ id: "it", type: "api", apiRoute: "/fail", method: "GET" }],
        }] },
      },
    };`);
    const response = await way.handler.fetch(
      new Request("http://host/plugins/plugin/routes/stream", {
        headers: { accept: "text/event-stream" },
      }),
    );
    const text = await response.text();
    assertMatch(text, /event: error\ndata: .*\(error [0-9a-f]{8}\)/);
    assert(!text.includes("secret"), text);
    const [, number] = /\(error ([0-9a-f]{8})\)/.exec(text)!;
    await waitFor(
      "it is logged",
      () => way.logs.some((line) => line.includes("secret 3")),
    );
    const loaded = await way.handler.executeLoader(id, "/page", "it");
    const ran = await way.handler.executeAction(id, "/page", "it");
    for (const { error } of [loaded!, ran!]) {
      assertMatch(error!, /^Action failed \(error [0-9a-f]{8}\)$/);
    }
    assertEquals(number!.length, 8);
    way.handler.disablePlugin(id, "secret 5");
    const gone = await way.handler.executeLoader(id, "/page", "it");
    assertMatch(gone!.error!, /^Plugin disabled \(error/);
  },
  { exposeErrors: false },
);

bothWays("says on a page why a plugin is out of service", async (way) => {
  const id = await way.load(FINE);
  assertEquals(await way.handler.executeLoader(id, "/page", "it"), null);
  way.handler.disablePlugin(id, "too loud");
  const loaded = await way.handler.executeLoader(id, "/page", "it");
  const ran = await way.handler.executeAction(id, "/page", "it");
  for (const result of [loaded!, ran!]) {
    assertEquals(result.success, false);
    assertMatch(result.error!, /it is disabled \(too loud\)/);
  }
});

Deno.test("the host's trouble is logged under the handler's name, not the plugin's", async () => {
  using db = new DatabaseSync(":memory:");
  await using told = await Told.with({}, db);
  const { handler } = told;
  const source = FAILING.replace(
    "fail() {",
    "fill({ table }) { for (let id = 0; id < 10_000; id++) table.insert({ id }) }, fail() {",
  ).replace(
    '"/fail":',
    '"/fill": { method: "GET", actions: ["fill"] }, "/fail":',
  );
  const id = save(handler, "shop", source);
  await handler.loadPlugin(id);
  const { page_count } = db.prepare("PRAGMA page_count").get()!;
  db.exec(`PRAGMA max_page_count = ${page_count}`);
  await assertRejects(() => handler.handleRoute(id, "/fill", get()));
  const [line] = told.logged("error");
  assertMatch(
    line!,
    /^plugin-handler The host could not do what action "fill" of plugin "shop" asked for \(STORE_FAILED\)/,
  );
});
