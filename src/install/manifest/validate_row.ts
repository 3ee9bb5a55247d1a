/**
 * Checks the rows that callers hand to the handler to be saved.
 *
 * @module
 */
import type {
  DBPluginSchema,
  PluginExtras,
} from "../../store/plugin_repository.ts";
import { checkIntegrity } from "../trust/integrity.ts";
import { type Field, object, string } from "./field.ts";
import { clip, refuseFor } from "./issues.ts";
import type { Manifest } from "./manifest.ts";
import { bulkIssues, manifestFields } from "./manifest_fields.ts";
import { copyHandedOver } from "./copy_handed_over.ts";
import { toExtras, toRow } from "./to_plugin.ts";

/** A row that passed every check, and what goes beside it. */
export interface ValidRow {
  /** The row, its gaps filled. */
  readonly row: DBPluginSchema;
  /** What the row says that no column holds. */
  readonly extras: PluginExtras;
}

const id: Field = {
  schema: { type: "integer" },
  optional: true,
  check: (value) =>
    value === null || isDigits(value) ||
      (Number.isSafeInteger(value) && Number(value) > 0)
      ? []
      : [{ message: "is no id: a whole number from 1 on", path: [] }],
};

/** Hosts often have ids as strings, out of a URL. */
function isDigits(value: unknown): boolean {
  return typeof value === "string" && /^[1-9]\d{0,14}$/.test(value);
}

const rowObject = object({
  ...manifestFields,
  id,
  author: object({}),
  plugin: code(),
});

/**
 * Checks a row that somebody hands over to be saved. Fields of a manifest that
 * have no column may be in it. Needs no permissions.
 *
 * @param value The row, as it came.
 * @throws {ValidationError} `INVALID_PLUGIN`, with every problem.
 * @throws {PluginError} `INTEGRITY_MISMATCH` where the code is not what
 * `integrity` promises, `INVALID_REQUEST` for a value that cannot be read.
 */
export function validateRow(value: unknown): ValidRow {
  const plain = copyHandedOver(value);
  const issues = rowObject.check(plain);
  if (issues.length === 0) issues.push(...bulkIssues(plain as Manifest));
  if (issues.length > 0) {
    throw refuseFor("INVALID_PLUGIN", intentOf(plain), issues);
  }
  const { id, plugin, ...manifest } = plain as DBPluginSchema & Manifest;
  checkIntegrity(manifest, plugin);
  const signature = manifest.signature === undefined ? "unsigned" : "untrusted";
  return {
    row: { ...toRow(manifest, plugin), ...(id != null && { id: Number(id) }) },
    extras: toExtras(manifest, {
      sourceUrl: null,
      etag: null,
      signature,
      origin: "host",
    }),
  };
}

/** The original's hosts save entries without code, which takes a download. */
function code(): Field {
  const field = string({ min: 1, max: Infinity });
  const message = "is missing; installPlugin() fetches it";
  return {
    ...field,
    check: (value) =>
      value === undefined ? [{ message, path: [] }] : field.check(value),
  };
}

function intentOf(row: unknown): string {
  const name = (row as { name?: unknown } | null | undefined)?.name;
  return `Cannot save plugin "${
    typeof name === "string" ? clip(name) : "unnamed"
  }"`;
}
