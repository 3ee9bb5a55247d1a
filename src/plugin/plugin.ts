/**
 * What a plugin is: the types that authors write against and that every folder
 * of the handler reads. Types only, so that importing it costs nothing.
 *
 * @module
 */
import type { PluginActions } from "./action.ts";
import type { EmitEvent, EVENTS } from "./event.ts";
import type { PluginFrontendConfig } from "./frontend.ts";
import type { PluginRoute } from "./route.ts";
import type { PluginSchedule } from "./schedule.ts";
import type { SettingsConfig, SettingValues } from "./settings.ts";
import type { PluginIdentity, PluginLogger, Row, Untyped } from "./words.ts";
import type { ColumnDefinition, QueryBuilder } from "../sqlite/mod.ts";

export type * from "./action.ts";
export type * from "./described_route.ts";
export type * from "./docker_payloads.ts";
export type * from "./event.ts";
export type * from "./frontend.ts";
export type * from "./inferred/inferred_pages.ts";
export type * from "./inferred/inferred_plugin.ts";
export type * from "./no_table.ts";
export type * from "./inferred/resolved_pages.ts";
export type * from "./route.ts";
export type * from "./schedule.ts";
export type * from "./settings.ts";
export type * from "./standard_schema.ts";
export type * from "./inferred/type_helpers.ts";
export type * from "./widget.ts";
export type * from "./words.ts";

/** Where a plugin's repository is hosted. */
export type RepoType =
  | "github"
  | "gitlab"
  | "gitea"
  | "http"
  | "local"
  | "default";

/** Who wrote a plugin. */
export interface PluginAuthor {
  /** The name shown to operators. */
  name: string;
  /** An address to write to. */
  email?: string;
  /** The SPDX identifier of the license. */
  license?: string;
  /** A page about the author. */
  website?: string;
}

/** What is known about a plugin without its code. */
export interface PluginMeta {
  /** The unique name. */
  name: string;
  /** The version, as in https://semver.org. */
  version: string;
  /** One sentence on what the plugin does. */
  description?: string;
  /** Where the source lives. */
  repository?: string;
  /** What hosts the repository. */
  repoType?: RepoType;
  /** Where the manifest lives. */
  manifest?: string;
  /** Who wrote it. */
  author?: PluginAuthor;
  /** Words to find it by. */
  tags?: string[];
}

/** The table of a plugin. */
export interface TableConfig<T = Row> {
  /** A plain identifier, unique among all plugins. */
  name: string;
  /** The columns, made with `column`: one for each property of the row. */
  columns: { [K in keyof T]-?: ColumnDefinition };
  /** Which columns are converted, beyond what their types already say. */
  parser?: {
    /** Columns that hold JSON. */
    JSON?: readonly (keyof T & string)[];
    /** Columns that hold a boolean. */
    BOOLEAN?: readonly (keyof T & string)[];
    /** Columns that hold a date. */
    DATE?: readonly (keyof T & string)[];
    /** Columns that hold the source of a module. */
    MODULE?: readonly (keyof T & string)[];
  };
  /** The same as `parser.JSON`. */
  jsonColumns?: readonly (keyof T & string)[];
  /**
   * Whether every column takes values of its own type only, instead of what
   * SQLite makes of them: `5` in a column of text is refused.
   *
   * @default false
   */
  strictTypes?: boolean;
}

/** The tables of `config.tables` by the names that the plugin gave them. */
export type TablesByName = Readonly<Record<string, QueryBuilder<Untyped>>>;

/** When a lazily loaded plugin's code is imported. */
export type PluginActivation = "startup" | "lazy";

/** Everything that a plugin declares beside its metadata and hooks. */
export interface PluginConfig<
  T = Untyped,
  A extends PluginActions<T> = PluginActions<T>,
> {
  /** The plugin's table. */
  table?: TableConfig<T>;
  /**
   * Further tables, each as `table`: under these names they are in
   * `context.tables`.
   */
  tables?: Readonly<Record<string, TableConfig<Untyped>>>;
  /** The actions that routes name. */
  actions?: A;
  /** The routes by path or pattern. */
  apiRoutes?: Record<string, PluginRoute<keyof NoInfer<A> & string>>;
  /** What is run again and again, by name. */
  schedules?: Record<string, PluginSchedule<keyof NoInfer<A> & string>>;
  /** What an operator can set of it. */
  settings?: SettingsConfig;
  /** The pages. */
  frontend?: PluginFrontendConfig;
}

/** A whole plugin: what its module exports. */
export interface PluginDefinition<
  T = Untyped,
  A extends PluginActions<T> = PluginActions<T>,
> extends PluginMeta {
  /** The id of the stored row; set by the handler. */
  id?: number;
  /** Table, actions, routes and pages. */
  config?: PluginConfig<T, A>;
  /** Hooks by event name, in either dialect. */
  events?: Partial<EVENTS<T>>;
  /**
   * `"startup"` asks to be imported at once under lazy activation.
   *
   * @default "lazy"
   */
  activation?: PluginActivation;
  /**
   * Called once when this version takes the place of another, with the tables
   * migrated already, and within the same transaction: what it throws leaves the
   * other version in its place, with its data. It must be synchronous.
   */
  upgrade?: (context: PluginUpgradeContext<T>) => unknown;
  /** Called once after loading; awaited. */
  init?: (context: PluginLifecycleContext<T>) => unknown;
  /** Called once at unloading; awaited up to a limit. */
  cleanup?: (context: PluginLifecycleContext<T>) => unknown;
}

/** What `build()` of a builder gives. */
export type BuiltPlugin<
  T = Untyped,
  A extends PluginActions<T> = PluginActions<T>,
> = PluginDefinition<T, A>;

/**
 * A plugin of which the manifest says the rest: what the stored row holds need
 * not be in the code as well.
 */
export type PluginDraft<
  T = Untyped,
  A extends PluginActions<T> = PluginActions<T>,
> =
  & Omit<PluginDefinition<T, A>, keyof PluginMeta>
  & Partial<PluginMeta>;

/** What `init` and `cleanup` receive. */
export interface PluginLifecycleContext<T = Row> {
  /** The plugin's table, `null` at run time where it declares none. */
  readonly table: string extends keyof T ? QueryBuilder<T> | null
    : QueryBuilder<T>;
  /** The plugin's logger. */
  readonly logger: PluginLogger;
  /** Which plugin this is. */
  readonly plugin: PluginIdentity;
  /** The values of the plugin's settings. */
  readonly settings: SettingValues;
  /** Emits an event of the plugin's own, to other plugins. */
  readonly emit: EmitEvent;
  /** The plugin's tables of `config.tables`. */
  readonly tables: TablesByName;
}

/** What `upgrade` receives. */
export interface PluginUpgradeContext<T = Row> extends
  Pick<
    PluginLifecycleContext<T>,
    "table" | "tables" | "logger" | "plugin"
  > {
  /** The version whose data it is. */
  readonly from: string;
  /** This version. */
  readonly to: string;
}
