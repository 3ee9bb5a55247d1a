/**
 * What an operator does to plugins, over `/api/v1/plugins`.
 *
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import type { OperationResult } from "../../management/mod.ts";
import { PluginError } from "../../shared/errors.ts";
import { Refusal } from "../http/problem.ts";
import { describe, jsonBody, parameters, query } from "../schemas.ts";
import type { ServerEnv } from "../server_env.ts";
import {
  type BodyOf,
  idSchema,
  type ParametersOf,
  type QueryOf,
} from "./input.ts";
import {
  permissionsSchema,
  previewSchema,
  shownPreview,
} from "./install_preview.ts";
import { requireSummary } from "./plugin_routes.ts";
import type { SummarySources } from "./plugin_summary.ts";
import { actorOf, answerOperation, checkIfMatch } from "./respond.ts";
import type { V1App } from "./v1_app.ts";

const TAG = "plugins";

const source = z.object({
  url: z.url().optional(),
  manifest: z.record(z.string(), z.unknown()).optional(),
}).refine(
  ({ url, manifest }) => (url === undefined) !== (manifest === undefined),
  "give either url or manifest",
);
const installBody = source.and(z.object({
  grant: permissionsSchema.optional(),
  integrity: z.string().optional(),
  load: z.boolean().default(true),
}));
const resultSchema = z.object({
  id: z.number(),
  message: z.string(),
  warnings: z.array(z.string()),
});
const reasonBody = z.object({ reason: z.string().max(500).optional() });
const rollbackBody = z.object({ version: z.string() });
const pinBody = z.object({ range: z.string().max(200).nullable() });
const purgeQuery = z.object({ purge: z.enum(["true", "false"]).optional() });
const changeGrantBody = z.object({ permissions: permissionsSchema.optional() });
const grantBody = z.object({ granted: permissionsSchema });

type WithId = Context<ServerEnv, string, ParametersOf<typeof idSchema>>;

/** What these routes need. */
export interface ChangeServices extends SummarySources {
  /** Whether clients may name private addresses. */
  readonly allowPrivateHosts: boolean;
}

/** Adds the routes. */
export function addPluginChangeRoutes(
  v1: V1App,
  sources: ChangeServices,
): void {
  addInstallRoutes(v1, sources);
  addSwitchRoutes(v1, sources);
  addVersionRoutes(v1, sources);
  addPermissionRoutes(v1, sources);
  addGrantRoutes(v1, sources);
}

/** A dry run, and what follows it. */
function addInstallRoutes(
  v1: V1App,
  { handler, allowPrivateHosts }: ChangeServices,
): void {
  v1.on(
    "post",
    "/plugins/dry-run",
    describe({
      summary: "What an installation would store",
      tag: TAG,
      response: previewSchema,
    }),
    jsonBody(source),
    async (context: Context<ServerEnv, string, BodyOf<typeof source>>) => {
      const { url, manifest } = context.req.valid("json");
      const { signal } = context.req.raw;
      const preview = await handler.previewInstall(url ?? manifest, {
        signal,
        allowPrivateHosts,
      });
      return context.json(shownPreview(preview));
    },
  );
  v1.on(
    "post",
    "/plugins",
    describe({
      summary: "Install a plugin",
      tag: TAG,
      response: resultSchema,
      status: 201,
    }),
    jsonBody(installBody),
    async (context: Context<ServerEnv, string, BodyOf<typeof installBody>>) => {
      const { url, manifest, integrity, grant, load } = context.req.valid(
        "json",
      );
      const actor = actorOf(context);
      const options = { ...actor, allowPrivateHosts, integrity };
      if (integrity !== undefined) {
        await checkUnchanged(url ?? manifest, integrity);
      }
      const result = url === undefined
        ? await handler.installPlugin(manifest, options)
        : await handler.installFromManifestLink(url, options);
      if (!result.success) throw result.cause;
      const warnings = [...result.warnings ?? []];
      if (grant !== undefined) {
        must(handler.grantPermissions(result.id, grant, actor));
      }
      if (load) warnings.push(...await loaded(result.id));
      return answerOperation(context, { ...result, warnings }, 201);
    },
  );

  /** What a person looked at is what is installed. */
  async function checkUnchanged(
    from: unknown,
    integrity: string,
  ): Promise<void> {
    const preview = await handler.previewInstall(from, { allowPrivateHosts });
    if (preview.integrity === integrity) return;
    throw new Refusal(
      "PRECONDITION_FAILED",
      `Cannot install "${preview.name}": its code changed since the dry run; look at it again`,
    );
  }

  async function loaded(id: number): Promise<string[]> {
    const { errors } = await handler.loadPlugins([id]);
    return errors
      .filter(({ cause }) =>
        !(cause instanceof PluginError &&
          cause.code === "PLUGIN_ALREADY_LOADED")
      )
      .map(({ error }) => `not loaded: ${error}`);
  }
}

