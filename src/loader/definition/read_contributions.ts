/**
 * Reads what a definition contributes, and checks it on the way.
 *
 * @module
 */
import type { PluginContributions } from "../../plugin/contributions.ts";
import type { PluginActivation, PluginMeta } from "../../plugin/plugin.ts";
import { DECLARED_LIMITS } from "../../plugin/declared_limits.ts";
import { clip } from "../../shared/text/clip.ts";
import { describeRoutes } from "./describe_routes.ts";
import type { Findings } from "./findings.ts";
import { isObject, kindOf } from "../../shared/text/kind_of.ts";
import type { Path } from "../../shared/text/format_path.ts";
import { nearestName } from "../../shared/text/nearest_name.ts";
import { plainCopy } from "./plain_copy.ts";
import { readFrontend } from "./read_frontend.ts";
import { checkValidators, readRoutes } from "./read_routes.ts";
import { readSchedules } from "./read_schedules.ts";
import { readSettings } from "./read_settings.ts";
import { readTable } from "./read_table.ts";
import { readTables } from "./read_tables.ts";

const META_TEXTS = [
  "name",
  "version",
  "description",
  "repository",
  "repoType",
  "manifest",
] as const;

/** What a definition is read for. */
const PARTS: readonly string[] = [
  ...META_TEXTS,
  "id",
  "author",
  "tags",
  "config",
  "events",
  "activation",
  "init",
  "cleanup",
  "upgrade",
];

const CONFIG_PARTS: readonly string[] = [
  "table",
  "tables",
  "actions",
  "apiRoutes",
  "schedules",
  "settings",
  "frontend",
];

/**
 * Reads a definition.
 *
 * @param findings Receives what is wrong.
 * @returns Its contributions as plain data, of use where there is no issue.
 */
export function readContributions(
  definition: Readonly<Record<string, unknown>>,
  findings: Findings,
): PluginContributions {
  warnOfMisspelt(definition, [], { known: PARTS, findings });
  findings.function(definition.init, ["init"]);
  findings.function(definition.upgrade, ["upgrade"]);
  findings.function(definition.cleanup, ["cleanup"]);
  const config = findings.object(definition.config, ["config"]) ?? {};
  warnOfMisspelt(config, ["config"], { known: CONFIG_PARTS, findings });
  const actions = readActions(config.actions, findings);
  const known = new Set(actions);
  const schedules = readSchedules(config.schedules, known, findings);
  const table = readTable(config.table, ["config", "table"], findings);
  const tables = readTables(config.tables, table, findings);
  const settings = readSettings(config.settings, findings);
  const frontend = readFrontend(config.frontend, findings);
  const contributions = {
    meta: readMeta(definition, findings),
    routes: describeRoutes(
      readRoutes(config.apiRoutes, known, findings),
      config,
      findings,
    ),
    actions,
    events: readEvents(definition.events, findings),
    ...(schedules.length === 0 ? {} : { schedules }),
    ...(table === undefined ? {} : { table }),
    ...(tables === undefined ? {} : { tables }),
    ...(settings === undefined ? {} : { settings }),
    ...(frontend === undefined ? {} : { frontend }),
    ...(typeof definition.upgrade === "function"
      ? { hasUpgrade: true as const }
      : {}),
    activation: readActivation(definition.activation, findings),
  };
  return { ...contributions, warnings: findings.warnings };
}

/** What is not read may well be the author's own, unless it looks misspelt. */
function warnOfMisspelt(
  part: Readonly<Record<string, unknown>>,
  path: Path,
  { known, findings }: {
    readonly known: readonly string[];
    readonly findings: Findings;
  },
): void {
  const free = known.filter((name) => !(name in part));
  for (const name of Object.keys(part)) {
    if (known.includes(name)) continue;
    const meant = nearestName(name, free);
    if (meant === undefined) continue;
    findings.warn([...path, name], `is not read; did you mean "${meant}"?`);
  }
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
    if (typeof value === "string") {
      meta[key] = clip(value, DECLARED_LIMITS.metaLength);
    } else findings.warn([key], `must be a string, and is ${kindOf(value)}`);
  }
  const limits = { values: 100, length: DECLARED_LIMITS.metaLength };
  const author = plainCopy(definition.author, ["author"], { findings, limits });
  if (isObject(author)) meta.author = author;
  const { tags } = definition;
  if (Array.isArray(tags)) {
    meta.tags = tags.slice(0, DECLARED_LIMITS.tags)
      .filter((tag) => typeof tag === "string")
      .map((tag) => clip(tag, DECLARED_LIMITS.nameLength));
  }
  return meta;
}

function readActions(value: unknown, findings: Findings): string[] {
  const path = ["config", "actions"];
  const actions = findings.object(value, path) ?? {};
  const names = readNames(actions, path, { findings, kind: "actions" });
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

/** The names of what is declared; none where they are too many or too long. */
function readNames(
  declared: Readonly<Record<string, unknown>>,
  path: Path,
  { findings, kind }: {
    readonly findings: Findings;
    readonly kind: "actions" | "events";
  },
): string[] {
  const names = Object.keys(declared);
  const limit = DECLARED_LIMITS[kind];
  if (findings.tooMany(names.length, limit, { path, what: kind })) return [];
  return names.filter((name) => {
    const what = "characters in its name";
    const at = [...path, name];
    const { nameLength } = DECLARED_LIMITS;
    return !findings.tooMany(name.length, nameLength, { path: at, what });
  });
}

function readEvents(value: unknown, findings: Findings): string[] {
  if (value === undefined || value === null) return [];
  if (!isObject(value)) {
    const is = kindOf(value);
    findings.warn(
      ["events"],
      `must be an object, and is ${is}; it is left out`,
    );
    return [];
  }
  const path = ["events"];
  return readNames(value, path, { findings, kind: "events" }).filter((name) => {
    const hook = value[name];
    if (typeof hook === "function") return true;
    if (hook !== undefined && hook !== null) {
      const is = kindOf(hook);
      findings.warn(
        ["events", name],
        `must be a function, and is ${is}; it is left out`,
      );
    }
    return false;
  });
}

function readActivation(value: unknown, findings: Findings): PluginActivation {
  if (value === "startup" || value === "lazy") return value;
  if (value !== undefined && value !== null) {
    findings.issue(["activation"], 'must be "startup" or "lazy"');
  }
  return "lazy";
}
