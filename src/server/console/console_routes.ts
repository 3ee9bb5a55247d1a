/**
 * `/console` and the addresses of plugins' pages: one document, a script and a
 * style sheet, which ask `/api/v1` for everything else.
 *
 * @module
 */
import type { Context, Hono } from "hono";
import { accepts } from "hono/accepts";
import type { PluginHandler } from "../../handler/plugin_handler.ts";
import { tokenDigest } from "../auth/secret_token.ts";
import { Refusal } from "../http/problem.ts";
import type { ServerEnv } from "../server_env.ts";
import { pageOf } from "../v1/page_routes.ts";
import { requireAccess } from "../v1/v1_app.ts";
import { consoleDocument, type ConsoleFacts } from "./console_document.ts";
import { CONSOLE_HEADERS } from "./console_headers.ts";

/** What these routes need. */
export interface ConsoleServices {
  /** The plugins, whose pages are shown. */
  readonly handler: PluginHandler;
  /** What the document tells. */
  readonly facts: ConsoleFacts;
}

/** Adds the routes. */
export function addConsoleRoutes(
  app: Hono<ServerEnv>,
  prefix: string,
  { handler, facts }: ConsoleServices,
): void {
  const document = (context: Context<ServerEnv>) =>
    answerFile(context, "text/html; charset=utf-8", consoleDocument(facts));

  app.get(`${prefix}/console/app.js`, async (context) => {
    const { CONSOLE_SCRIPT } = await import("./console_bundle.ts");
    return answerFile(context, "text/javascript", CONSOLE_SCRIPT);
  });
  app.get(`${prefix}/console/app.css`, async (context) => {
    const { CONSOLE_STYLE } = await import("./console_bundle.ts");
    return answerFile(context, "text/css; charset=utf-8", CONSOLE_STYLE);
  });
  app.get(`${prefix}/console/icon.svg`, async (context) => {
    const { CONSOLE_ICON } = await import("./console_bundle.ts");
    return answerFile(context, "image/svg+xml", CONSOLE_ICON);
  });
  app.get(`${prefix}/console`, document);
  app.get(`${prefix}/console/*`, document);
  app.get(
    `${prefix}/p/:plugin/*`,
    async (context: Context<ServerEnv>, next) => {
      context.header("vary", "Accept", { append: true });
      if (wantsDocument(context)) return document(context);
      await next();
    },
    requireAccess("viewer"),
    async (context: Context<ServerEnv>) => {
      const plugin = context.req.param("plugin")!;
      const path = pathBelow(context, `${prefix}/p/`);
      const id = idOf(handler, plugin);
      context.header("cache-control", "no-store");
      return context.json(await pageOf(handler, id, path));
    },
  );
}

/** A browser that goes to a page wants to see it; programs want its data. */
function wantsDocument(context: Context): boolean {
  return accepts(context, {
    header: "Accept",
    supports: ["application/json", "text/html"],
    default: "application/json",
  }) === "text/html";
}

/**
 * The path of a page below its plugin's address.
 *
 * @throws {Refusal} `NOT_FOUND`.
 */
function pathBelow(context: Context, start: string): string {
  const { pathname } = new URL(context.req.url);
  const rest = pathname.slice(start.length);
  const slash = rest.indexOf("/");
  try {
    return decodeURIComponent(slash < 0 ? "/" : rest.slice(slash));
  } catch {
    throw new Refusal(
      "NOT_FOUND",
      `Cannot find the page "${pathname}": its address is not well formed`,
    );
  }
}

/** Names win over numbers, as no name is made of digits alone. */
function idOf(handler: PluginHandler, plugin: string): number {
  const found = handler.getAll().find(({ name }) => name === plugin);
  return found?.id ?? (/^\d{1,15}$/.test(plugin) ? Number(plugin) : 0);
}

function answerFile(
  context: Context,
  type: string,
  text: string,
): Response {
  const etag = `"${tokenDigest(text).slice(0, 22)}"`;
  const headers = { ...CONSOLE_HEADERS, etag };
  if (context.req.header("if-none-match") === etag) {
    return context.body(null, 304, headers);
  }
  return context.body(text, 200, { ...headers, "content-type": type });
}
