/**
 * Reads what a definition contributes, and checks it on the way.
 *
 * @module
 */
import type { PluginContributions } from "../plugin/contributions.ts";
import type { PluginActivation, PluginMeta } from "../plugin/plugin.ts";
import { type Findings, isObject, kindOf } from "./findings.ts";
import { plainCopy } from "./plain_copy.ts";
import { readFrontend } from "./read_frontend.ts";
import { checkValidators, readRoutes } from "./read_routes.ts";
import { readTable } from "./read_table.ts";

const META_TEXTS = [
  "name",
  "version",
  "description",
  "repository",
  "repoType",
  "manifest",
] as const;

/**
 * Reads a definition.
 *
 * @param definition The definition as the module exports it.
 * @param findings Receives what is wrong.
 * @returns Its contributions as plain data, of use where there is no issue.
 */
export function readContributions(
  definition: Readonly<Record<string, unknown>>,
  findings: Findings,
): PluginContributions {
  findings.function(definition.init, ["init"]);
  findings.function(definition.cleanup, ["cleanup"]);
  const config = findings.object(definition.config, ["config"]) ?? {};
  const actions = readActions(config.actions, findings);
  const table = readTable(config.table, findings);
  const frontend = readFrontend(config.frontend, findings);
  const contributions = {
    meta: readMeta(definition, findings),
    routes: readRoutes(config.apiRoutes, new Set(actions), findings),
    actions,
    events: readEvents(definition.events, findings),
    ...(table === undefined ? {} : { table }),
    ...(frontend === undefined ? {} : { frontend }),
    activation: readActivation(definition.activation, findings),
  };
  return { ...contributions, warnings: findings.warnings };
}

/** The stored row wins, so that an odd description stops no plugin. */
function readMeta(
  definition: Readonly<Record<string, unknown>>,
  findings: Findings,
): Partial<PluginMeta> {
  const meta: Record<string, unknown> = {};
  for (const key of META_TEXTS) {
    const value = definition[key];
    if (value === undefined || value === null) continue;
    if (typeof value === "string") meta[key] = value;
    else findings.warn([key], `must be a text, and is ${kindOf(value)}`);
  }
  const author = plainCopy(definition.author, ["author"], findings);
  if (isObject(author)) meta.author = author;
  const { tags } = definition;
  if (Array.isArray(tags)) {
    meta.tags = tags.filter((tag) => typeof tag === "string");
  }
  return meta;
}

function readActions(value: unknown, findings: Findings): string[] {
  const path = ["config", "actions"];
  const actions = findings.object(value, path) ?? {};
  const names = Object.keys(actions);
  for (const name of names) {
    const action = actions[name];
    const at = [...path, name];
    if (typeof action === "function") continue;
    if (!isObject(action) || typeof action.handler !== "function") {
      findings.issue(
        at,
        `must be a function, or an object with one as its handler, and is ${
          kindOf(action)
        }`,
      );
      continue;
    }
    findings.milliseconds(action.timeoutMs, [...at, "timeoutMs"]);
    checkValidators(action.validate, [...at, "validate"], findings);
  }
  return names;
}

function readEvents(value: unknown, findings: Findings): string[] {
  const events = findings.object(value, ["events"]) ?? {};
  return Object.keys(events).filter((name) => {
    findings.function(events[name], ["events", name]);
    return typeof events[name] === "function";
  });
}

function readActivation(value: unknown, findings: Findings): PluginActivation {
  if (value === "startup" || value === "lazy") return value;
  if (value !== undefined && value !== null) {
    findings.issue(["activation"], 'must be "startup" or "lazy"');
  }
  return "lazy";
}
