/**
 * What the agent answers over HTTP: the server's application, and three things
 * of its own that make the example complete.
 *
 * @module
 */
import type { ConnectionInfo, Server } from "@dockstat/plugin-handler/server";
import type { Inbox } from "./inbox.ts";
import { storeFile } from "./plugin_store.ts";

/** What the answers come from. */
export interface AppParts {
  /** The console, and the API that it uses. */
  readonly application: Server;
  /** Where webhooks can go. */
  readonly inbox: Inbox;
  /** Plays the recorded events, and counts them. */
  readonly replay: () => Promise<{ events: number; hooks: number }>;
}

/**
 * Answers a request.
 *
 * @param parts What the answers come from.
 * @param request The request.
 * @param info The connection that it came by.
 * @returns The answer.
 */
export async function answer(
  parts: AppParts,
  request: Request,
  info: ConnectionInfo,
): Promise<Response> {
  const { origin, pathname } = new URL(request.url);
  const [, first = "", ...rest] = pathname.split("/");
  if (first === "") return Response.redirect(`${origin}/console`, 302);
  const own = ownAnswers(parts, request, rest).get(first);
  if (own === undefined) return await parts.application.fetch(request, info);
  return isFromHere(request) ? await own() : new Response(
    "Only programs on this machine are answered\n",
    { status: 403 },
  );
}

function ownAnswers(
  { inbox, replay }: AppParts,
  request: Request,
  rest: readonly string[],
): Map<string, () => Response | Promise<Response>> {
  return new Map([
    ["store", () => storeFile(rest.join("/"))],
    ["inbox", () => inbox.answer(request)],
    [
      "replay",
      async () =>
        request.method === "POST"
          ? Response.json(await replay())
          : new Response("Use POST\n", {
            status: 405,
            headers: { allow: "POST" },
          }),
    ],
  ]);
}

/** Pages of other sites cannot ask, nor can names that were bent to here. */
function isFromHere({ url, headers }: Request): boolean {
  const { hostname } = new URL(url);
  return !headers.has("origin") &&
    (hostname === "127.0.0.1" || hostname === "localhost");
}
