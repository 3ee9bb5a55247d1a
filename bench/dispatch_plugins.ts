/**
 * The plugins of `dispatch_bench.ts`, as source text for the handler and as
 * functions for the work by hand.
 *
 * @module
 */
import type { PluginHandler } from "@dockstat/plugin-handler";

/** What both sides validate an item with: a Standard Schema without a library. */
export const ITEM_SCHEMA = `{ "~standard": {
  version: 1,
  vendor: "bench",
  validate(value) {
    const issues = [];
    if (typeof value?.name !== "string") issues.push({ message: "no text", path: ["name"] });
    if (typeof value?.count !== "number") issues.push({ message: "no number", path: ["count"] });
    return issues.length > 0 ? { issues } : { value };
  },
} }`;

/** Chains of three actions, and one that takes an item. */
export const ROUTES = `export default { config: {
  actions: {
    one: () => ({ n: 1 }),
    two: ({ previousAction }) => ({ n: previousAction.n + 1 }),
    three: ({ previousAction }) => ({ n: previousAction.n + 1 }),
    asyncOne: async () => ({ n: 1 }),
    asyncTwo: async ({ previousAction }) => ({ n: previousAction.n + 1 }),
    asyncThree: async ({ previousAction }) => ({ n: previousAction.n + 1 }),
    check: { validate: { body: ${ITEM_SCHEMA} }, handler: ({ body }) => body },
    total: ({ previousAction }) => ({ ...previousAction, total: previousAction.count * 2 }),
    create: ({ previousAction }) => ({ created: previousAction }),
  },
  apiRoutes: {
    "/sync": { method: "GET", actions: ["one", "two", "three"] },
    "/async": { method: "GET", actions: ["asyncOne", "asyncTwo", "asyncThree"] },
    "/items": { method: "POST", actions: ["check", "total", "create"] },
  },
} }`;

/** One pattern route that is asked for, among others. */
export function patterns(count: number): string {
  const paths = Array.from({ length: count }, (_, n) => `/group${n}/:id/part`);
  const routes = paths.map((
    path,
  ) => [path, { method: "GET", actions: ["id"] }]);
  return `export default { config: {
    actions: { id: ({ params }) => params.id },
    apiRoutes: ${JSON.stringify(Object.fromEntries(routes))},
  } }`;
}

/** Hooks that remember the names of containers, in both shapes. */
export const HOOKS = `const names = new Map();
export default { events: {
  onContainerStart: (container, { logger }) => {
    if (container.state !== "running") logger.warn("odd");
    names.set(container.id, container.name);
  },
  onContainerStop: ({ container, logger }) => {
    if (container.state !== "running") logger.warn("odd");
    names.set(container.id, container.name);
  },
} }`;

/** A route that reads one row by its key. */
export const TABLE = `export default { config: {
  table: { name: "bench_items", columns: {
    id: { type: "INTEGER", primaryKey: true, autoincrement: true },
    name: { type: "TEXT" },
  } },
  actions: {
    fill: ({ table }) => { table.insert({ name: "web" }) },
    read: ({ table }) => table.where({ id: 1 }).first(),
  },
  apiRoutes: {
    "/fill": { method: "POST", actions: ["fill"] },
    "/read": { method: "GET", actions: ["read"] },
  },
} }`;

/**
 * Stores and loads plugins.
 *
 * @param handler The handler.
 * @param sources Their source text.
 * @returns Their ids, in order.
 */
export async function loadSources(
  handler: PluginHandler,
  sources: readonly string[],
): Promise<number[]> {
  const before = handler.getAll().length;
  const ids = sources.map((plugin, index) =>
    handler.savePlugin({
      name: `bench-${before + index}`,
      version: "1.0.0",
      repository: "https://example.com/bench",
      manifest: "https://example.com/bench/manifest.json",
      author: { name: "Bench" },
      plugin,
    }).id!
  );
  const { errors } = await handler.loadPlugins(ids);
  for (const { error } of errors) console.error(error);
  return ids;
}

/**
 * Imports source text without the handler, as a module of its own.
 *
 * @param source The source text.
 * @param instance Makes the module another one than those before.
 * @returns Its default export.
 */
export async function importByHand<T>(
  source: string,
  instance = 0,
): Promise<T> {
  const url = `data:application/javascript,${encodeURIComponent(source)}`;
  return (await import(`${url}#${instance}`)).default;
}
