import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  ActionError,
  PluginError,
  ValidationError,
} from "@dockstat/plugin-handler";
import { openPlugins } from "../../dispatch/open_plugin.ts";

/** A plugin with one route "/" that runs the given actions in order. */
function chain(...actions: string[]): string {
  return route({}, ...actions);
}

function route(extra: Record<string, unknown>, ...actions: string[]): string {
  const names = actions.map((_, index) => `a${index}`);
  const route = { method: ["GET", "POST"], actions: names, ...extra };
  const members = actions.map((it, index) => `a${index}: ${it}`);
  return `{ config: {
    actions: { ${members} },
    apiRoutes: { "/": ${JSON.stringify(route)} },
  } }`;
}

Deno.test("a chain hands each action what the one before returned", async () => {
  await using plugins = await openPlugins(chain(
    "({ previousAction }) => [previousAction]",
    "async ({ previousAction }) => [...previousAction, await 1]",
    "({ previousAction }) => [...previousAction, 2]",
    "({ previousAction }) => ({ then: (ok) => ok([...previousAction, 3]) })",
    "({ previousAction }) => [...previousAction, 4]",
  ));
  assertEquals(await plugins.ask("/"), [undefined, 1, 2, 3, 4]);
});

Deno.test("a chain stays synchronous as long as its actions do", async () => {
  await using plugins = await openPlugins(chain(
    "() => { globalThis.chainTrace = ['first'] }",
    "() => globalThis.chainTrace.push('second')",
  ));
  const pending = plugins.ask("/");
  assertEquals(Reflect.get(globalThis, "chainTrace"), ["first", "second"]);
  await pending;
  Reflect.deleteProperty(globalThis, "chainTrace");
});

for (
  const [how, action] of [
    ["throws", "() => { throw new RangeError('boom') }"],
    ["rejects", "async () => { await 1; throw new RangeError('boom') }"],
  ]
) {
  Deno.test(`a chain ends where an action ${how}`, async () => {
    await using plugins = await openPlugins(chain(
      "() => 1",
      action!,
      "() => { globalThis.chainRanOn = true }",
    ));
    const error = await assertRejects(() => plugins.ask("/"), ActionError);
    assertEquals([error.code, error.action, error.index], [
      "ACTION_FAILED",
      "a1",
      1,
    ]);
    assert(error.cause instanceof RangeError);
    assertEquals(Reflect.get(globalThis, "chainRanOn"), undefined);
    const { actions } = plugins.handler.getHealth(plugins.ids[0]!);
    assertEquals([actions.a0!.failures, actions.a1!.failures], [0, 1]);
  });
}

Deno.test("a chain wraps whatever is thrown", async () => {
  for (const thrown of ["'text'", "undefined", "null", "Object.create(null)"]) {
    await using plugins = await openPlugins(chain(`() => { throw ${thrown} }`));
    await assertRejects(() => plugins.ask("/"), ActionError);
  }
});

Deno.test("stop() ends a chain with its value", async () => {
  for (
    const action of [
      "({ stop }) => stop('v')",
      "async ({ stop }) => { await 1; return stop('v') }",
      "({ stop }) => { try { stop('v') } catch {} return 'other' }",
    ]
  ) {
    await using plugins = await openPlugins(chain(action, "() => 'later'"));
    assertEquals(await plugins.ask("/"), "v");
    const { actions } = plugins.handler.getHealth(plugins.ids[0]!);
    assertEquals([actions.a0!.failures, actions.a1], [0, undefined]);
  }
});

Deno.test("stop() is no failure", async () => {
  const odd = "globalThis.oddCalls = (globalThis.oddCalls ?? 0) + 1";
  await using plugins = await openPlugins(
    chain(`({ stop }) => { if ((${odd}) % 2) throw 1; stop(2); }`),
    { quarantineAfter: 2 },
  );
  for (let call = 0; call < 6; call++) await plugins.ask("/").catch(() => {});
  Reflect.deleteProperty(globalThis, "oddCalls");
  const { actions } = plugins.handler.getHealth(plugins.ids[0]!);
  assertEquals(actions.a0?.failures, 3);
});

Deno.test("a chain that always fails is degraded, and never set aside", async () => {
  await using plugins = await openPlugins(
    chain("() => 'fine'", "() => { throw new RangeError('boom') }"),
    { quarantineAfter: 2 },
  );
  for (let call = 0; call < 9; call++) await plugins.ask("/").catch(() => {});
  const { state, failureRate } = plugins.handler.getHealth(plugins.ids[0]!);
  assertEquals([state, failureRate], ["degraded", 1]);
});

Deno.test("a Response ends a chain", async () => {
  for (
    const action of ["() => new Response('x')", "async () => new Response('x')"]
  ) {
    await using plugins = await openPlugins(chain(action, "() => 'later'"));
    const answer = await plugins.ask("/") as Response;
    assertEquals(await answer.text(), "x");
  }
});

Deno.test("an action that hangs times out, and its signal aborts", async () => {
  await using plugins = await openPlugins(
    chain(
      `({ signal }) => new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          globalThis.chainReason = signal.reason.code;
          reject(signal.reason);
        });
      })`,
      "() => { globalThis.chainRanOn = true }",
    ),
    { actionTimeoutMs: 20 },
  );
  const error = await assertRejects(() => plugins.ask("/"), ActionError);
  assertEquals([error.code, error.status, error.action], [
    "ACTION_TIMEOUT",
    504,
    "a0",
  ]);
  assertEquals(Reflect.get(globalThis, "chainReason"), "ACTION_TIMEOUT");
  assertEquals(Reflect.get(globalThis, "chainRanOn"), undefined);
  Reflect.deleteProperty(globalThis, "chainReason");
});

