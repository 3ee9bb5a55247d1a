/**
 * Builds a plugin step by step.
 *
 * @module
 */
import type {
  EVENTS,
  PluginActions,
  PluginActivation,
  PluginAuthor,
  PluginConfig,
  PluginDefinition,
  PluginDraft,
  PluginFrontendConfig,
  PluginLifecycleContext,
  PluginMeta,
  PluginRoute,
  PluginSchedule,
  PluginUpgradeContext,
  RepoType,
  SettingsConfig,
  TableConfig,
  Untyped,
} from "../plugin/plugin.ts";
import { requireMetadata } from "./require_metadata.ts";

/**
 * A plugin that is being put together; made by {@linkcode pluginBuilder}. Each
 * method but `build()` returns the same builder. What is set twice counts as
 * set last.
 *
 * @typeParam T The rows of the plugin's table.
 * @typeParam A The plugin's actions.
 */
export class PluginBuilder<
  T = Untyped,
  A extends PluginActions<T> = PluginActions<T>,
> {
  readonly #definition: PluginDraft<T, A> = {};
  readonly #config: PluginConfig<T, A> = {};

  /**
   * Sets the unique name.
   *
   * @param name The name.
   * @returns This builder.
   */
  name(name: string): this {
    return this.meta({ name });
  }

  /**
   * Sets what the plugin does, in one sentence.
   *
   * @param description The sentence.
   * @returns This builder.
   */
  description(description: string): this {
    return this.meta({ description });
  }

  /**
   * Sets the version, as in https://semver.org.
   *
   * @param version The version.
   * @returns This builder.
   */
  version(version: string): this {
    return this.meta({ version });
  }

  /**
   * Sets where the source lives.
   *
   * @param repository The repository's address.
   * @param repoType What hosts it.
   * @returns This builder.
   */
  repository(repository: string, repoType: RepoType = "github"): this {
    return this.meta({ repository, repoType });
  }

  /**
   * Sets where the manifest lives.
   *
   * @param manifest The manifest's address.
   * @returns This builder.
   */
  manifest(manifest: string): this {
    return this.meta({ manifest });
  }

  /**
   * Sets who wrote the plugin.
   *
   * @param author The author.
   * @returns This builder.
   */
  author(author: PluginAuthor): this {
    return this.meta({ author });
  }

  /**
   * Sets the words to find the plugin by.
   *
   * @param tags The words.
   * @returns This builder.
   */
  tags(tags: string[]): this {
    return this.meta({ tags });
  }

  /**
   * Sets several metadata fields at once.
   *
   * @param meta The fields; those that are left out stay as they are.
   * @returns This builder.
   */
  meta(meta: Partial<PluginMeta>): this {
    return this.#set(meta);
  }

  /**
   * Sets the plugin's table.
   *
   * @param table The table: a column for each property of the rows.
   * @returns This builder.
   */
  table(table: TableConfig<T>): this {
    this.#config.table = table;
    return this;
  }

  /**
   * Sets the tables beside {@linkcode PluginBuilder.table}, which are in
   * `context.tables` under the same names.
   *
   * @param tables The tables by name.
   * @returns This builder.
   */
  tables(tables: Readonly<Record<string, TableConfig<Untyped>>>): this {
    this.#config.tables = tables;
    return this;
  }

  /**
   * Sets the actions. Routes that are set after them may name these only.
   *
   * @typeParam B The actions, inferred.
   * @param actions The actions by name.
   * @returns This builder, which now knows the names of the actions.
   */
  actions<B extends PluginActions<T>>(actions: B): PluginBuilder<T, B> {
    const builder = this as unknown as PluginBuilder<T, B>;
    builder.#config.actions = actions;
    return builder;
  }

  /**
   * Sets the API routes.
   *
   * @param routes The routes by path or pattern.
   * @returns This builder.
   */
  apiRoutes(routes: Record<string, PluginRoute<keyof A & string>>): this {
    this.#config.apiRoutes = routes;
    return this;
  }

  /**
   * Sets what the handler runs again and again.
   *
   * @param schedules The schedules by name.
   * @returns This builder.
   */
  schedules(schedules: Record<string, PluginSchedule<keyof A & string>>): this {
    this.#config.schedules = schedules;
    return this;
  }

  /**
   * Sets what an operator can set of the plugin.
   *
   * @param settings Declarations by name, or a Standard Schema of an object.
   * @returns This builder.
   */
  settings(settings: SettingsConfig): this {
    this.#config.settings = settings;
    return this;
  }

  /**
   * Sets the pages.
   *
   * @param frontend The pages, and what they share.
   * @returns This builder.
   */
  frontend(frontend: PluginFrontendConfig): this {
    this.#config.frontend = frontend;
    return this;
  }

  /**
   * Sets table, actions, routes, schedules, settings and pages at once.
   *
   * @typeParam B The actions, inferred.
   * @param config The parts; those that are left out stay as they are.
   * @returns This builder, which now knows the names of the actions.
   */
  config<B extends PluginActions<T> = A>(
    config: PluginConfig<T, B>,
  ): PluginBuilder<T, B> {
    const builder = this as unknown as PluginBuilder<T, B>;
    Object.assign(builder.#config, config);
    return builder;
  }

  /**
   * Sets the hooks.
   *
   * @param events The hooks by event name, in either dialect.
   * @returns This builder.
   */
  events(events: Partial<EVENTS<T>>): this {
    return this.#set({ events });
  }

  /**
   * Sets when the plugin is imported by a host that imports lazily.
   *
   * @param activation `"startup"` to be imported at once.
   * @returns This builder.
   */
  activation(activation: PluginActivation): this {
    return this.#set({ activation });
  }

  /**
   * Sets what is called once after loading; it is awaited.
   *
   * @param init The function.
   * @returns This builder.
   */
  init(init: (context: PluginLifecycleContext<T>) => unknown): this {
    return this.#set({ init });
  }

  /**
   * Sets what brings the data of an earlier version to what this one expects.
   *
   * @param upgrade The function; it must be synchronous.
   * @returns This builder.
   */
  upgrade(upgrade: (context: PluginUpgradeContext<T>) => unknown): this {
    return this.#set({ upgrade });
  }

  /**
   * Sets what is called once at unloading; it is awaited up to a limit.
   *
   * @param cleanup The function.
   * @returns This builder.
   */
  cleanup(cleanup: (context: PluginLifecycleContext<T>) => unknown): this {
    return this.#set({ cleanup });
  }

  /**
   * The finished plugin. The builder may go on afterwards, without effect on
   * what was built.
   *
   * @returns The plugin, for its module to export.
   * @throws {ValidationError} `INVALID_PLUGIN` when name, description, version,
   * repository, manifest or author is missing or empty; its `issues` name each.
   */
  build(): PluginDefinition<T, A> {
    requireMetadata(this.#definition);
    return this.draft() as PluginDefinition<T, A>;
  }

  /**
   * The plugin as it stands, whatever metadata it lacks: a handler takes this
   * of a builder that was not built, since the manifest says the rest.
   *
   * @returns The plugin so far.
   */
  draft(): PluginDraft<T, A> {
    return {
      repoType: "github",
      ...this.#definition,
      config: { ...this.#config },
    };
  }

  #set(part: PluginDraft<T, A>): this {
    Object.assign(this.#definition, part);
    return this;
  }
}

/**
 * Starts a plugin that is built step by step, for instance from other data.
 *
 * @typeParam T The rows of the plugin's table.
 * @typeParam A The plugin's actions; inferred by `.actions(…)` where left out.
 * @returns A builder that knows nothing yet.
 *
 * @example Building a plugin
 * ```ts
 * import { column, pluginBuilder } from "@dockstat/plugin-handler/builder";
 * import { assertEquals } from "@std/assert";
 *
 * interface Note {
 *   id: number;
 *   text: string;
 * }
 *
 * const plugin = pluginBuilder<Note>()
 *   .name("notes")
 *   .description("Keeps notes")
 *   .version("1.0.0")
 *   .repository("https://github.com/user/notes")
 *   .manifest("https://github.com/user/notes/manifest.json")
 *   .author({ name: "Developer" })
 *   .table({
 *     name: "notes",
 *     columns: { id: column.id(), text: column.text() },
 *   })
 *   .actions({ list: ({ table }) => table?.select(["*"]).all() ?? [] })
 *   .apiRoutes({ "/notes": { method: "GET", actions: ["list"] } })
 *   .build();
 * assertEquals(plugin.repoType, "github");
 * ```
 */
export function pluginBuilder<
  T = Untyped,
  A extends PluginActions<T> = PluginActions<T>,
>(): PluginBuilder<T, A> {
  return new PluginBuilder<T, A>();
}
