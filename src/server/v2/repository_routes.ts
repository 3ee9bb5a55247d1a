/**
 * `/api/v2/repositories` and `/api/v2/db/repositories`: where plugins are
 * browsed.
 *
 * @module
 */
import type { Hono } from "hono";
import { z } from "zod";
import type { Catalogue } from "../catalogue/catalogue.ts";
import {
  POLICIES,
  type Repositories,
  REPOSITORY_TYPES,
} from "../catalogue/repositories.ts";
import { repositoryOf } from "../catalogue/repository_file.ts";
import { Refusal } from "../http/problem.ts";
import type { ServerEnv } from "../server_env.ts";
import { bodyOf, requireRole } from "./dialect.ts";

const newRepository = z.object({ link_to_manifest: z.url() });
const change = z.object({
  id: z.number(),
  name: z.string().min(1).optional(),
  source: z.string().min(1).optional(),
  type: z.enum(REPOSITORY_TYPES).optional(),
  policy: z.enum(POLICIES).optional(),
  verification_api: z.url().nullish(),
  paths: z.record(z.string(), z.unknown()).nullish(),
});

/** What these routes need. */
export interface RepositoryServices {
  /** The repositories. */
  readonly repositories: Repositories;
  /** What they offer. */
  readonly catalogue: Catalogue;
}

/** Adds the routes. */
export function addRepositoryRoutes(
  app: Hono<ServerEnv>,
  services: RepositoryServices,
): void {
  const { repositories, catalogue } = services;
  app.get("/repositories/all", (context) => {
    requireRole(context, "viewer");
    return context.json(repositories.list());
  });
  app.get("/repositories/all-manifests", async (context) => {
    requireRole(context, "viewer");
    const offers = await catalogue.offers(context.req.raw.signal);
    return context.json(Object.fromEntries(
      offers.flatMap((offer) =>
        "file" in offer
          ? [[offer.repository.name, {
            data: offer.file.data,
            type: offer.repository.type,
            repoSource: offer.repository.source,
          }]]
          : []
      ),
    ));
  });
  addTableRoutes(app, services);
}

function addTableRoutes(
  app: Hono<ServerEnv>,
  { repositories, catalogue }: RepositoryServices,
): void {
  const message = "Repositories retrieved successfully";
  app.get("/db/repositories", (context) => {
    requireRole(context, "viewer");
    return context.json({ success: true, message, data: repositories.list() });
  });
  app.get("/db/repositories/:id", (context) => {
    requireRole(context, "viewer");
    const id = Number(context.req.param("id"));
    const data = repositories.get(id);
    if (data === undefined) {
      throw new Refusal("NOT_FOUND", `Repository ${id} not found`);
    }
    return context.json({ success: true, message, data });
  });
  app.post("/db/repositories", async (context) => {
    requireRole(context, "admin");
    const { link_to_manifest: link } = await bodyOf(context, newRepository);
    const file = await catalogue.read(link, context.req.raw.signal);
    const data = repositories.add(repositoryOf(link, file));
    const message = `Repository "${data.name}" created successfully`;
    return context.json({ success: true, message, data });
  });
  app.put("/db/repositories/:id", async (context) => {
    requireRole(context, "admin");
    const { id: _, ...fields } = await bodyOf(context, change);
    const data = repositories.change(Number(context.req.param("id")), fields);
    const message = `Repository "${data.name}" updated successfully`;
    return context.json({ success: true, message, data });
  });
  app.delete("/db/repositories/:id", (context) => {
    requireRole(context, "admin");
    const { name } = repositories.remove(Number(context.req.param("id")));
    const message = `Repository "${name}" deleted successfully`;
    return context.json({ success: true, message });
  });
}
