/**
 * Dispatch against the same work by hand: routes, `fetch`, patterns, events
 * and table access.
 *
 * Run: `deno task bench:dispatch`
 *
 * @module
 */
import { type ContainerInfo, PluginHandler } from "@dockstat/plugin-handler";
import { Hono } from "hono";
import { validator } from "hono/validator";
import { DatabaseSync } from "node:sqlite";
import {
  HOOKS,
  importByHand,
  ITEM_SCHEMA,
  loadSources,
  patterns,
  ROUTES,
  TABLE,
} from "./dispatch_plugins.ts";

type Action = (context: unknown) => unknown;

// deno-lint-ignore no-explicit-any
type Plugin = any;

const handler = new PluginHandler(":memory:");
const logger = { error() {}, warn() {}, info() {}, debug() {} };
const request = new Request("http://localhost/");

const [routes] = await loadSources(handler, [ROUTES]);
const { actions }: { actions: Record<string, Action> } =
  (await importByHand<Plugin>(ROUTES)).config;

function benchChain(group: string, path: string, names: string[]): void {
  const steps = names.map((name) => actions[name]!);
  const wait = path === "/async";
  Deno.bench("by hand", { group, baseline: true }, async () => {
    await (wait ? waitByHand(steps) : runByHand(steps));
  });
  Deno.bench("handleRoute", { group }, async () => {
    await handler.handleRoute(routes!, path, request);
  });
}

// deno-lint-ignore require-await -- handleRoute returns a promise as well.
async function runByHand(steps: readonly Action[]): Promise<unknown> {
  let previousAction: unknown;
  for (const step of steps) {
    previousAction = step({
      table: null,
      body: undefined,
      logger,
      previousAction,
    });
  }
  return previousAction;
}

async function waitByHand(steps: readonly Action[]): Promise<unknown> {
  let previousAction: unknown;
  for (const step of steps) {
    previousAction = await step({
      table: null,
      body: undefined,
      logger,
      previousAction,
    });
  }
  return previousAction;
}

benchChain("three synchronous actions", "/sync", ["one", "two", "three"]);
benchChain("three asynchronous actions", "/async", [
  "asyncOne",
  "asyncTwo",
  "asyncThree",
]);

const body = JSON.stringify({ name: "web", count: 2 });
const post = {
  method: "POST",
  body,
  headers: {
    "content-type": "application/json",
    // As every client on the network sends it.
    "content-length": String(body.length),
  },
};
const schema = await importByHand<Plugin>(`export default ${ITEM_SCHEMA}`);
const hono = new Hono<{ Variables: { item: Plugin } }>().post(
  `/plugins/${routes}/routes/items`,
  validator("json", (value, context) => {
    const result = schema["~standard"].validate(value);
    return result.issues ? context.json(result, 422) : result.value;
  }),
  async (context, next) => {
    const item: Plugin = context.req.valid("json" as never);
    context.set("item", { ...item, total: item.count * 2 });
    await next();
  },
  (context) => context.json({ created: context.get("item") }),
);

function benchFetch(
  name: string,
  fetch: (request: Request) => Response | Promise<Response>,
): void {
  const group = "JSON in, validated, JSON out";
  const url = `http://localhost/plugins/${routes}/routes/items`;
  Deno.bench(name, { group, baseline: name === "Hono" }, async () => {
    const response = await fetch(new Request(url, post));
    await response.text();
  });
}

benchFetch("Hono", (request) => hono.fetch(request));
benchFetch("handler.fetch", (request) => handler.fetch(request));

const group = "POST without Content-Length";
for (
  const [name, headers] of Object.entries({
    "with it": post.headers,
    "without it": { "content-type": "application/json" },
  })
) {
  const url = `http://localhost/plugins/${routes}/routes/items`;
  Deno.bench(name, { group, baseline: name === "with it" }, async () => {
    const response = await handler.fetch(
      new Request(url, { ...post, headers }),
    );
    await response.text();
  });
}

for (const count of [1, 1000]) {
  const [id] = await loadSources(handler, [patterns(count)]);
  const path = `/group${count - 1}/7/part`;
  const name = count === 1 ? "alone" : `among ${count} routes`;
  Deno.bench(
    name,
    { group: "a pattern route", baseline: count === 1 },
    async () => {
      await handler.handleRoute(id!, path, request);
    },
  );
}

const HOOK_COUNT = 100;
const container: ContainerInfo = {
  id: "a".repeat(64),
  hostId: 1,
  clientId: 1,
  name: "web",
  image: "nginx:1",
  status: "Up 2 minutes",
  state: "running",
  created: 1_700_000_000,
  ports: [],
  labels: {},
};
await loadSources(handler, Array<string>(HOOK_COUNT).fill(HOOKS));
const plugins: Plugin[] = await Promise.all(
  Array.from({ length: HOOK_COUNT }, (_, n) => importByHand(HOOKS, n)),
);
const starts: Plugin[] = plugins.map((it) => it.events.onContainerStart);
const stops: Plugin[] = plugins.map((it) => it.events.onContainerStop);

const two = "an event to 100 hooks (container, { logger, table })";
Deno.bench("by hand", { group: two, baseline: true }, () => {
  for (const hook of starts) hook(container, { logger, table: null });
});
Deno.bench("emit", { group: two }, async () => {
  await handler.emit("onContainerStart", container);
});

const one = "an event to 100 hooks ({ container, logger, table })";
Deno.bench("by hand", { group: one, baseline: true }, () => {
  for (const hook of stops) hook({ container, logger, table: null });
});
Deno.bench("emit", { group: one }, async () => {
  await handler.emit("onContainerStop", container);
});

const [table] = await loadSources(handler, [TABLE]);
await handler.handleRoute(
  table!,
  "/fill",
  new Request("http://localhost/", { method: "POST" }),
);
const bare = new DatabaseSync(":memory:");
bare.exec("CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)");
bare.exec("INSERT INTO items (name) VALUES ('web')");
const statement = bare.prepare("SELECT * FROM items WHERE id = ? LIMIT 1");

Deno.bench(
  "bare statement",
  { group: "a row by its key", baseline: true },
  () => {
    statement.get(1n);
  },
);
Deno.bench("handleRoute", { group: "a row by its key" }, async () => {
  await handler.handleRoute(table!, "/read", request);
});
