/**
 * Writes `manifest.schema.json`, by which editors complete and check
 * manifests. With `--check` it writes nothing, and fails where the file is not
 * what it would write.
 *
 * Needs `--allow-read` and `--allow-write` for that file.
 *
 * @module
 */
import { manifestSchema } from "../src/install/mod.ts";
import { repository } from "./package_config.ts";

/**
 * The JSON Schema of manifests.
 *
 * @returns The text of `manifest.schema.json`.
 */
export function manifestSchemaText(): string {
  return `${JSON.stringify(manifestSchema.toJSONSchema(), null, 2)}\n`;
}

if (import.meta.main) {
  const file = `${repository}manifest.schema.json`;
  if (!Deno.args.includes("--check")) {
    await Deno.writeTextFile(file, manifestSchemaText());
  } else if (await Deno.readTextFile(file) !== manifestSchemaText()) {
    console.error("manifest.schema.json is stale: run deno task schema");
    Deno.exit(1);
  }
}
