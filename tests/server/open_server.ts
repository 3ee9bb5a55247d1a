/**
 * A server over a handler in memory, and requests to it as from a program on
 * this machine.
 *
 * @module
 */
import {
  PluginHandler,
  type PluginHandlerOptions,
} from "@dockstat/plugin-handler";
import {
  createServer,
  type Server,
  type ServerOptions,
} from "@dockstat/plugin-handler/server";

/** Who asks, and what it sends. */
export interface Asked {
  /** The method; GET by default. */
  method?: string;
  /** What is sent as JSON. */
  json?: unknown;
  /** The access token. */
  token?: string;
  /** Other headers. */
  headers?: Record<string, string>;
  /** The other end of the connection; `null` where nothing is known of it. */
  from?: string | null;
}

/** A server, its handler, and a short way to ask it. */
export interface OpenServer extends AsyncDisposable {
  readonly handler: PluginHandler;
  readonly server: Server;
  ask(path: string, asked?: Asked): Promise<Response>;
  /** Makes the first admin, and returns its access token. */
  admin(): Promise<string>;
  /** Makes a user of a role by the admin, and returns its access token. */
  userOf(role: string, adminToken: string): Promise<string>;
}

/** A password that is long enough. */
export const PASSWORD = "correct horse battery";

/** Opens a server. */
export function openServer(
  options: ServerOptions = {},
  handlerOptions: PluginHandlerOptions = {},
): OpenServer {
  const handler = new PluginHandler(":memory:", handlerOptions);
  const server = createServer(handler, options);
  const ask = (path: string, asked: Asked = {}) => {
    const { method = "GET", json, token, headers = {}, from } = asked;
    const all = new Headers({
      ...(json === undefined ? {} : { "content-type": "application/json" }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    });
    const changes = method !== "GET" && method !== "HEAD";
    if (changes && !all.has("authorization") && !all.has("origin")) {
      all.set("origin", "http://localhost:3030");
      if (!all.has("content-type")) all.set("content-type", "application/json");
    }
    const request = new Request(`http://localhost:3030${path}`, {
      method,
      headers: all,
      body: json === undefined ? undefined : JSON.stringify(json),
    });
    const hostname = from ?? "127.0.0.1";
    const info = from === null ? undefined : { remoteAddr: { hostname } };
    return server.fetch(request, info);
  };
  const signIn = async (path: string, name: string) => {
    const response = await ask(path, {
      method: "POST",
      json: { username: name, password: PASSWORD },
    });
    const body = await response.json();
    if (!response.ok) throw new Error(body.detail);
    return String(body.accessToken);
  };
  return {
    handler,
    server,
    ask,
    admin: () => signIn("/api/v1/session/first", "ada"),
    async userOf(role, token) {
      const response = await ask("/api/v1/users", {
        method: "POST",
        token,
        json: { name: role, password: PASSWORD, role },
      });
      if (!response.ok) throw new Error(await response.text());
      await response.body?.cancel();
      return await signIn("/api/v1/session", role);
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await handler.close();
    },
  };
}

/** The status and the code of a problem. */
export async function problemOf(
  response: Response,
): Promise<[number, string]> {
  return [response.status, (await response.json()).code];
}

/** The cookie that an answer sets, as the next request shows it. */
export function cookieOf(response: Response): string {
  return response.headers.get("set-cookie")!.split(";")[0]!;
}
