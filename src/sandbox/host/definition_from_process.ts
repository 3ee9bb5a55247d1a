/**
 * A definition that stands for a plugin in another process: what the plugin
 * said about itself, checked again by the host's own rules, with functions that
 * call into the process.
 *
 * @module
 */
import type { PluginContributions } from "../../plugin/contributions.ts";
import { DECLARED_LIMITS } from "../../plugin/declared_limits.ts";
import { clip } from "../../shared/text/clip.ts";
import { definitionOf } from "../../loader/mod.ts";
import type { PluginDefinition, PluginIdentity } from "../../plugin/plugin.ts";
import type { PluginRunner } from "../../execution/plugin_runner.ts";

/** A plugin as its process described it. */
export interface DescribedPlugin {
  /** A definition whose functions call into the process. */
  readonly definition: PluginDefinition;
  /** What the plugin contributes. */
  readonly contributions: PluginContributions;
}

/** What an action is handed by whoever calls it by hand. */
interface LooseContext {
  readonly request?: Request;
  readonly body?: unknown;
  readonly params?: Readonly<Record<string, string>>;
}

/**
 * Checks what a process says about its plugin, and gives it functions.
 *
 * @param plugin Whose process it is.
 * @throws {ValidationError} `INVALID_PLUGIN` where it is not a plugin.
 */
export function describedPlugin(
  told: PluginContributions,
  plugin: PluginIdentity,
  runner: Pick<PluginRunner, "chain" | "hook">,
): DescribedPlugin {
  const { meta, table, frontend, activation } = told;
  const definition = {
    ...meta,
    config: {
      table,
      tables: told.tables,
      actions: named(told.actions, (name) => actionOf(name, runner)),
      apiRoutes: Object.fromEntries(
        list(told.routes).map((route) => {
          const { key, methods, actions, timeoutMs, body, isPublic } = Object(
            route,
          );
          const { schemas, summary, responses } = Object(route);
          return [key, {
            method: methods,
            actions,
            timeoutMs,
            body,
            public: isPublic,
            validate: validatorsOf(schemas),
            summary,
            responses,
          }];
        }),
      ),
      schedules: Object.fromEntries(
        list(told.schedules).map((schedule) => {
          const { name, every, timeZone, actions, timeoutMs, runOnLoad } =
            Object(schedule);
          return [
            String(name),
            { every, timeZone, actions, timeoutMs, runOnLoad },
          ];
        }),
      ),
      settings: settingsOf(told.settings),
      frontend,
    },
    events: named(told.events, (event) => runner.hook(event)),
    ...(told.hasUpgrade === true ? { upgrade: () => {} } : {}),
    activation,
  };
  const checked = definitionOf({ default: definition }, plugin);
  const { findings, findingLength } = DECLARED_LIMITS;
  const warnings = list(told.warnings).slice(0, findings)
    .filter((warning) => typeof warning === "string")
    .map((warning) => clip(warning, findingLength));
  return {
    definition: checked.definition,
    contributions: {
      ...checked.contributions,
      ...schemaOf(told.settings, checked.contributions),
      warnings,
    },
  };
}

/** As declarations, so that the host's own rules check them. */
function settingsOf(told: unknown): Record<string, unknown> | undefined {
  if (told === undefined) return undefined;
  return Object.fromEntries(
    list(Object(told).fields).map((field) => {
      const { name, ...declaration } = Object(field);
      return [String(name), declaration];
    }),
  );
}

/** What says of itself what the process said; nothing is checked here. */
function validatorsOf(told: unknown): Record<string, unknown> {
  const { body, query, params } = Object(told);
  return Object.fromEntries(
    Object.entries({ body, query, params })
      .filter(([, schema]) => schema !== undefined)
      .map(([part, schema]) => [part, {
        "~standard": {
          validate: (value: unknown) => ({ value }),
          jsonSchema: { input: () => schema },
        },
      }]),
  );
}

/** The schema itself stays in the process. */
function schemaOf(
  told: unknown,
  { settings }: PluginContributions,
): Pick<PluginContributions, "settings"> {
  const { hasSchema, isOpen } = Object(told);
  if (settings === undefined || hasSchema !== true) return {};
  return {
    settings: {
      ...settings,
      hasSchema,
      ...(isOpen === true ? { isOpen } : {}),
    },
  };
}

function actionOf(
  name: string,
  runner: Pick<PluginRunner, "chain">,
): (context: LooseContext) => unknown {
  const run = runner.chain({
    path: "/",
    // No route of a plugin has a key like this.
    key: "\0action",
    methods: ["POST"],
    actions: [name],
    body: "parsed",
  });
  return (context) =>
    run({
      request: context.request ?? new Request("http://plugin.invalid/"),
      body: context.body,
      params: context.params ?? {},
    });
}

function named<V>(
  names: unknown,
  make: (name: string) => V,
): Record<string, V> {
  return Object.fromEntries(
    list(names).map((name) => [String(name), make(String(name))]),
  );
}

/** One more than there may be of anything, so that it is refused. */
const MOST = 1 + Math.max(
  DECLARED_LIMITS.actions,
  DECLARED_LIMITS.events,
  DECLARED_LIMITS.routes,
  DECLARED_LIMITS.schedules,
);

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, MOST) : [];
}
