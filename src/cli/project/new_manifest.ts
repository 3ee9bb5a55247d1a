/**
 * A manifest for a plugin that has none: of what its code says about itself.
 *
 * @module
 */
import { join } from "@std/path";
import { manifestSchema } from "../../install/mod.ts";
import { UsageError } from "../program/fail.ts";
import { readDenoJson } from "../../project/deno_json.ts";
import { describeCode } from "./describe_code.ts";
import type { ManifestFile } from "./manifest_file.ts";
import type { Project } from "./read_project.ts";

/** What a manifest is made of. */
export interface NewManifestParts {
  /** The bundled code, which is asked in a sandbox. */
  readonly code: string;
  /** Where the source lives, where the code does not say. */
  readonly repository?: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Makes a manifest; nothing is written.
 *
 * @throws {UsageError} Where something is missing that only the author knows.
 */
export async function newManifest(
  { folder }: Project,
  { code, repository, signal }: NewManifestParts,
): Promise<ManifestFile> {
  const { name, version } = await readDenoJson(folder);
  const asked = { name: "plugin", version: "0.0.0", code };
  const { meta } = await describeCode(asked, signal);
  const fields = {
    name,
    version,
    manifest: "manifest.json",
    author: {},
    ...meta,
    ...(repository === undefined ? {} : { repository }),
  };
  const { error } = manifestSchema.safeParse(fields);
  if (error === undefined) {
    const path = join(folder, "manifest.json");
    return { path, text: JSON.stringify(fields), fields };
  }
  const missing = error.issues.map(({ path, message }) =>
    `${path.join(".")} ${message}`
  );
  throw new UsageError(
    `Cannot write a manifest for "${folder}": ${missing.join("; ")}; write ` +
      "manifest.json, or let the plugin's code say so",
  );
}
