/**
 * `/api/v1/pages`: plugins' pages, for the console's renderer.
 *
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import type { PluginHandler } from "../../handler/plugin_handler.ts";
import type { RouteLoaderResults } from "../../dispatch/mod.ts";
import type { FrontendTemplate } from "../../plugin/plugin.ts";
import { openYaml, readYamlIfOpen } from "../../shared/document/lazy_yaml.ts";
import { Refusal } from "../http/problem.ts";
import { describe, jsonBody, parameters } from "../schemas.ts";
import type { ServerEnv } from "../server_env.ts";
import { wireTemplate } from "../v2/wire_template.ts";
import { type BodyOf, idSchema, type ParametersOf } from "./input.ts";
import type { V1App } from "./v1_app.ts";

const TAG = "pages";

const record = z.record(z.string(), z.unknown());
const path = z.string().max(2_000);
const pageBody = z.object({ path });
const loaderBody = z.object({ path, state: record.optional() });
const actionBody = loaderBody.extend({ payload: z.unknown().optional() });
const loaderSchema = idSchema.extend({ loader: z.string() });
const actionSchema = idSchema.extend({ action: z.string() });
const loaderResult = z.object({
  loaderId: z.string(),
  success: z.boolean(),
  data: z.unknown().optional(),
  error: z.string().optional(),
  stateKey: z.string().optional(),
  dataKey: z.string().optional(),
  loadedAt: z.number(),
});
const pageSchema = z.object({
  pluginId: z.number(),
  plugin: z.string(),
  path: z.string(),
  title: z.string(),
  template: z.unknown(),
  fragments: z.array(z.unknown()),
  loaders: z.array(z.unknown()),
  actions: z.array(z.unknown()),
  initial: z.object({
    state: record,
    data: record,
    results: z.array(loaderResult),
  }),
});

/** What a page is answered with. */
type PageAnswer = Omit<z.infer<typeof pageSchema>, "initial"> & {
  readonly initial: Pick<RouteLoaderResults, "state" | "data" | "results">;
};

/** Adds the routes. */
export function addPageRoutes(v1: V1App, handler: PluginHandler): void {
  v1.on(
    "get",
    "/pages",
    describe({
      summary: "What a navigation shows",
      tag: TAG,
      response: z.object({
        items: z.array(z.object({
          pluginId: z.number(),
          pluginName: z.string(),
          path: z.string(),
          title: z.string(),
          icon: z.string().optional(),
          order: z.number(),
        })),
      }),
    }),
    (context: Context<ServerEnv>) =>
      context.json({ items: handler.getFrontendNavigationItems() }),
  );
  v1.on(
    "post",
    "/plugins/:id/pages",
    describe({
      summary: "A page with what its loaders load",
      tag: TAG,
      response: pageSchema,
    }),
    parameters(idSchema),
    jsonBody(pageBody),
    async (
      context: Context<
        ServerEnv,
        string,
        ParametersOf<typeof idSchema> & BodyOf<typeof pageBody>
      >,
    ) => {
      const { id } = context.req.valid("param");
      const asked = context.req.valid("json").path;
      return context.json(await pageOf(handler, id, asked));
    },
  );
  addRunRoutes(v1, handler);
}

function addRunRoutes(v1: V1App, handler: PluginHandler): void {
  v1.on(
    "post",
    "/plugins/:id/pages/loaders/:loader",
    describe({ summary: "Run a loader", tag: TAG, response: loaderResult }),
    parameters(loaderSchema),
    jsonBody(loaderBody),
    async (
      context: Context<
        ServerEnv,
        string,
        ParametersOf<typeof loaderSchema> & BodyOf<typeof loaderBody>
      >,
    ) => {
      const { id, loader } = context.req.valid("param");
      const { path, state } = context.req.valid("json");
      const found = await handler.executeLoader(id, path, loader, { state });
      if (!found) throw missing(`loader "${loader}"`, id, path);
      return context.json(found);
    },
  );
  v1.on(
    "post",
    "/plugins/:id/pages/actions/:action",
    describe({
      summary: "Run an action",
      tag: TAG,
      response: z.looseObject({ actionId: z.string(), success: z.boolean() }),
    }),
    parameters(actionSchema),
    jsonBody(actionBody),
    async (
      context: Context<
        ServerEnv,
        string,
        ParametersOf<typeof actionSchema> & BodyOf<typeof actionBody>
      >,
    ) => {
      const { id, action } = context.req.valid("param");
      const { path, state, payload } = context.req.valid("json");
      const given = { state, payload };
      const found = await handler.executeAction(id, path, action, given);
      if (!found) throw missing(`action "${action}"`, id, path);
      return context.json(found);
    },
  );
}

/**
 * A page with what its loaders load.
 *
 * @throws {Refusal} `NOT_FOUND`.
 */
export async function pageOf(
  handler: PluginHandler,
  id: number,
  path: string,
): Promise<PageAnswer> {
  const page = handler.getFrontendRoute(id, path);
  if (!page) throw missing("page", id, path);
  const loaded = await handler.executeRouteLoaders(id, page.path);
  return {
    pluginId: id,
    plugin: page.pluginName,
    path: page.path,
    title: page.meta?.title ?? page.pluginName,
    template: wireTemplate(await templateOf(page.template)),
    fragments: [...handler.getSharedFragments(id)],
    loaders: handler.getRouteLoaders(id, page.path),
    actions: handler.getRouteActions(id, page.path),
    initial: {
      state: loaded.state,
      data: loaded.data,
      results: loaded.results,
    },
  };
}

/** Text is read here, so that the console needs no reader of YAML. */
async function templateOf(
  template: FrontendTemplate,
): Promise<FrontendTemplate> {
  if (typeof template !== "string") return template;
  await openYaml();
  const read = readYamlIfOpen(template);
  const isReadable = read !== undefined && read.issues.length === 0 &&
    typeof read.value === "object" && read.value !== null;
  return isReadable ? read.value as FrontendTemplate : template;
}

function missing(what: string, id: number, path: string): Refusal {
  return new Refusal(
    "NOT_FOUND",
    `Cannot find the ${what} of plugin ${id} at "${path}": there is none`,
  );
}
