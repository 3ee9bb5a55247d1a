/**
 * Insists on the metadata without which a plugin cannot be published.
 *
 * @module
 */
import { type Issue, ValidationError } from "../shared/errors.ts";
import type { PluginMeta } from "../plugin/plugin.ts";

const REQUIRED = [
  "name",
  "description",
  "version",
  "repository",
  "manifest",
  "author",
] as const;

/**
 * Names everything that is missing in one error.
 *
 * @throws {ValidationError} `INVALID_PLUGIN` where something is missing or
 * empty.
 */
export function requireMetadata(meta: Partial<PluginMeta>): void {
  const issues = missingFields(meta);
  if (issues.length === 0) return;
  throw new ValidationError("INVALID_PLUGIN", complaint(meta.name, issues), {
    issues,
  });
}

function missingFields(meta: Partial<PluginMeta>): Issue[] {
  const issues: Issue[] = REQUIRED
    .filter((field) => !meta[field])
    .map((field) => ({ message: `${field} is missing`, path: [field] }));
  if (meta.author && !meta.author.name) {
    issues.push({
      message: "author.name is missing",
      path: ["author", "name"],
    });
  }
  return issues;
}

function complaint(
  name: string | undefined,
  issues: readonly Issue[],
): string {
  const subject = name ? `plugin "${name}"` : "the plugin";
  const fields = issues.map(({ path }) => path.join("."));
  const list = new Intl.ListFormat("en").format(fields);
  return `Cannot build ${subject}: it lacks ${list}; set what is missing before build()`;
}
