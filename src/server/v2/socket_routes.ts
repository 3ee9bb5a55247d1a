/**
 * `/api/v2/ws`: the log and the memory of the process, over WebSockets.
 *
 * @module
 */
import type { Context, Hono } from "hono";
import { getCookie } from "hono/cookie";
import type { Accounts } from "../auth/accounts.ts";
import type { LogLine } from "../observe/event_hub.ts";
import type { Observation } from "../observe/observation.ts";
import { isAllowedOrigin } from "../http/request_checks.ts";
import { Refusal } from "../http/problem.ts";
import type { ServerEnv } from "../server_env.ts";
import type { ResolvedServerOptions } from "../server_options.ts";
import { SOCKET_COOKIE } from "./auth_routes.ts";

const MEMORY_EVERY_MS = 2_000;
/** A client that reads nothing is let go of. */
const MAX_BUFFERED = 1_048_576;

/** What sockets need. */
export interface SocketServices {
  /** Who may open one. */
  readonly accounts: Accounts | undefined;
  /** What is shown. */
  readonly observation: Observation;
  /** Whose pages may open one. */
  readonly options: ResolvedServerOptions;
}

/** Adds the routes. */
export function addSocketRoutes(
  app: Hono<ServerEnv>,
  services: SocketServices,
): void {
  app.get("/ws/logs", async (context) => {
    const { hub } = services.observation;
    return await open(context, services, (send) =>
      hub.watch((event) => {
        if (event.type === "log") send(JSON.stringify(wireLine(event.data)));
      }));
  });
  app.get(
    "/ws/rss",
    async (context) =>
      await open(context, services, (send) => {
        const tell = () => send(megabytes(Deno.memoryUsage().rss));
        tell();
        const timer = setInterval(tell, MEMORY_EVERY_MS);
        return () => clearInterval(timer);
      }),
  );
}

async function open(
  context: Context<ServerEnv>,
  services: SocketServices,
  begin: (send: (text: string) => void) => () => void,
): Promise<Response> {
  await checkSocket(context, services);
  const { socket, response } = Deno.upgradeWebSocket(context.req.raw);
  let end = () => {};
  socket.onopen = () => {
    end = begin((text) => {
      if (socket.readyState !== WebSocket.OPEN) return;
      if (socket.bufferedAmount > MAX_BUFFERED) socket.close(1008, "too slow");
      else socket.send(text);
    });
  };
  socket.onclose = () => end();
  socket.onerror = () => end();
  return response;
}

/**
 * A browser sends cookies with any page's sockets, so that the page counts.
 *
 * @throws {Refusal} `ORIGIN_NOT_ALLOWED`, `AUTHENTICATION_REQUIRED`.
 */
async function checkSocket(
  context: Context<ServerEnv>,
  { accounts, options }: SocketServices,
): Promise<void> {
  const { req } = context;
  const origin = req.header("origin");
  if (
    origin !== undefined &&
    !isAllowedOrigin(origin, req.raw, context.get("peer"), options)
  ) {
    throw new Refusal(
      "ORIGIN_NOT_ALLOWED",
      `Cannot open a socket for origin "${origin}": it is not among origins`,
    );
  }
  if (req.header("upgrade")?.toLowerCase() !== "websocket") {
    throw new Refusal("NOT_FOUND", "Cannot answer: this is a WebSocket");
  }
  if (context.get("principal") !== undefined) return;
  const ticket = req.query("ticket");
  if (ticket !== undefined && accounts?.tickets.redeem(ticket)) return;
  const cookie = getCookie(context, SOCKET_COOKIE);
  if (await accounts?.sessions.verify(cookie)) return;
  throw new Refusal("AUTHENTICATION_REQUIRED", "Authentication required");
}

function wireLine({ at, level, category, message }: LogLine) {
  return {
    level: level === "warning" ? "warn" : level,
    message,
    name: category.at(-1) ?? "",
    parents: category.slice(0, -1),
    requestId: "",
    timestamp: at,
    caller: "",
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(2)} MB`;
}
