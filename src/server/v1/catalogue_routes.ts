/**
 * `/api/v1/repositories` and `/api/v1/catalogue`: what can be installed.
 *
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Repositories } from "../catalogue/repositories.ts";
import {
  type CatalogueEntry,
  repositoryOf,
} from "../catalogue/repository_file.ts";
import type { PluginHandler } from "../../handler/plugin_handler.ts";
import { describe, jsonBody, parameters, query } from "../schemas.ts";
import type { ServerEnv } from "../server_env.ts";
import {
  type BodyOf,
  idSchema,
  type ParametersOf,
  type QueryOf,
} from "./input.ts";
import type { V1App } from "./v1_app.ts";

const TAG = "catalogue";

const repositorySchema = z.object({
  id: z.number(),
  name: z.string(),
  source: z.string(),
  type: z.string(),
  policy: z.string(),
  verification_api: z.string().nullable(),
  paths: z.record(z.string(), z.unknown()).nullable(),
});
const entrySchema = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string().optional(),
  author: z.string().optional(),
  tags: z.array(z.string()),
  repository: z.object({ id: z.number(), name: z.string() }),
  manifest: z.record(z.string(), z.unknown()),
  installed: z.object({ id: z.number(), version: z.string() }).optional(),
});
const linkBody = z.object({ link: z.url() });
const searchQuery = z.object({ q: z.string().max(200).optional() });

/** What these routes need. */
export interface CatalogueServices {
  /** What is installed. */
  readonly handler: PluginHandler;
  /** The repositories. */
  readonly repositories: Repositories;
  /** What they offer. */
  readonly catalogue: Catalogue;
}

/** Adds the routes. */
export function addCatalogueRoutes(
  v1: V1App,
  services: CatalogueServices,
): void {
  addRepositoryRoutes(v1, services);
  v1.on(
    "get",
    "/catalogue",
    describe({
      summary: "What all repositories offer",
      tag: TAG,
      response: z.object({
        items: z.array(entrySchema),
        errors: z.array(z.object({
          repository: z.string(),
          detail: z.string(),
        })),
      }),
    }),
    query(searchQuery),
    async (
      context: Context<ServerEnv, string, QueryOf<typeof searchQuery>>,
    ) => {
      const { q = "" } = context.req.valid("query");
      const found = await searched(services, q, context.req.raw.signal);
      return context.json(found);
    },
  );
}

function addRepositoryRoutes(
  v1: V1App,
  { repositories, catalogue }: CatalogueServices,
): void {
  v1.on(
    "get",
    "/repositories",
    describe({
      summary: "The repositories that are browsed",
      tag: TAG,
      response: z.object({ items: z.array(repositorySchema) }),
    }),
    (context: Context<ServerEnv>) =>
      context.json({ items: repositories.list() }),
  );
  v1.on(
    "post",
    "/repositories",
    describe({
      summary: "Browse one more repository",
      tag: TAG,
      response: repositorySchema,
      status: 201,
    }),
    jsonBody(linkBody),
    async (context: Context<ServerEnv, string, BodyOf<typeof linkBody>>) => {
      const { link } = context.req.valid("json");
      const file = await catalogue.read(link, context.req.raw.signal);
      return context.json(repositories.add(repositoryOf(link, file)), 201);
    },
  );
  v1.on(
    "delete",
    "/repositories/:id",
    describe({ summary: "Browse a repository no more", tag: TAG }),
    parameters(idSchema),
    (context: Context<ServerEnv, string, ParametersOf<typeof idSchema>>) => {
      repositories.remove(context.req.valid("param").id);
      return context.body(null, 204);
    },
  );
}

async function searched(
  { handler, catalogue }: CatalogueServices,
  q: string,
  signal: AbortSignal,
) {
  const installed = new Map(
    handler.getAll().map(({ id, name, version }) => [name, { id, version }]),
  );
  const offers = await catalogue.offers(signal);
  const wanted = q.toLowerCase();
  return {
    items: offers.flatMap((offer) =>
      "file" in offer
        ? offer.file.plugins.map((entry) => ({
          ...shownEntry(entry),
          repository: { id: offer.repository.id, name: offer.repository.name },
          ...(installed.has(entry.name)
            ? { installed: installed.get(entry.name)! }
            : {}),
        }))
        : []
    ).filter(({ name, description, tags }) =>
      [name, description ?? "", ...tags].some((text) =>
        text.toLowerCase().includes(wanted)
      )
    ),
    errors: offers.flatMap((offer) =>
      "error" in offer
        ? [{ repository: offer.repository.name, detail: offer.error }]
        : []
    ),
  };
}

/** What an entry says, as far as it can be shown. */
function shownEntry(entry: CatalogueEntry) {
  const { name, version, description, tags, author } = entry;
  const authorName = typeof author === "object" && author !== null
    ? Reflect.get(author, "name")
    : undefined;
  return {
    name,
    version,
    ...(typeof description === "string" ? { description } : {}),
    ...(typeof authorName === "string" ? { author: authorName } : {}),
    tags: Array.isArray(tags)
      ? tags.filter((tag) => typeof tag === "string")
      : [],
    manifest: entry,
  };
}
