/**
 * Checks the rows that callers hand to the handler to be saved.
 *
 * @module
 */
import { z } from "zod";
import type {
  DBPluginSchema,
  PluginExtras,
} from "../../store/plugin_repository.ts";
import { checkIntegrity } from "../trust/integrity.ts";
import { clip, refuseFor, wordIssue } from "./issues.ts";
import { manifestFields } from "./manifest.ts";
import { toExtras, toRow } from "./to_plugin.ts";

/** A row that passed every check, and what goes beside it. */
export interface ValidRow {
  /** The row, its gaps filled. */
  readonly row: DBPluginSchema;
  /** What the row says that no column holds. */
  readonly extras: PluginExtras;
}

const rowSchema = z.looseObject({
  ...manifestFields,
  id: z.int().positive().nullish(),
  author: z.looseObject({}),
  plugin: z.string().min(1, "is empty"),
});

/**
 * Checks a row that somebody hands over to be saved. Fields of a manifest that
 * have no column may be in it. Needs no permissions.
 *
 * @param value The row, as it came.
 * @returns The row and what goes beside it.
 * @throws {ValidationError} `INVALID_PLUGIN`, with every problem.
 * @throws {PluginError} `INTEGRITY_MISMATCH` where the code is not what
 * `integrity` promises.
 */
export function validateRow(value: unknown): ValidRow {
  const parsed = rowSchema.safeParse(value, { error: wordIssue });
  if (!parsed.success) {
    const intent = `Cannot save plugin "${clip(nameOf(value))}"`;
    throw refuseFor("INVALID_PLUGIN", intent, parsed.error.issues);
  }
  const { id, plugin, ...manifest } = parsed.data;
  checkIntegrity(manifest, plugin);
  const signature = manifest.signature === undefined ? "unsigned" : "untrusted";
  return {
    row: { ...toRow(manifest, plugin), ...(id != null && { id }) },
    extras: toExtras(manifest, { sourceUrl: null, etag: null, signature }),
  };
}

function nameOf(value: unknown): string {
  const name = (value as { name?: unknown } | null | undefined)?.name;
  return typeof name === "string" ? name : "unnamed";
}
