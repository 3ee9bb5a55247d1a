/**
 * A server on loopback that plugins are installed and updated from, and the
 * plugins.
 *
 * @module
 */
import {
  type DBPluginSchema,
  PluginHandler,
  type PluginHandlerOptions,
} from "@dockstat/plugin-handler";
import { assert } from "@std/assert";
import { digestOf } from "../../src/shared/digest.ts";

/** What a manifest says beyond its name. */
export interface Offer {
  version?: string;
  plugin?: string;
  [field: string]: unknown;
}

/** A market, gone when it is disposed of. */
export class Market implements AsyncDisposable {
  /** The paths that were asked for. */
  readonly requests: string[] = [];
  readonly #bodies = new Map<string, string>();
  #next = Promise.withResolvers<void>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    this.#server = Deno.serve(options, (request) => this.#answer(request));
  }

  /** The URL of a path. */
  url(path: string): string {
    return `http://127.0.0.1:${this.#server.addr.port}/${path}`;
  }

  /** Offers a version of a plugin, and gives the URL of its manifest. */
  offer(name: string, { version = "1.0.0", ...rest }: Offer = {}): string {
    const url = this.url(`${name}.json`);
    this.serve(
      `${name}.json`,
      JSON.stringify({
        name,
        version,
        repository: `https://github.com/user/${name}`,
        manifest: url,
        author: { name: "Developer" },
        plugin: versionSource(version),
        ...rest,
      }),
    );
    return url;
  }

  /** Answers a path with a text, or with a failure where there is none. */
  serve(path: string, body: string | undefined): void {
    if (body === undefined) this.#bodies.delete(`/${path}`);
    else this.#bodies.set(`/${path}`, body);
  }

  /** Waits for the next request. */
  served(): Promise<void> {
    return this.#next.promise;
  }

  #answer(request: Request): Response {
    const { pathname } = new URL(request.url);
    this.#next.resolve();
    this.#next = Promise.withResolvers();
    this.requests.push(pathname);
    const body = this.#bodies.get(pathname);
    if (body === undefined) return new Response("Gone", { status: 410 });
    const etag = `"${digestOf(body)}"`;
    return request.headers.get("if-none-match") === etag
      ? new Response(null, { status: 304, headers: { etag } })
      : new Response(body, { headers: { etag } });
  }

  /** Stops serving. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

/** A plugin that tells its version. */
export function versionSource(version: string, rest = ""): string {
  return `export default { config: {
    actions: { version: () => ${JSON.stringify(version)} },
    apiRoutes: { "/version": { method: "GET", actions: ["version"] } },
  }, ${rest} };`;
}

/** A plugin that keeps notes, with the columns given as source. */
export function notesSource(
  columns: string,
  { table = "notes", rest = "" }: { table?: string; rest?: string } = {},
): string {
  return `export default { config: {
    table: {
      name: "${table}",
      columns: {
        id: { type: "INTEGER", primaryKey: true, autoincrement: true },
        ${columns}
      },
    },
    actions: {
      list: ({ table }) => table.select(["*"]).orderBy("id").all(),
      add: ({ table, body }) => table.insert(body).insertId,
    },
    apiRoutes: {
      "/list": { method: "GET", actions: ["list"] },
      "/add": { method: "POST", actions: ["add"] },
    },
  }, ${rest} };`;
}

/** A handler on a database in memory. */
export function inMemory(options: PluginHandlerOptions = {}): PluginHandler {
  return new PluginHandler(":memory:", { loadTimeoutMs: 60_000, ...options });
}

/** Installs a plugin and loads it. */
export async function installed(
  handler: PluginHandler,
  url: string,
  { load = true }: { load?: boolean } = {},
): Promise<number> {
  const { success, id, error } = await handler.installFromManifestLink(url);
  assert(success && id !== undefined, error);
  if (load) await handler.loadPlugin(id);
  return id;
}

/** A row with everything that is required. */
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

/** Calls a route without a body. */
export function ask(
  handler: PluginHandler,
  id: number,
  path: string,
): Promise<unknown> {
  return handler.handleRoute(id, path, new Request(`http://localhost${path}`));
}

/** Calls a route with a JSON body. */
export function tell(
  handler: PluginHandler,
  id: number,
  [path, body]: readonly [string, unknown],
): Promise<unknown> {
  return handler.handleRoute(
    id,
    path,
    new Request(`http://localhost${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
}

/** The version that is stored. */
export function storedVersion(
  handler: PluginHandler,
  id: number,
): string | undefined {
  return handler.getAll().find((row) => row.id === id)?.version;
}

/** What the audit log says of a plugin, the oldest first. */
export function auditOf(handler: PluginHandler, pluginId?: number): string[] {
  return handler.getAudit({ pluginId }).reverse()
    .map(({ action, outcome }) => `${action} ${outcome}`);
}
