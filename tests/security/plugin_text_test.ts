/**
 * Text that plugins wrote, read by the host: however it is written, reading it
 * takes a time that grows no faster than its length, and much of it is refused.
 *
 * @module
 */
import {
  type ActionError,
  PluginError,
  PluginHandler,
  type PluginHandlerOptions,
} from "@dockstat/plugin-handler";
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { hookForm } from "../../src/execution/reads_payload.ts";
import { RouteTable } from "../../src/routing/mod.ts";
import { nameModule } from "../../src/shared/stack/module_labels.ts";
import {
  nameStack,
  readableStack,
} from "../../src/shared/stack/readable_stack.ts";
import { readTable } from "../../src/sqlite/schema/table_text.ts";
import { tokenize } from "../../src/sqlite/sql/sql_text.ts";
import { save } from "../handler/plugins.ts";
import { AttackedHandler, pluginOf } from "./attacked_handler.ts";

/** What takes time with the square of the length takes hours for this. */
const HOSTILE_MS = 30_000;

async function soon<R>(what: string, act: () => R | Promise<R>): Promise<R> {
  const started = performance.now();
  const value = await act();
  const took = performance.now() - started;
  assert(took < HOSTILE_MS, `${what} took ${took} ms`);
  return value;
}

function bothWays(
  name: string,
  check: (options: PluginHandlerOptions) => Promise<void>,
): void {
  for (const isolation of ["inline", "process"] as const) {
    Deno.test(`${name} (${isolation})`, () => check({ isolation }));
  }
}

for (
  const [what, stack] of Object.entries({
    "beginnings of addresses": "data:".repeat(200_000),
    "ends of addresses": "//dockstat-1.".repeat(80_000),
    "icons": "<img src='data:image/png;base64,iVBORw0KGgo='> ".repeat(20_000),
    "blank lines": "\n   ".repeat(250_000),
    "frames": "    at x (blob:null/)\n".repeat(50_000),
    "colours": "\x1b[".repeat(400_000),
  })
) {
  Deno.test(`readableStack() reads a megabyte of ${what} at once`, async () => {
    const error = new Error("x");
    error.stack = stack;
    await soon(what, () => {
      nameStack(error);
      readableStack(error);
    });
  });
}

Deno.test("nameStack() names a module wherever its address begins", () => {
  nameModule("dockstat-990001", { id: 1, label: "one@1.0.0", loader: {} });
  const error = new Error("x");
  error.stack =
    "data:data: data:text/javascript,1//dockstat-990001.js:1:2\ndata://dockstat-990002.js";
  nameStack(error);
  assertEquals(
    error.stack,
    "data:data: one@1.0.0js:1:2\ndata://dockstat-990002.js",
  );
});

Deno.test("nameStack() withstands errors that throw when they are read", () => {
  const throwing = (key: string) =>
    Object.defineProperty(new Error("x"), key, {
      get() {
        throw new Error("on purpose");
      },
    });
  for (const key of ["stack", "message", "cause", "errors", "name"]) {
    nameStack(throwing(key));
    readableStack(throwing(key));
  }
  const hostile = new Proxy(new Error("x"), {
    getPrototypeOf() {
      throw new Error("on purpose");
    },
  });
  nameStack(hostile);
  readableStack(hostile);
});

for (
  const unit of ["[", "'", '"', "`", "/*", "x'", "--", "('", "[/*", ":", "1e+"]
) {
  Deno.test(`tokenize() reads ${unit} 300,000 times at once`, async () => {
    const sql = unit.repeat(300_000);
    const tokens = await soon(unit, () => tokenize(sql));
    assertEquals(tokens.map(({ text }) => text).join(""), sql);
    await soon(unit, () => readTable(`CREATE TABLE x (${sql})`));
  });
}

for (
  const unit of ["async ", "function ", " ", "{", "}", "} =", "for (", "a.b "]
) {
  Deno.test(`hookForm() reads ${unit} 100,000 times at once`, async () => {
    for (const around of [["(", ")"], ["async", "x"], ["(e) => e", "e"]]) {
      const hook = () => {};
      const source = `${around[0]}${unit.repeat(100_000)}${around[1]}`;
      // The text of a function is what its `toString()` says.
      const { toString } = Function.prototype;
      Function.prototype.toString = () => source;
      try {
        await soon(unit, () => hookForm(hook));
      } finally {
        Function.prototype.toString = toString;
      }
    }
  });
}

Deno.test("RouteTable matches in a time that grows with its routes", async () => {
  const paths = Array.from(
    { length: 1_000 },
    (_, index) =>
      Array.from({ length: 20 }, (_, at) => index >> (at % 10) & 1 ? ":p" : "a")
        .join("/"),
  );
  await soon("matching", () => {
    const table = new RouteTable(
      paths.map((path) => ({ path, methods: ["GET"], value: path })),
    );
    for (let call = 0; call < 100; call++) {
      table.match("GET", "/a".repeat(20) + "/b");
      table.match("GET", "/a".repeat(100_000));
    }
  });
});