/** Enabling, disabling, loading, unloading, deleting. */
function addSwitchRoutes(v1: V1App, sources: SummarySources): void {
  const { handler } = sources;
  const change = (
    verb: string,
    summary: string,
    act: (id: number, actor: { actor: string }) => Promise<string> | string,
  ) =>
    v1.on(
      "post",
      `/plugins/:id/${verb}`,
      describe({
        summary,
        tag: TAG,
        response: z.object({ message: z.string() }),
      }),
      parameters(idSchema),
      async (context: WithId) => {
        const { id } = context.req.valid("param");
        checkIfMatch(context, requireSummary(sources, id).etag);
        return context.json({ message: await act(id, actorOf(context)) });
      },
    );
  change("enable", "Let a plugin be loaded, and load it", async (id, actor) => {
    const { message } = must(handler.enablePlugin(id, actor));
    if (!handler.getLoadedPlugins().includes(id)) await handler.loadPlugin(id);
    return message;
  });
  change("load", "Load a plugin", async (id) => {
    await handler.loadPlugin(id);
    return `Plugin ${id} is loaded`;
  });
  change(
    "unload",
    "Unload a plugin",
    (id) =>
      handler.unloadPlugin(id)
        ? `Plugin ${id} is unloaded`
        : `Plugin ${id} was not loaded`,
  );
  change("reload", "Load a plugin anew", async (id) => {
    await handler.reloadPlugin(id);
    return `Plugin ${id} is loaded anew`;
  });
  v1.on(
    "post",
    "/plugins/:id/disable",
    describe({
      summary: "Unload a plugin and keep it from being loaded",
      tag: TAG,
      response: resultSchema,
    }),
    parameters(idSchema),
    jsonBody(reasonBody),
    (
      context: Context<
        ServerEnv,
        string,
        ParametersOf<typeof idSchema> & BodyOf<typeof reasonBody>
      >,
    ) => {
      const { id } = context.req.valid("param");
      checkIfMatch(context, requireSummary(sources, id).etag);
      const { reason } = context.req.valid("json");
      const result = handler.disablePlugin(id, reason, actorOf(context));
      return answerOperation(context, result);
    },
  );
  v1.on(
    "delete",
    "/plugins/:id",
    describe({ summary: "Delete a plugin", tag: TAG, response: resultSchema }),
    parameters(idSchema),
    query(purgeQuery),
    (
      context: Context<
        ServerEnv,
        string,
        ParametersOf<typeof idSchema> & QueryOf<typeof purgeQuery>
      >,
    ) => {
      const { id } = context.req.valid("param");
      checkIfMatch(context, requireSummary(sources, id).etag);
      const purge = context.req.valid("query").purge === "true";
      const result = handler.deletePlugin(id, { ...actorOf(context), purge });
      return answerOperation(context, result);
    },
  );
}

