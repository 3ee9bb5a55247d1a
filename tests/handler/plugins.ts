/**
 * Plugins for the tests of the handler: sources, rows and servers.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import {
  PluginHandler,
  type PluginHandlerOptions,
} from "@dockstat/plugin-handler";
import type { DBPluginSchema } from "@dockstat/plugin-handler";
import { assert, assertEquals } from "@std/assert";
import { hostDatabase } from "../sqlite/host_database.ts";

/** A row with everything that is required, and what is given. */
export function rowOf(
  name: string,
  plugin: string,
  rest: Partial<DBPluginSchema> = {},
): DBPluginSchema {
  return {
    name,
    version: "1.0.0",
    repository: `https://github.com/user/${name}`,
    manifest: `https://github.com/user/${name}/manifest.json`,
    author: { name: "Developer" },
    plugin,
    ...rest,
  };
}

/** Saves a plugin and returns its id. */
export function save(
  handler: PluginHandler,
  name: string,
  plugin: string,
  rest: Partial<DBPluginSchema> = {},
): number {
  const { success, id, error } = handler.savePlugin(rowOf(name, plugin, rest));
  assert(success && id !== undefined, error);
  return id;
}

/** A plugin with a table, a route, a hook and a page. */
export function notesSource(table = "notes"): string {
  return `export default {
    config: {
      table: {
        name: "${table}",
        columns: {
          id: { type: "INTEGER", primaryKey: true, autoincrement: true },
          text: { type: "TEXT", notNull: true },
        },
      },
      actions: {
        list: ({ table }) => table.select(["*"]).all(),
        add: ({ table, body }) => table.insert({ text: body.text }).insertId,
      },
      apiRoutes: {
        "/notes": { method: "GET", actions: ["list"] },
        "/add": { method: "POST", actions: ["add"] },
      },
      frontend: { routes: [{ path: "/notes", template: { type: "container" } }] },
    },
    events: {
      onContainerStart: (container, { table }) => {
        table.insert({ text: container.name });
      },
    },
  };`;
}

/** Says in which instance of its module it runs, and how often it was asked. */
export const COUNTER = `const instance = crypto.randomUUID();
  let count = 0;
  export default {
    config: {
      actions: { count: () => ({ instance, count: ++count }) },
      apiRoutes: { "/count": { method: "GET", actions: ["count"] } },
    },
  };`;

/** A plugin with one route for each action, under the action's name. */
export function actionsSource(actions: Record<string, string>): string {
  const names = Object.keys(actions);
  const bodies = names.map((name) =>
    `${JSON.stringify(name)}: ${actions[name]}`
  );
  const routes = names.map((name) =>
    `"/${name}": { method: ["GET", "POST"], actions: ["${name}"] }`
  );
  return `export default { config: {
    actions: { ${bodies.join(", ")} },
    apiRoutes: { ${routes.join(", ")} },
  } };`;
}

/** A handler on a database in memory. */
export function inMemory(options: PluginHandlerOptions = {}): PluginHandler {
  return new PluginHandler(hostDatabase(), options);
}

/** A handler with a plugin that is loaded and must go on working. */
export async function withNeighbour(
  options: PluginHandlerOptions = {},
  db: DatabaseSync | string = ":memory:",
): Promise<PluginHandler> {
  const handler = new PluginHandler(db, options);
  await handler.loadPlugin(save(handler, "neighbour", notesSource("theirs")));
  return handler;
}

/** Asserts that a handler is as {@linkcode withNeighbour} made it. */
export async function assertOnlyNeighbour(
  handler: PluginHandler,
  { stored = ["neighbour"] }: { stored?: readonly string[] } = {},
): Promise<void> {
  assertEquals(handler.getAll().map(({ name }) => name), [...stored]);
  assertEquals(handler.getLoadedPlugins(), [1]);
  assertEquals([...handler.getHookHandlers().keys()], [1]);
  assertEquals(handler.getAllPluginRoutes().length, 1);
  assertEquals(handler.getAllFrontendRoutes().length, 1);
  assertEquals(handler.getTable().count(), stored.length);
  const { delivered, failed } = await handler.emit("container:started", {
    name: "web",
  });
  assertEquals([delivered, failed], [1, []]);
  const notes = await handler.handleRoute(1, "/notes", get());
  assert(Array.isArray(notes) && notes.length > 0);
}

/** The names of all tables. */
export function tablesOf(db: DatabaseSync): unknown[] {
  return db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
    .all()
    .map(({ name }) => name);
}

/** A request without a body. */
export function get(path = "/"): Request {
  return new Request(`http://localhost${path}`);
}

/** A request with a JSON body. */
export function post(body: unknown, path = "/"): Request {
  return new Request(`http://localhost${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}
