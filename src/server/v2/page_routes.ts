/**
 * `/api/v2/plugins/frontend`: pages as the original's frontend asks for them.
 * What is not there is answered with 200 and an `error`, since that frontend
 * shows nothing else well.
 *
 * @module
 */
import type { Hono } from "hono";
import { z } from "zod";
import type { PluginHandler } from "../../handler/plugin_handler.ts";
import type { ServerEnv } from "../server_env.ts";
import { bodyOf, requireRole, type V2Context } from "./dialect.ts";
import { wireTemplate } from "./wire_template.ts";

const pathBody = z.object({ path: z.string() });
const stateBody = pathBody.extend({
  state: z.record(z.string(), z.unknown()).optional(),
});
const actionBody = stateBody.extend({ payload: z.unknown().optional() });

/** Which page of which plugin. */
interface Asked {
  readonly pluginId: number;
  readonly routePath: string;
}

/** Adds the routes. */
export function addPageRoutes(
  app: Hono<ServerEnv>,
  handler: PluginHandler,
): void {
  addListRoutes(app, handler);
  addTemplateRoute(app, handler);
  addLoaderRoutes(app, handler);
  addActionRoutes(app, handler);
}

function addListRoutes(app: Hono<ServerEnv>, handler: PluginHandler): void {
  app.get("/plugins/frontend/routes", (context) => {
    requireRole(context, "viewer");
    const byName = Map.groupBy(
      handler.getAllFrontendRoutes(),
      ({ pluginName }) => pluginName,
    );
    return context.json([...byName].map(([pluginName, pages]) => ({
      pluginName,
      paths: pages.map(({ pluginId, path, meta }) => ({
        fullPath: fullPathOf(pluginId, path),
        metaTitle: meta?.title ?? "Unknown",
      })),
    })));
  });
  app.get("/plugins/frontend/routes/by-plugin", (context) => {
    requireRole(context, "viewer");
    return context.json(handler.getFrontendRoutesByPlugin());
  });
  app.get("/plugins/frontend/navigation", (context) => {
    requireRole(context, "viewer");
    return context.json(handler.getFrontendNavigationItems());
  });
  app.get("/plugins/frontend/summary", (context) => {
    requireRole(context, "viewer");
    return context.json(handler.getFrontendSummary());
  });
  app.get("/plugins/frontend/:id/has-routes", (context) => {
    requireRole(context, "viewer");
    const pluginId = numberOf(context);
    const hasFrontendRoutes = handler.hasFrontendRoutes(pluginId);
    return context.json({ pluginId, hasFrontendRoutes });
  });
}

function addTemplateRoute(app: Hono<ServerEnv>, handler: PluginHandler): void {
  app.post("/plugins/frontend/:id/template", async (context) => {
    requireRole(context, "viewer");
    const asked = pageOf(context, (await bodyOf(context, pathBody)).path);
    const { pluginId, routePath } = asked;
    const page = handler.getFrontendRoute(pluginId, routePath);
    if (!page) return context.json({ error: "Route not found", ...asked });
    const initialData = await handler.executeRouteLoaders(pluginId, routePath);
    const template = wireTemplate(page.template);
    return context.json({
      route: { ...page, template, fullPath: fullPathOf(pluginId, page.path) },
      template,
      fragments: handler.getSharedFragments(pluginId),
      loaders: handler.getRouteLoaders(pluginId, routePath),
      actions: handler.getRouteActions(pluginId, routePath),
      initialData: {
        loaderResults: initialData.results,
        state: initialData.state,
        data: initialData.data,
      },
    });
  });
}

function addLoaderRoutes(app: Hono<ServerEnv>, handler: PluginHandler): void {
  app.get("/plugins/frontend/:id/loaders", (context) => {
    requireRole(context, "viewer");
    const asked = pageOf(context, context.req.query("path") ?? "");
    const loaders = handler.getRouteLoaders(asked.pluginId, asked.routePath);
    return context.json({ ...asked, loaders });
  });
  app.post("/plugins/frontend/:id/loaders/execute", async (context) => {
    requireRole(context, "viewer");
    const { path, state } = await bodyOf(context, stateBody);
    const asked = pageOf(context, path);
    const { pluginId, routePath } = asked;
    const result = await handler.executeRouteLoaders(pluginId, routePath, {
      state,
    });
    return context.json({ ...asked, ...result });
  });
  app.post("/plugins/frontend/:id/loaders/:loader/execute", async (context) => {
    requireRole(context, "viewer");
    const { path, state } = await bodyOf(context, stateBody);
    const asked = pageOf(context, path);
    const loaderId = context.req.param("loader");
    const { pluginId, routePath } = asked;
    const context_ = { state };
    const result = await handler.executeLoader(
      pluginId,
      routePath,
      loaderId,
      context_,
    );
    return context.json(
      result
        ? { ...asked, loaderId, result }
        : { error: "Loader not found", loaderId, ...asked },
    );
  });
}

function addActionRoutes(app: Hono<ServerEnv>, handler: PluginHandler): void {
  app.get("/plugins/frontend/:id/actions", (context) => {
    requireRole(context, "viewer");
    const asked = pageOf(context, context.req.query("path") ?? "");
    const actions = handler.getRouteActions(asked.pluginId, asked.routePath);
    return context.json({ ...asked, actions });
  });
  app.get("/plugins/frontend/:id/actions/:action", (context) => {
    requireRole(context, "viewer");
    const asked = pageOf(context, context.req.query("path") ?? "");
    const actionId = context.req.param("action");
    const { pluginId, routePath } = asked;
    const action = handler.getAction(pluginId, routePath, actionId);
    return context.json(
      action
        ? { ...asked, action }
        : { error: "Action not found", actionId, ...asked },
    );
  });
  app.post("/plugins/frontend/:id/actions/:action/execute", async (context) => {
    requireRole(context, "operator");
    const { path, state, payload } = await bodyOf(context, actionBody);
    const asked = pageOf(context, path);
    const actionId = context.req.param("action");
    const { pluginId, routePath } = asked;
    const result = await handler.executeAction(
      pluginId,
      routePath,
      actionId,
      { state, payload },
    );
    return context.json(
      result
        ? { ...asked, actionId, result }
        : { error: "Action not found", actionId, ...asked },
    );
  });
}

/** The path in a body has no leading slash; a template's has one. */
function pageOf(context: V2Context, path: string): Asked {
  return { pluginId: numberOf(context), routePath: `/${path}` };
}

function numberOf(context: V2Context): number {
  return Number(context.req.param("id"));
}

function fullPathOf(pluginId: number, path: string): string {
  return `/p/${pluginId}${path.startsWith("/") ? path : `/${path}`}`;
}
