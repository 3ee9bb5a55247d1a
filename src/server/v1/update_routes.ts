/**
 * `/api/v1/updates`: new versions, and the policies that bring them.
 *
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import type { FetchOptions } from "../../install/download/fetch_options.ts";
import { fetchText } from "../../install/download/fetch_text.ts";
import { previewSchema, shownPreview } from "./install_preview.ts";
import { describe, jsonBody, parameters } from "../schemas.ts";
import type { ServerEnv } from "../server_env.ts";
import { updatePolicySchema } from "../updates/update_policy.ts";
import type { UpdateWatch } from "../updates/update_watch.ts";
import { type BodyOf, idSchema, type ParametersOf } from "./input.ts";
import { requireSummary } from "./plugin_routes.ts";
import type { SummarySources } from "./plugin_summary.ts";
import { actorOf } from "./respond.ts";
import type { V1App } from "./v1_app.ts";

const TAG = "updates";
const MAX_CHANGELOG = 65_536;

const listSchema = z.object({
  checkedAt: z.iso.datetime().optional(),
  items: z.array(z.object({
    pluginId: z.number(),
    name: z.string(),
    current: z.string(),
    available: z.string().nullable(),
    policy: updatePolicySchema,
    error: z.object({ code: z.string(), detail: z.string() }).optional(),
  })),
});
const outcomeSchema = z.object({
  id: z.number(),
  ok: z.boolean(),
  message: z.string(),
  code: z.string().optional(),
});
const manyBody = z.object({ ids: z.array(z.number()).optional() });

/** Adds the routes. */
export function addUpdateRoutes(
  v1: V1App,
  updates: UpdateWatch,
  sources: SummarySources,
  fetch: FetchOptions,
): void {
  const shown = () => listOf(updates);
  v1.on(
    "get",
    "/updates",
    describe({ summary: "Known updates", tag: TAG, response: listSchema }),
    (context: Context<ServerEnv>) => context.json(shown()),
  );
  v1.on(
    "post",
    "/updates/check",
    describe({
      summary: "Look for updates now",
      tag: TAG,
      response: listSchema,
    }),
    async (context: Context<ServerEnv>) => {
      await updates.check(context.req.raw.signal);
      return context.json(shown());
    },
  );
  v1.on(
    "post",
    "/updates",
    describe({
      summary: "Update several plugins, or all that can be",
      tag: TAG,
      response: z.object({ results: z.array(outcomeSchema) }),
    }),
    jsonBody(manyBody),
    async (context: Context<ServerEnv, string, BodyOf<typeof manyBody>>) => {
      const { ids } = context.req.valid("json");
      const { actor } = actorOf(context);
      return context.json({ results: await updates.applyAll(ids, actor) });
    },
  );
  v1.on(
    "post",
    "/updates/:id",
    describe({ summary: "Update a plugin", tag: TAG, response: outcomeSchema }),
    parameters(idSchema),
    async (
      context: Context<ServerEnv, string, ParametersOf<typeof idSchema>>,
    ) => {
      const { id } = requireSummary(sources, context.req.valid("param").id);
      return context.json(await updates.apply(id, actorOf(context).actor));
    },
  );
  addPreviewRoute(v1, sources, fetch);
  v1.on(
    "put",
    "/plugins/:id/update-policy",
    describe({
      summary: "Decide which updates come by themselves",
      tag: TAG,
      response: updatePolicySchema,
    }),
    parameters(idSchema),
    jsonBody(updatePolicySchema),
    (
      context: Context<
        ServerEnv,
        string,
        ParametersOf<typeof idSchema> & BodyOf<typeof updatePolicySchema>
      >,
    ) => {
      const { id } = context.req.valid("param");
      const { name } = requireSummary(sources, id);
      updates.setPolicy(name, context.req.valid("json"));
      return context.json(updates.policyOf(name));
    },
  );
}

/** What an update would bring, and what its author says of it. */
function addPreviewRoute(
  v1: V1App,
  sources: SummarySources,
  fetch: FetchOptions,
): void {
  const { handler } = sources;
  v1.on(
    "get",
    "/updates/:id",
    describe({
      summary: "What an update would bring, before it is brought",
      tag: TAG,
      response: z.object({
        preview: previewSchema,
        changelog: z.string().optional(),
      }),
    }),
    parameters(idSchema),
    async (
      context: Context<ServerEnv, string, ParametersOf<typeof idSchema>>,
    ) => {
      const { id } = requireSummary(sources, context.req.valid("param").id);
      const { signal } = context.req.raw;
      const { allowPrivateHosts } = fetch;
      const preview = await handler.previewUpdate(id, {
        signal,
        allowPrivateHosts,
      });
      const changelog = preview.changelog === undefined
        ? undefined
        : await changesOf(preview.changelog, { ...fetch, signal });
      return context.json({
        preview: shownPreview(preview),
        ...(changelog === undefined ? {} : { changelog }),
      });
    },
  );
}

/** A text, which is shown as one; nobody's update fails for want of it. */
async function changesOf(
  url: string,
  options: FetchOptions,
): Promise<string | undefined> {
  try {
    const fetched = await fetchText(url, {
      ...options,
      subject: "manifest",
      maxBytes: MAX_CHANGELOG,
    });
    return fetched?.text;
  } catch {
    return undefined;
  }
}

function listOf(updates: UpdateWatch) {
  const { checkedAt } = updates;
  return {
    ...(checkedAt === undefined
      ? {}
      : { checkedAt: new Date(checkedAt).toISOString() }),
    items: [...updates.known.values()].map(
      ({ id, name, current, available, error }) => ({
        pluginId: id,
        name,
        current,
        available,
        policy: updates.policyOf(name),
        ...(error === undefined
          ? {}
          : { error: { code: error.code, detail: error.message } }),
      }),
    ),
  };
}