bothWays(
  "an error that quotes a megabyte of icons is answered",
  async (options) => {
    await using it = await AttackedHandler.with(
      pluginOf(`x: () => { throw new Error(("<img src='data:image/png;base64,"
      + "A".repeat(250) + "'>").repeat(3_000)) }`),
      { ...options, exposeStacks: true },
    );
    const response = await soon("the answer", () => it.fetch("x"));
    assertEquals(response.status, 500);
    assert((await response.text()).length < 200_000);
  },
);

const TOO_MUCH: Record<string, [code: string, message: RegExp]> = {
  "a check of 80,000 brackets": [
    `{ config: { table: { name: "t", columns: { a: { type: "TEXT", check: "[".repeat(80_000) } } } } }`,
    /check must have at most 10000 characters/,
  ],
  "a check that never closes": [
    `{ config: { table: { name: "t", columns: { a: { type: "TEXT", check: "[".repeat(9_000) } } } } }`,
    /open quote or comment/,
  ],
  "100,000 columns": [
    `{ config: { table: { name: "t", columns: Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => ["c" + i, { type: "TEXT" }])) } } }`,
    /columns must have at most 500 columns/,
  ],
  "a route of a million segments": [
    `{ config: { actions: { a() {} }, apiRoutes: { ["/a".repeat(1_000_000)]: { method: "GET", actions: ["a"] } } } }`,
    /must have at most 2048 characters in its path/,
  ],
  "50,000 routes": [
    `{ config: { actions: { a() {} }, apiRoutes: Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => ["/" + i, { method: "GET", actions: ["a"] }])) } }`,
    /must have at most 1000 routes/,
  ],
  "50,000 actions": [
    `{ config: { actions: Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => ["a" + i, () => 1])) } }`,
    /must have at most 1000 actions/,
  ],
  "50,000 events": [
    `{ events: Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => ["a" + i, () => 1])) }`,
    /must have at most 1000 events/,
  ],
  "an action with a name of a megabyte": [
    `{ config: { actions: { ["a".repeat(1_000_000)]: () => 1 } } }`,
    /must have at most 200 characters in its name/,
  ],
  "a page that holds the same value 2^40 times": [
    `{ config: { frontend: { routes: [{ path: "/", template: (() => {
      let a = ["x"]; for (let i = 0; i < 40; i++) a = [a, a]; return { a } })() }] } } }`,
    /must not hold more than 100000 values/,
  ],
  "a template of 5 MB": [
    `{ config: { frontend: { routes: [{ path: "/", template: "x".repeat(5_000_000) }] } } }`,
    /must have at most 1000000 characters/,
  ],
  "100,000 problems": [
    `{ config: { table: { name: "t", columns: Object.fromEntries(Array.from({ length: 400 }, (_, i) => ["c".repeat(190) + i, 1])) } } }`,
    /must be made with column/,
  ],
};

for (const [what, [definition, message]] of Object.entries(TOO_MUCH)) {
  bothWays(`a plugin that declares ${what} is refused`, async (options) => {
    await using handler = new PluginHandler(":memory:", {
      ...options,
      loadTimeoutMs: 60_000,
    });
    const id = save(handler, "attacker", `export default ${definition}`);
    const error = await soon(
      what,
      () => assertRejects(() => handler.loadPlugin(id), Error),
    );
    assertMatch(error.message, message);
    assert(error.message.length < 10_000);
  });
}

bothWays(
  "warnings without end are told as a hundred lines",
  async (options) => {
    await using handler = new PluginHandler(":memory:", options);
    const id = save(
      handler,
      "attacker",
      `export default { config: { actions: {}, apiRoutes: Object.fromEntries(
      Array.from({ length: 1_000 }, (_, i) => ["/" + "r".repeat(1_000) + i,
        { method: "GET", actions: ["missing" + "m".repeat(1_000)] }])) } }`,
    );
    await handler.loadPlugin(id);
    const stored = JSON.stringify(handler.getStatus());
    assert(stored.length < 5_000_000, `${stored.length} characters`);
  },
);

bothWays("a template of nested aliases is not walked", async (options) => {
  const yaml = "loaders:\n  - id: all\n    apiRoute: /all\n    method: POST\n" +
    '    body: "{{state}}"\nstate:\n  initial:\n    a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n' +
    Array.from(
      { length: 9 },
      (_, i) => `    a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}*a${i}]\n`,
    ).join("");
  await using handler = new PluginHandler(":memory:", options);
  const id = save(
    handler,
    "attacker",
    `export default { config: {
    actions: { all: () => 1 }, apiRoutes: { "/all": { method: "POST", actions: ["all"] } },
    frontend: { routes: [{ path: "/", template: ${
      JSON.stringify(yaml)
    } }] } } }`,
  );
  await handler.loadPlugin(id);
  await soon("the loaders", () => handler.executeRouteLoaders(id, "/"));
});

