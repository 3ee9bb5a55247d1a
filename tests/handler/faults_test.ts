/**
 * Whose fault a failure is, in both ways of running a plugin: what a client
 * sends takes a plugin away from nobody, and the host's trouble is nobody's
 * failure.
 *
 * @module
 */
import { ConstraintError, PluginError } from "@dockstat/plugin-handler";
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
} from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { bothWays, type Way } from "../sandbox/both_ways.ts";
import { PluginHandler } from "@dockstat/plugin-handler";
import { get, post, save } from "./plugins.ts";

const PEOPLE = `export default {
  config: {
    table: {
      name: "people",
      columns: {
        id: { type: "INTEGER", primaryKey: true, autoincrement: true },
        name: { type: "TEXT", notNull: true, unique: true },
        age: { type: "INTEGER", check: "age > 0" },
      },
    },
    actions: {
      add: ({ table, body }) => table.insert(body).insertId,
      later: async ({ table, body }) => { await 1; return table.insert(body).insertId },
      count: ({ table }) => table.count(),
    },
    apiRoutes: {
      "/add": { method: "POST", actions: ["add"] },
      "/later": { method: "POST", actions: ["later"] },
      "/count": { method: "GET", actions: ["count"] },
    },
  },
};`;

async function problem(way: Way, path: string, body: unknown) {
  const response = await way.handler.fetch(
    new Request(`http://host/plugins/plugin/routes${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
  return [response.status, await response.json()] as const;
}

bothWays("answers for a broken constraint, and goes on", async (way) => {
  const id = await way.load(PEOPLE);
  await way.tell("/add", { name: "ada", age: 36 });
  for (const path of ["/add", "/later"]) {
    const cases = [
      [{ name: "ada", age: 1 }, 409, "unique", ["people.name"]],
      [{ name: "bob", age: -1 }, 422, "check", undefined],
      [{ age: 1 }, 422, "not null", ["people.name"]],
    ] as const;
    for (const [body, status, constraint, columns] of cases) {
      const [answered, details] = await problem(way, path, body);
      assertEquals([answered, details.code], [status, "CONSTRAINT_FAILED"]);
      assertEquals([details.constraint, details.columns, details.pluginId], [
        constraint,
        columns,
        id,
      ]);
    }
  }
  const error = await assertRejects(() => way.tell("/add", { name: "ada" }));
  assertInstanceOf(error, ConstraintError);
  assert(error.message.startsWith('Cannot finish action "add" of plugin'));
  for (let time = 0; time < 10; time++) await problem(way, "/add", { age: 1 });
  assertEquals(way.handler.getHealth(id).state, "degraded");
  assertEquals(way.handler.getLoadedPlugins(), [id]);
  assertEquals(await way.ask("/count"), 1);
}, { quarantineAfter: 2 });

bothWays(
  "knows a plugin's own refusal from a broken constraint",
  async (way) => {
    await way.load(`export default { config: {
    actions: { no: () => { throw new Error("UNIQUE constraint failed: a.b") } },
    apiRoutes: { "/no": { method: "POST", actions: ["no"] } },
  } }`);
    const [status, { code }] = await problem(way, "/no", {});
    assertEquals([status, code], [500, "ACTION_FAILED"]);
  },
);

Deno.test("a full disk is the host's trouble, and nobody's failure", async () => {
  using db = new DatabaseSync(":memory:");
  await using handler = new PluginHandler(db, { quarantineAfter: 2 });
  const code = PEOPLE.replace(
    "count: (",
    `wrapped: ({ table, body }) => {
    try { table.insert(body) } catch (cause) { throw new Error("sorry", { cause }) }
  }, count: (`,
  ).replace(
    `"/count":`,
    `"/wrapped": { method: "POST", actions: ["wrapped"] }, "/count":`,
  ).replace(
    "export default {",
    `export default { events: { tick: (body, { table }) => {
      table.insert({ name: body.name }) } },`,
  );
  const id = save(handler, "people", code);
  await handler.loadPlugin(id);
  const { page_count } = db.prepare("PRAGMA page_count").get()!;
  db.exec(`PRAGMA max_page_count = ${page_count}`);
  const body = { name: "x".repeat(100_000) };
  for (const path of ["/add", "/later", "/wrapped", "/add", "/later"]) {
    const error = await assertRejects(
      () => handler.handleRoute(id, path, post(body)),
      PluginError,
    );
    assertEquals([error.code, error.status], ["STORE_FAILED", 503]);
    assert(error.message.includes("is full"), error.message);
  }
  const { failed } = await handler.emit("tick", body);
  assertEquals(failed.length, 1);
  await handler.emit("tick", body);
  await handler.emit("tick", body);
  const { state, actions, hooks, lastError } = handler.getHealth(id);
  assertEquals([state, lastError], ["active", undefined]);
  assertEquals([actions.add?.failures, hooks.tick?.failures], [0, 0]);
  assertEquals(await handler.handleRoute(id, "/count", get()), 0);
  const response = await handler.fetch(
    new Request("http://host/plugins/people/routes/add", post(body)),
  );
  assertEquals(response.status, 503);
  await response.body?.cancel();
});

const LENGTH = `export default {
  config: {
    actions: { size: ({ body }) => body.length },
    apiRoutes: { "/size": { method: "POST", actions: ["size"] } },
  },
  events: { tick() {} },
};`;

bothWays("refuses a body that no process could be handed", async (way) => {
  const id = await way.load(LENGTH);
  const send = async (body: BodyInit) => {
    const url = "http://host/plugins/plugin/routes/size";
    const response = await way.handler.fetch(
      new Request(url, { method: "POST", body }),
    );
    const text = await response.text();
    return response.ok ? Number(text) : JSON.parse(text).code;
  };
  for (let time = 0; time < 3; time++) {
    assertEquals(await send("x".repeat(17 * 1024 * 1024)), "BODY_TOO_LARGE");
    const streamed = new Blob(["x".repeat(17 * 1024 * 1024)]).stream();
    assertEquals(await send(streamed), "BODY_TOO_LARGE");
  }
  assertEquals(await send("x".repeat(14 * 1024 * 1024)), 14 * 1024 * 1024);
  const { state, failureRate } = way.handler.getHealth(id);
  assertEquals([state, failureRate], ["active", 0]);
}, { quarantineAfter: 2, maxBodyBytes: 64 * 1024 * 1024 });

bothWays("blames no plugin for what the host emits", async (way) => {
  const id = await way.load(LENGTH);
  for (let time = 0; time < 5; time++) {
    const { failed } = await way.handler.emit("tick", { call: () => {} });
    const codes = failed.map(({ error }) => error.code);
    const isInline = way.isolation === "inline";
    assertEquals(codes, isInline ? [] : ["INVALID_REQUEST"]);
  }
  const { state, lastError } = way.handler.getHealth(id);
  assertEquals([state, lastError], ["active", undefined]);
  assertEquals((await way.handler.emit("tick", { plain: 1 })).delivered, 1);
}, { quarantineAfter: 2 });

/** A plugin out of service, and what is said of it everywhere. */
const OUT_OF_SERVICE: readonly (readonly [
  string,
  number,
  string,
  (way: Way, id: number) => unknown,
])[] = [
  [
    "PLUGIN_DISABLED",
    409,
    "too loud",
    (way, id) => way.handler.disablePlugin(id, "too loud"),
  ],
  ["PLUGIN_QUARANTINED", 503, "boom", async (way) => {
    await way.handler.emit("tick", { fail: true });
    await way.handler.emit("tick", { fail: true });
  }],
  [
    "PLUGIN_NOT_LOADED",
    409,
    "not loaded",
    (way, id) => way.handler.unloadPlugin(id),
  ],
  ["LOAD_FAILED", 500, "not today", async (way, id) => {
    way.handler.unloadPlugin(id);
    const plugin = "throw new Error('not today')";
    const row = { name: "plugin", version: "2.0.0", repository: "r" };
    way.handler.savePlugin({ ...row, manifest: "m", author: {}, plugin }, true);
    await way.handler.loadPlugin(id).catch(() => {});
  }],
  [
    "PLUGIN_NOT_FOUND",
    404,
    "no such plugin",
    (way, id) => way.handler.deletePlugin(id),
  ],
];

for (const [code, status, text, take] of OUT_OF_SERVICE) {
  bothWays(
    `says everywhere why a plugin does not answer: ${code}`,
    async (way) => {
      const id = await way.load(`export default {
      config: {
        actions: { ok: () => "fine" },
        apiRoutes: { "/ok": { method: "GET", actions: ["ok"] } },
      },
      events: { tick({ fail }) { if (fail) throw new Error("boom") } },
    };`);
      const hook = way.handler.getHookHandlers().get(id)!.tick as (
        payload: unknown,
      ) => unknown;
      await take(way, id);
      const refusals = [
        () => way.ask("/ok"),
        async () => await hook({ fail: false }),
      ];
      for (const refuse of refusals) {
        const error = await assertRejects(refuse, PluginError);
        assertEquals([error.code, error.status], [code, status]);
        assert(error.message.includes(text), error.message);
      }
      const response = await way.handler.fetch(
        new Request("http://host/plugins/plugin/routes/ok"),
      );
      assertEquals(response.status, status);
      assertEquals(
        response.headers.get("retry-after"),
        code === "PLUGIN_QUARANTINED" ? "5" : null,
      );
      const details = await response.json();
      assertEquals(details.code, code);
      assert(details.detail.includes(text), details.detail);
    },
    { quarantineAfter: 2 },
  );
}
