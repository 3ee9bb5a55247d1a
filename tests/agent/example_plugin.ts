/**
 * Loads an example plugin from its bundle, as an agent that installed it does.
 *
 * @module
 */
import { PluginHandler } from "@dockstat/plugin-handler";
import type { ContainerInfo } from "@dockstat/plugin-handler/builder";
import { assert } from "@std/assert";
import { rowOf } from "../handler/plugins.ts";

/** The routes of a plugin that is loaded. */
export interface ExamplePlugin extends AsyncDisposable {
  /** The handler that it is loaded in. */
  readonly handler: PluginHandler;
  /** Its id. */
  readonly id: number;
  /** Asks a route, with a body where there is one. */
  ask(route: string, body?: unknown): Promise<Answer>;
}

/** What a route answered. */
export interface Answer {
  readonly status: number;
  // deno-lint-ignore no-explicit-any
  readonly body: any;
}

/** Loads an example plugin into a handler of its own. */
export async function loadExample(name: string): Promise<ExamplePlugin> {
  const bundle = new URL(
    `../../examples/plugins/${name}/bundle/index.js`,
    import.meta.url,
  );
  const handler = new PluginHandler(":memory:");
  const row = rowOf(name, await Deno.readTextFile(bundle));
  const { id, error } = handler.savePlugin(row);
  assert(id !== undefined, error);
  await handler.loadPlugin(id);
  return {
    handler,
    id,
    ask: (route, body) => ask(handler, `/plugins/${id}/routes${route}`, body),
    [Symbol.asyncDispose]: () => handler.close(),
  };
}

async function ask(
  handler: PluginHandler,
  path: string,
  body: unknown,
): Promise<Answer> {
  const init = body === undefined ? {} : {
    method: "POST",
    body: body instanceof URLSearchParams ? body : JSON.stringify(body),
    headers: body instanceof URLSearchParams
      ? undefined
      : { "content-type": "application/json" },
  };
  const response = await handler.fetch(
    new Request(`http://localhost${path}`, init),
  );
  return { status: response.status, body: await response.json() };
}

/** A container, as events carry it. */
export function container(
  name: string,
  rest: Record<string, unknown> = {},
): ContainerInfo {
  return {
    id: `${name}-id`.padEnd(64, "0"),
    hostId: 1,
    clientId: 1,
    name,
    image: "nginx:1",
    status: "Up 2 seconds",
    state: "running",
    created: 1_700_000_000,
    ports: [],
    labels: {},
    ...rest,
  };
}
