/**
 * Agents to operate: a database file that was started once, and a server on it.
 *
 * @module
 */
import { join } from "@std/path";
import { PluginHandler } from "@dockstat/plugin-handler";
import { createServer } from "@dockstat/plugin-handler/server";
import { openFileAgent } from "../../../src/cli/operator/agent/file_agent.ts";
import { ServerAgent } from "../../../src/cli/operator/agent/server_agent.ts";
import type { Agent } from "../../../src/cli/operator/agent/agent.ts";

/** A manifest whose code has a table, settings and a schedule. */
export function manifest(name = "notes", version = "1.0.0", more = {}) {
  const table = `${name.replaceAll("-", "_")}_rows`;
  return {
    name,
    version,
    description: "Keeps notes",
    repository: `https://github.com/user/${name}`,
    manifest: `https://github.com/user/${name}/manifest.json`,
    author: { name: "User" },
    permissions: { net: ["a.example", "b.example"] },
    plugin: `export default { name: "${name}", version: "${version}", config: {
      table: { name: "${table}", columns: {
        id: { type: "INTEGER", primaryKey: true, autoincrement: true },
        text: { type: "TEXT" },
      } },
      settings: {
        token: { type: "secret", label: "Token" },
        retries: { type: "number", label: "Retries" },
        on: { type: "boolean", label: "On" },
      },
      schedules: { sweep: { every: "1h", actions: ["list"] } },
      apiRoutes: {
        "/notes": { method: "GET", actions: ["list"] },
        "/add": { method: "POST", actions: ["add"] },
        "/token": { method: "GET", actions: ["token"] },
      },
      actions: {
        list: () => ["${version}"],
        add: ({ table, body }) => table.insert({ text: body.text }),
        token: ({ settings }) => ({ retries: settings.retries ?? null }),
      },
    } };`,
    ...more,
  };
}

/** The key that the agents seal with. */
export const SECRETS_KEY = "q0mFxKXQ1nZ4cXnJX0o7nqXvJmNYV0m2m3rXG8h4C3Y=";

/** A folder with an agent's database in it. */
export interface AgentFolder extends AsyncDisposable {
  readonly path: string;
  readonly db: string;
}

/** Makes a database as an agent leaves it. */
export async function agentFolder(
  install: ConstructorParameters<typeof PluginHandler>[1] = {},
  manifests: readonly unknown[] = [],
): Promise<AgentFolder> {
  const path = await Deno.makeTempDir({ prefix: "operator_" });
  const db = join(path, "agent.db");
  await using handler = new PluginHandler(db, install);
  for (const one of manifests) {
    const result = await handler.installPlugin(one, { trial: false });
    if (!result.success) throw result.cause;
  }
  await handler.loadAllPlugins();
  return {
    path,
    db,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/** A server that listens, with the key of an admin. */
export interface ListeningServer extends AsyncDisposable {
  readonly url: string;
  readonly key: string;
  readonly handler: PluginHandler;
}

/** Serves a database. */
export async function listen(
  db: string,
  role = "admin",
): Promise<ListeningServer> {
  const handler = new PluginHandler(db, {
    secretsKey: SECRETS_KEY,
    followStoreMs: 100,
  });
  const server = createServer(handler);
  await handler.loadAllPlugins();
  const closing = new AbortController();
  const http = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request, info) =>
      server.fetch(
        new Request(request, { signal: closing.signal }),
        info as never,
      ),
  );
  const url = `http://127.0.0.1:${http.addr.port}`;
  const post = async (path: string, json: unknown, token?: string) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(token === undefined
          ? { origin: url }
          : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(json),
    });
    if (!response.ok) throw new Error(await response.text());
    return await response.json();
  };
  const { accessToken } = await post("/session/first", {
    username: "root",
    password: "correct horse battery",
  });
  const { key } = await post("/keys", { name: "cli", role }, accessToken);
  return {
    url,
    key,
    handler,
    async [Symbol.asyncDispose]() {
      closing.abort();
      await http.shutdown();
      await server[Symbol.asyncDispose]();
      await handler.close();
    },
  };
}

/** An agent, and what is below it. */
export interface OpenedAgent extends AsyncDisposable {
  readonly agent: Agent;
}

/** The two kinds of agents, by what opens an empty one. */
export const KINDS: Readonly<Record<string, () => Promise<OpenedAgent>>> = {
  async file() {
    const folder = await agentFolder({ secretsKey: SECRETS_KEY });
    const agent = await openFileAgent({
      path: folder.db,
      secretsKey: SECRETS_KEY,
      command: "test",
      writes: true,
    });
    return {
      agent,
      async [Symbol.asyncDispose]() {
        await agent[Symbol.asyncDispose]();
        await folder[Symbol.asyncDispose]();
      },
    };
  },
  async server() {
    const folder = await agentFolder({ secretsKey: SECRETS_KEY });
    const server = await listen(folder.db);
    const agent = new ServerAgent({
      url: server.url,
      token: server.key,
      signal: new AbortController().signal,
    });
    return {
      agent,
      async [Symbol.asyncDispose]() {
        await server[Symbol.asyncDispose]();
        await folder[Symbol.asyncDispose]();
      },
    };
  },
};