Deno.test("a chain that takes longer than its route allows times out", async () => {
  await using plugins = await openPlugins(route(
    { timeoutMs: 20 },
    "async () => { await 1 }",
    "() => new Promise(() => {})",
  ));
  const error = await assertRejects(() => plugins.ask("/"), ActionError);
  assertEquals([error.code, error.index], ["ACTION_TIMEOUT", 1]);
});

Deno.test("an action's own limit wins over the handler's", async () => {
  await using plugins = await openPlugins(
    chain("{ timeoutMs: 15, handler: () => new Promise(() => {}) }"),
    { actionTimeoutMs: 0 },
  );
  const error = await assertRejects(() => plugins.ask("/"), ActionError);
  assertEquals(error.code, "ACTION_TIMEOUT");
});

Deno.test("aborting the request stops the chain at the next action", async () => {
  await using plugins = await openPlugins(chain(
    `async ({ signal }) => {
      const aborted = new Promise((done) => signal.onabort = done);
      globalThis.chainAbort();
      await aborted;
    }`,
    "() => { globalThis.chainRanOn = true }",
  ));
  const controller = new AbortController();
  Reflect.set(globalThis, "chainAbort", () => controller.abort());
  const error = await assertRejects(
    () => plugins.ask("/", { signal: controller.signal }),
    ActionError,
  );
  assertEquals(error.cause, controller.signal.reason);
  assertEquals(Reflect.get(globalThis, "chainRanOn"), undefined);
  const { actions } = plugins.handler.getHealth(plugins.ids[0]!);
  assertEquals(actions.a0!.failures, 0);
  Reflect.deleteProperty(globalThis, "chainAbort");
});

Deno.test("unloading a plugin aborts the signal of its chains", async () => {
  await using plugins = await openPlugins(chain(
    "({ signal }) => new Promise((done) => signal.onabort = () => done(1))",
    "() => 2",
  ));
  const pending = plugins.ask("/");
  plugins.handler.unloadPlugin(plugins.ids[0]!);
  const error = await assertRejects(() => pending, PluginError);
  assertEquals((error.cause as PluginError).code, "PLUGIN_NOT_LOADED");
});

Deno.test("a chain of 1,000 actions runs, both ways", async () => {
  for (const prefix of ["", "async "]) {
    const actions = Array.from(
      { length: 1000 },
      () => `${prefix}({ previousAction = 0 }) => previousAction + 1`,
    );
    await using plugins = await openPlugins(chain(...actions));
    assertEquals(await plugins.ask("/"), 1000);
  }
});

Deno.test("a route that names an unknown action is ACTION_NOT_FOUND", async () => {
  await using plugins = await openPlugins(
    `{ config: { apiRoutes: { "/": { method: "GET", actions: ["gone"] } } } }`,
  );
  const error = await assertRejects(() => plugins.ask("/"), ActionError);
  assertEquals([error.code, error.action], ["ACTION_NOT_FOUND", "gone"]);
});

/** A hand-written Standard Schema: a positive number under `n`. */
const SCHEMA = `{ "~standard": { version: 1, vendor: "test", validate(value) {
  const n = Number(value?.n);
  return n > 0 ? { value: { n } } : {
    issues: [{ message: "must be positive", path: ["n"] }],
  };
} } }`;

function post(body: unknown): RequestInit {
  return {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  };
}

Deno.test("a schema's result is what its action sees, and only that", async () => {
  await using plugins = await openPlugins(chain(
    `{ validate: { body: ${SCHEMA}, query: ${SCHEMA} },
      handler: ({ body, query }) => [body, query] }`,
    `({ body, query, previousAction }) =>
      [...previousAction, body, query.get("n")]`,
  ));
  assertEquals(await plugins.ask("/?n=2", post({ n: "1", more: true })), [
    { n: 1 },
    { n: 2 },
    { n: "1", more: true },
    "2",
  ]);
});

Deno.test("a mismatch is refused before any action runs", async () => {
  for (
    const validate of [SCHEMA, SCHEMA.replace("validate(", "async validate(")]
  ) {
    await using plugins = await openPlugins(chain(
      "() => { globalThis.chainRanOn = true }",
      `{ validate: { body: ${validate} }, handler: () => 1 }`,
    ));
    const error = await assertRejects(
      () => plugins.ask("/", post({ n: -1 })),
      ValidationError,
    );
    assertEquals([error.code, error.status], ["VALIDATION_FAILED", 422]);
    assertEquals(error.issues, [
      { message: "must be positive", path: ["body", "n"] },
    ]);
    assertEquals(Reflect.get(globalThis, "chainRanOn"), undefined);
    assertEquals(await plugins.ask("/", post({ n: 3 })), 1);
    Reflect.deleteProperty(globalThis, "chainRanOn");
  }
});

Deno.test("a schema that throws is ACTION_FAILED", async () => {
  const broken = `{ "~standard": { version: 1, vendor: "test", validate() {
    throw new TypeError("broken") } } }`;
  await using plugins = await openPlugins(chain(
    `{ validate: { params: ${broken} }, handler: () => 1 }`,
  ));
  const error = await assertRejects(() => plugins.ask("/"), PluginError);
  assertEquals(error.code, "ACTION_FAILED");
  assert(error.cause instanceof TypeError);
});
