/**
 * `/api/v2/plugins`: management in the original's words.
 *
 * @module
 */
import type { Hono } from "hono";
import { z } from "zod";
import type { PluginHandler } from "../../handler/plugin_handler.ts";
import type { ListedPlugin, OperationFailure } from "../../management/mod.ts";
import type { ServerEnv } from "../server_env.ts";
import { bodyOf, requireRole } from "./dialect.ts";

const ids = z.array(z.number());
const metadata = z.looseObject({
  id: z.number().nullable(),
  name: z.string().min(1),
  description: z.string(),
  version: z.string(),
  repository: z.string(),
  manifest: z.string(),
  repoType: z.enum(["local", "http", "github", "gitlab", "gitea"]),
  author: z.looseObject({
    name: z.string(),
    license: z.string(),
    email: z.email().optional(),
    website: z.url().optional(),
  }),
  tags: z.array(z.string()).optional(),
});

/** What these routes need. */
export interface ManagementServices {
  /** The handler. */
  readonly handler: PluginHandler;
  /** Whether plugins may come from private addresses. */
  readonly allowPrivateHosts: boolean;
}

/** Adds the routes. */
export function addManagementRoutes(
  app: Hono<ServerEnv>,
  services: ManagementServices,
): void {
  const { handler } = services;
  app.get("/plugins/all", (context) => {
    requireRole(context, "viewer");
    return context.json(handler.getAll().map(rowOf));
  });
  app.get("/plugins/hooks", (context) => {
    requireRole(context, "viewer");
    return context.json(
      [...handler.getHookHandlers()].map(([pluginId, hooks]) => ({
        pluginId,
        hooks: Object.keys(hooks),
      })),
    );
  });
  app.get("/plugins/status", (context) => {
    requireRole(context, "viewer");
    const { repos, loaded_plugins } = handler.getStatus();
    const rows = handler.getAll().map(rowOf);
    return context.json({
      installed_plugins: { count: rows.length, data: rows },
      loaded_plugins: loaded_plugins.map(rowOf),
      repos,
    });
  });
  app.get("/plugins/routes", (context) => {
    requireRole(context, "viewer");
    return context.json(handler.getAllPluginRoutes());
  });
  addChangeRoutes(app, services);
}

function addChangeRoutes(
  app: Hono<ServerEnv>,
  { handler, allowPrivateHosts }: ManagementServices,
): void {
  app.post("/plugins/install", async (context) => {
    requireRole(context, "operator");
    const { id: _id, plugin: _code, ...entry } = await bodyOf(
      context,
      metadata,
    );
    if (handler.getAll().some(({ name }) => name === entry.name)) {
      const message = "Plugin is already installed!";
      return context.json({ success: false, message });
    }
    const actor = context.get("principal")!.name;
    const result = await handler.installPlugin(withoutExtras(entry), {
      actor,
      trial: false,
      allowPrivateHosts,
    });
    if (!result.success) {
      return context.json({ success: false, message: wordsOf(result) });
    }
    const { successes } = await handler.loadPlugins([result.id]);
    return context.json({
      success: true,
      id: result.id,
      message: `Plugin saved successfully - loaded plugin: ${
        successes.length > 0
      }`,
    });
  });
  app.post("/plugins/loadPlugins", async (context) => {
    requireRole(context, "operator");
    const { successes, errors } = await handler.loadPlugins(
      await bodyOf(context, ids),
    );
    return context.json({
      successes,
      errors: errors.map(({ pluginId, error }) => ({ pluginId, error })),
    });
  });
  app.post("/plugins/unloadPlugins", async (context) => {
    requireRole(context, "operator");
    const body = await bodyOf(context, z.object({ ids }));
    const { successes } = handler.unloadPlugins(body.ids);
    return context.json({ successes, errors: [] });
  });
  app.post("/plugins/delete", async (context) => {
    requireRole(context, "operator");
    const { pluginId } = await bodyOf(
      context,
      z.object({ pluginId: z.number() }),
    );
    const wasLoaded = handler.getLoadedPlugins().includes(pluginId);
    const actor = context.get("principal")!.name;
    const result = handler.deletePlugin(pluginId, { actor });
    if (!result.success && result.cause.code !== "PLUGIN_NOT_FOUND") {
      const { message, error } = result;
      return context.json({ success: false, message, error });
    }
    return context.json({
      success: true,
      message: wasLoaded
        ? "Deleted and unloaded Plugin"
        : "Delete plugin; couldn't unload",
    });
  });
}

/** What the frontend adds to a manifest for itself. */
function withoutExtras(entry: Record<string, unknown>) {
  const {
    isInstalled: _,
    repoSource: _source,
    installedId: _installed,
    ...rest
  } = entry;
  return rest;
}

function wordsOf({ cause, error }: OperationFailure): string {
  return cause.code === "MANIFEST_FETCH_FAILED"
    ? `Failed to fetch plugin bundle: ${error}`
    : error;
}

/** A row in the original's columns. */
function rowOf(row: ListedPlugin) {
  const { id, name, description, version, author, repository } = row;
  const { repoType, manifest, tags } = row;
  return {
    id,
    name,
    description,
    version,
    author,
    repository,
    repoType,
    manifest,
    tags: tags ?? [],
  };
}
