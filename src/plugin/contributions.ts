/**
 * What a plugin contributes, as plain data: its routes, hooks, table and pages
 * by name, without any of its functions. It is learnt when the code is first
 * loaded, kept beside the stored row, and is all that listing, routing and
 * pages need, so that they work the same for a plugin whose code is imported,
 * is not imported yet, or runs in another process.
 *
 * @module
 */
import type { RouteDescription } from "./described_route.ts";
import type {
  HttpMethod,
  PluginActivation,
  PluginFrontendConfig,
  PluginMeta,
  SettingField,
  TableConfig,
} from "./plugin.ts";

/** One API route, normalised. */
export interface RouteContribution extends RouteDescription {
  /** The path or pattern, with its leading slash. */
  readonly path: string;
  /** The key under which the definition holds it. */
  readonly key: string;
  /** The methods that it serves, upper case. */
  readonly methods: readonly HttpMethod[];
  /** The names of its actions, in order. */
  readonly actions: readonly string[];
  /** Milliseconds that the whole chain may take. */
  readonly timeoutMs?: number;
  /** Whether the body is read and parsed before the chain. */
  readonly body: "parsed" | "raw";
  /** Whether it asks to be open to anybody. */
  readonly isPublic?: true;
  /** Whether it is the chain of a schedule, which no request asks for. */
  readonly isSchedule?: true;
}

/** One schedule, normalised. */
export interface ScheduleContribution {
  /** Its name. */
  readonly name: string;
  /** The interval or the cron expression, as it was declared. */
  readonly every: string;
  /** Milliseconds between two runs; undefined for a cron expression. */
  readonly intervalMs?: number;
  /** The time zone of a cron expression. */
  readonly timeZone?: string;
  /** The names of its actions, in order. */
  readonly actions: readonly string[];
  /** Milliseconds that a whole run may take. */
  readonly timeoutMs?: number;
  /** Whether it runs once when the plugin is loaded. */
  readonly runOnLoad?: true;
}

/** One setting, normalised. */
export type SettingContribution = Omit<SettingField, "isSet">;

/** What an operator can set of a plugin, as plain data. */
export interface SettingsContribution {
  /** The settings, in the order of the declaration, so far as they are known. */
  readonly fields: readonly SettingContribution[];
  /** Whether a schema in the plugin's code checks the values. */
  readonly hasSchema?: true;
  /** Whether the schema does not say which settings there are. */
  readonly isOpen?: true;
}

/** Everything that a plugin contributes. */
export interface PluginContributions {
  /** What the definition says about itself; the stored row wins. */
  readonly meta: Partial<PluginMeta>;
  /** The API routes, in the order of the definition. */
  readonly routes: readonly RouteContribution[];
  /** The names of all actions. */
  readonly actions: readonly string[];
  /** The names of all events with a hook, as the plugin wrote them. */
  readonly events: readonly string[];
  /** The table, with `jsonColumns` merged into `parser.JSON`. */
  readonly table?: TableConfig;
  /** The tables beside it, by the names that the plugin gave them. */
  readonly tables?: Readonly<Record<string, TableConfig>>;
  /** The schedules, in the order of the definition; none where absent. */
  readonly schedules?: readonly ScheduleContribution[];
  /** What an operator can set; nothing where absent. */
  readonly settings?: SettingsContribution;
  /** The pages. */
  readonly frontend?: PluginFrontendConfig;
  /** Whether it brings its data to what a new version expects. */
  readonly hasUpgrade?: true;
  /** When the code is imported under lazy activation. */
  readonly activation: PluginActivation;
  /** What loads but cannot work, such as a route that names no known action. */
  readonly warnings: readonly string[];
}
