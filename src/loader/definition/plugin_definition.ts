/**
 * Turns the exports of a module into a checked definition.
 *
 * @module
 */
import type { PluginContributions } from "../../plugin/contributions.ts";
import { type Issue, messageOf, ValidationError } from "../../shared/errors.ts";
import type { PluginDefinition, PluginIdentity } from "../../plugin/plugin.ts";
import { isThenable } from "../../async/thenable.ts";
import {
  describeExports,
  exportedDefinition,
  withId,
} from "./exported_definition.ts";
import { Findings } from "./findings.ts";
import { pathText } from "../../shared/text/format_path.ts";
import type { ModuleNamespace } from "../importer/plugin_importer.ts";
import { readContributions } from "./read_contributions.ts";

/** A plugin's definition, and what it contributes. */
export interface ReadDefinition {
  /** What the module exports, with its id set. */
  readonly definition: PluginDefinition;
  /** What it contributes, as plain data. */
  readonly contributions: PluginContributions;
}

const PARTS: readonly string[] = [
  "name",
  "version",
  "meta",
  "config",
  "events",
  "init",
  "upgrade",
  "cleanup",
];

/**
 * Reads and checks the definition that a module exports: as its default export
 * or, where there is none, as its named exports.
 *
 * @param plugin Whose module it is.
 * @throws {ValidationError} `INVALID_PLUGIN` with every problem by its path.
 */
export function definitionOf(
  module: ModuleNamespace,
  plugin: PluginIdentity,
): ReadDefinition {
  const findings = new Findings();
  const read = attempt(plugin, () => {
    const exported = exportedDefinition(module);
    if (
      exported === undefined || isThenable(exported) ||
      !PARTS.some((part) => part in exported)
    ) return describeExports(module);
    const contributions = readContributions(exported, findings);
    const definition: unknown = withId(exported, plugin.id);
    return { definition: definition as PluginDefinition, contributions };
  });
  if (typeof read === "string") {
    throw invalid(plugin, [{ message: read, path: [] }]);
  }
  if (findings.issues.length > 0) throw invalid(plugin, findings.issues);
  return read;
}

/** Getters, proxies and `build()` are the plugin's own code. */
function attempt<T>(plugin: PluginIdentity, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const message = `reading it threw: ${messageOf(cause)}`;
    throw invalid(plugin, [{ message, path: [] }], { cause });
  }
}

function invalid(
  { id, name, version }: PluginIdentity,
  issues: readonly Issue[],
  options: ErrorOptions = {},
): ValidationError {
  const problems = issues.map(({ path, message }) =>
    path.length === 0 ? message : `${pathText(path)} ${message}`
  );
  return new ValidationError(
    "INVALID_PLUGIN",
    `Cannot load plugin "${name}@${version}": ${problems.join("; ")}`,
    { ...options, issues, pluginId: id },
  );
}