/** Earlier versions, and the range that updates stay in. */
function addVersionRoutes(v1: V1App, sources: SummarySources): void {
  const { handler } = sources;
  v1.on(
    "get",
    "/plugins/:id/versions",
    describe({
      summary: "The versions that can be rolled back to",
      tag: TAG,
      response: z.object({
        items: z.array(z.object({
          version: z.string(),
          digest: z.string(),
          replacedAt: z.iso.datetime(),
        })),
      }),
    }),
    parameters(idSchema),
    (context: WithId) => {
      const { id } = requireSummary(sources, context.req.valid("param").id);
      return context.json({
        items: handler.listVersions(id).map((
          { version, digest, replacedAt },
        ) => ({
          version,
          digest,
          replacedAt: new Date(replacedAt).toISOString(),
        })),
      });
    },
  );
  v1.on(
    "post",
    "/plugins/:id/rollback",
    describe({
      summary: "Put an earlier version back",
      tag: TAG,
      response: resultSchema,
    }),
    parameters(idSchema),
    jsonBody(rollbackBody),
    async (
      context: Context<
        ServerEnv,
        string,
        ParametersOf<typeof idSchema> & BodyOf<typeof rollbackBody>
      >,
    ) => {
      const { id } = context.req.valid("param");
      checkIfMatch(context, requireSummary(sources, id).etag);
      const { version } = context.req.valid("json");
      return answerOperation(
        context,
        await handler.rollbackPlugin(id, version, actorOf(context)),
      );
    },
  );
  v1.on(
    "put",
    "/plugins/:id/pin",
    describe({
      summary: "Keep updates within a range of versions",
      tag: TAG,
      response: resultSchema,
    }),
    parameters(idSchema),
    jsonBody(pinBody),
    (
      context: Context<
        ServerEnv,
        string,
        ParametersOf<typeof idSchema> & BodyOf<typeof pinBody>
      >,
    ) => {
      const { id } = context.req.valid("param");
      checkIfMatch(context, requireSummary(sources, id).etag);
      const { range } = context.req.valid("json");
      return answerOperation(
        context,
        handler.pinPlugin(id, range, actorOf(context)),
      );
    },
  );
}

/** What plugins ask for, and what they got. */
function addPermissionRoutes(v1: V1App, sources: SummarySources): void {
  const { handler } = sources;
  const report = z.object({
    requested: permissionsSchema,
    granted: permissionsSchema,
    effective: permissionsSchema,
  });
  v1.on(
    "get",
    "/plugins/:id/permissions",
    describe({
      summary: "What a plugin asks for, and what it got",
      tag: TAG,
      response: report,
    }),
    parameters(idSchema),
    (context: WithId) =>
      context.json(handler.getPermissions(context.req.valid("param").id)),
  );
  v1.on(
    "put",
    "/plugins/:id/permissions",
    describe({ summary: "Grant permissions", tag: TAG, response: report }),
    parameters(idSchema),
    jsonBody(grantBody),
    (
      context: Context<
        ServerEnv,
        string,
        ParametersOf<typeof idSchema> & BodyOf<typeof grantBody>
      >,
    ) => {
      const { id } = context.req.valid("param");
      checkIfMatch(context, requireSummary(sources, id).etag);
      const { granted } = context.req.valid("json");
      const actor = actorOf(context);
      must(handler.revokePermissions(id, undefined, actor));
      must(handler.grantPermissions(id, granted, actor));
      return context.json(handler.getPermissions(id));
    },
  );
}

/** Adds to what was granted, or takes from it, whatever else others do. */
function addGrantRoutes(v1: V1App, sources: SummarySources): void {
  const { handler } = sources;
  type Change = (
    id: number,
    permissions: z.output<typeof permissionsSchema> | undefined,
    actor: { actor: string },
  ) => OperationResult;
  const add = (verb: string, summary: string, change: Change) =>
    v1.on(
      "post",
      `/plugins/:id/permissions/${verb}`,
      describe({ summary, tag: TAG, response: resultSchema }),
      parameters(idSchema),
      jsonBody(changeGrantBody),
      (
        context: Context<
          ServerEnv,
          string,
          ParametersOf<typeof idSchema> & BodyOf<typeof changeGrantBody>
        >,
      ) => {
        const { id } = context.req.valid("param");
        checkIfMatch(context, requireSummary(sources, id).etag);
        const { permissions } = context.req.valid("json");
        const actor = actorOf(context);
        return answerOperation(context, change(id, permissions, actor));
      },
    );
  add(
    "grant",
    "Grant more permissions",
    (id, more = {}, actor) => handler.grantPermissions(id, more, actor),
  );
  add(
    "revoke",
    "Take permissions back, or all",
    (id, permissions, actor) =>
      handler.revokePermissions(id, permissions, actor),
  );
}

/** @throws {PluginError} What stopped the operation. */
function must(result: OperationResult): OperationResult & { success: true } {
  if (!result.success) throw result.cause;
  return result;
}
