/**
 * What the agent answers over HTTP.
 *
 * @module
 */
import type { PluginHandler } from "@dockstat/plugin-handler";
import type { Inbox } from "./inbox.ts";
import { storeFile } from "./plugin_store.ts";

/** What the answers come from. */
export interface AppParts {
  /** The plugins. */
  readonly handler: PluginHandler;
  /** Where webhooks can go. */
  readonly inbox: Inbox;
  /** Plays the recorded events, and counts them. */
  readonly replay: () => Promise<{ events: number; hooks: number }>;
  /** What is printed at the start. */
  readonly guide: (origin: string) => string;
}

/**
 * Answers a request.
 *
 * @param parts What the answers come from.
 * @param request The request.
 * @returns The answer.
 */
export async function answer(
  parts: AppParts,
  request: Request,
): Promise<Response> {
  const { handler, inbox, replay, guide } = parts;
  const { origin, pathname } = new URL(request.url);
  const [, first = "", ...rest] = pathname.split("/");
  switch (first) {
    case "":
      return new Response(guide(origin));
    case "plugins":
      return await handler.fetch(request);
    case "store":
      return await storeFile(rest.join("/"));
    case "status":
      return Response.json({
        ...handler.getStatus(),
        health: handler.getHealth(),
      });
    case "navigation":
      return Response.json(handler.getFrontendNavigationItems());
    case "p":
      return await answerPage(handler, rest);
    case "inbox":
      return await inbox.answer(request);
    case "replay":
      return request.method === "POST"
        ? Response.json(await replay())
        : new Response("Use POST\n", {
          status: 405,
          headers: { allow: "POST" },
        });
    default:
      return new Response(`Nothing is here; GET ${origin}/ tells what is\n`, {
        status: 404,
      });
  }
}

/** A page as a client shows it: the template, and what its loaders found. */
async function answerPage(
  handler: PluginHandler,
  [id, ...path]: string[],
): Promise<Response> {
  const page = handler.getFrontendRoute(Number(id), `/${path.join("/")}`);
  if (page === null) {
    return new Response("No such page; see /navigation\n", { status: 404 });
  }
  const loaded = await handler.executeRouteLoaders(Number(id), page.path);
  return Response.json({ page, ...loaded });
}