bothWays(
  "a body that names the state very often is not made",
  async (options) => {
    await using handler = new PluginHandler(":memory:", options);
    const id = save(
      handler,
      "attacker",
      `export default { config: {
    actions: { all: () => 1 }, apiRoutes: { "/all": { method: "POST", actions: ["all"] } },
    frontend: { routes: [{ path: "/", template: {
      state: { initial: { text: "x".repeat(500_000) } },
      loaders: [
        { id: "list", apiRoute: "/all", method: "POST", body: Array(20_000).fill("{{state}}") },
        { id: "text", apiRoute: "/all", method: "POST", body: "{{state}} ".repeat(50_000) },
        { id: "key", apiRoute: "/all", cache: { ttl: 1000, key: "{{state}} ".repeat(50_000) } }],
      actions: [
        { id: "set", type: "setState", stateUpdates: { a: Array(20_000).fill("{{state}}") } },
        { id: "fails", type: "api", apiRoute: "/no", onError: { setState: { a: "{{state}} ".repeat(50_000) } } }],
    } }] } } }`,
    );
    await handler.loadPlugin(id);
    const { results } = await soon(
      "the loaders",
      () => handler.executeRouteLoaders(id, "/"),
    );
    assertEquals(results.map(({ success }) => success), [false, false, false]);
    for (const action of ["set", "fails"]) {
      const result = await soon(
        action,
        () => handler.executeAction(id, "/", action),
      );
      assertEquals(result?.success, false);
    }
  },
);

bothWays(
  "a page takes so much of an endless body, and no more",
  async (options) => {
    await using handler = new PluginHandler(":memory:", options);
    const id = save(
      handler,
      "attacker",
      `export default { config: {
    actions: { endless: () => new Response(new ReadableStream({
      pull(out) { out.enqueue(new Uint8Array(65_536).fill(65)) } })) },
    apiRoutes: { "/endless": { method: "GET", actions: ["endless"] } },
    frontend: { routes: [{ path: "/", template: {},
      loaders: [{ id: "all", apiRoute: "/endless" }] }] } } }`,
    );
    await handler.loadPlugin(id);
    const { results } = await soon(
      "the loader",
      () => handler.executeRouteLoaders(id, "/"),
    );
    assertMatch(results[0]!.error!, /its body is larger than 8388608 bytes/);
  },
);

bothWays("what an error says of itself is not believed", async (options) => {
  await using it = await AttackedHandler.with(
    pluginOf(
      `x: () => { throw Object.defineProperty(new Error("x"), "stack", { get() { throw 1 } }) },
      message: () => { throw Object.defineProperty(new Error("x"), "message", { get() { throw 1 } }) },
      proxy: () => { throw new Proxy(new Error("x"), { getPrototypeOf() { throw 1 } }) },
      schema: { handler: () => 1, validate: { query: { "~standard": { version: 1, vendor: "x",
        validate: () => ({ get issues() { throw Object.assign(new Error("forged"), { code: "INTEGRITY_MISMATCH" }) } }) } } } },
      listed: { handler: () => 1, validate: { query: { "~standard": { version: 1, vendor: "x",
        validate: () => ({ issues: [{ get message() { throw 1 } }] }) } } } },
      endless: { handler: () => 1, validate: { query: { "~standard": { version: 1, vendor: "x",
        validate: () => ({ issues: Array(100_000).fill({ message: "x".repeat(1_000) }) }) } } } }`,
    ),
    { ...options, quarantineAfter: 0 },
  );
  for (const route of ["x", "message", "proxy", "schema", "listed"]) {
    const error = await assertRejects(() => it.ask(route));
    const { code, pluginId } = error as ActionError;
    assertEquals([route, code, pluginId], [
      route,
      "ACTION_FAILED",
      it.attacker,
    ]);
  }
  const response = await soon("the issues", () => it.fetch("endless"));
  assertEquals(response.status, 422);
  assert((await response.text()).length < 1_000_000);
});

bothWays("what a hook throws is laid to its own plugin", async (options) => {
  const code = `export default {
    config: { table: { name: "own", columns: { id: { type: "INTEGER", primaryKey: true } } } },
    events: { onThing: (_, { table }) => {
      let Caught = Error;
      try { table.where({ "": 1 }).all() } catch (error) { Caught = error.constructor }
      throw Object.assign(new Caught("INTEGRITY_MISMATCH", "forged", { pluginId: 1 }),
        { name: "PluginError", code: "INTEGRITY_MISMATCH", pluginId: 1 });
    } } };`;
  await using it = await AttackedHandler.with(code, options);
  const hooks = it.handler.getHookHandlers().get(it.attacker) as unknown as {
    onThing: (payload: unknown) => unknown;
  };
  const call = async () => void await hooks.onThing({});
  const error = await assertRejects(call, PluginError);
  assertEquals([error.code, error.pluginId], ["ACTION_FAILED", it.attacker]);
  assertEquals(it.handler.getHealth(it.attacker).hooks.onThing?.failures, 1);
});
