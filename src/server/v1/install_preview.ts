/**
 * A dry run as the API shows it.
 *
 * @module
 */
import { z } from "zod";
import type { InstallPreview } from "../../management/mod.ts";

const permissionTerms = z.union([z.literal(true), z.array(z.string())]);
/** Permissions in Deno's terms. */
export const permissionsSchema = z.record(z.string(), permissionTerms);

/** What an installation would store. */
export const previewSchema = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string().nullable(),
  author: z.record(z.string(), z.unknown()),
  repository: z.string(),
  signature: z.string(),
  keyId: z.string().optional(),
  permissions: permissionsSchema,
  integrity: z.string(),
  sizeBytes: z.number(),
  contributions: z.object({
    routes: z.array(z.string()),
    tables: z.array(z.string()),
    hooks: z.array(z.string()),
    schedules: z.array(z.object({ name: z.string(), every: z.string() })),
    pages: z.array(z.string()),
  }).optional(),
  installed: z.object({ id: z.number(), version: z.string() }).optional(),
  newPermissions: permissionsSchema.optional(),
  changelog: z.string().optional(),
  warnings: z.array(z.string()),
  problems: z.array(z.object({ code: z.string(), detail: z.string() })),
});

/** Shows why it would be refused in words and codes. */
export function shownPreview(preview: InstallPreview) {
  const problems = preview.problems.map(({ code, message }) => ({
    code,
    detail: message,
  }));
  return { ...preview, problems };
}
