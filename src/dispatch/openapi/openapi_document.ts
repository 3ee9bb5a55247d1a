/**
 * Describes the routes of plugins as an OpenAPI 3.1 document.
 *
 * @module
 */
import type { DescribedRoute } from "../../plugin/described_route.ts";
import { nameProblem } from "../../plugin/plugin_name.ts";
import { type OpenApiOperation, operationOf } from "./operation.ts";
import { type PathTemplate, pathTemplates } from "./path_template.ts";
import { PROBLEM_RESPONSE, PROBLEM_SCHEMA } from "./problem_schema.ts";
import { SchemaParts } from "./schema_parts.ts";

/** What an OpenAPI document says beside the routes. */
export interface OpenApiOptions {
  /** The plugin whose routes are described. @default all loaded plugins */
  readonly id?: number;
  /** What the API is called. @default "Plugins" */
  readonly title?: string;
  /** The version of the API. @default "1.0.0" */
  readonly version?: string;
  /** What the API is for. */
  readonly description?: string;
  /** Where the API is. */
  readonly servers?: readonly {
    readonly url: string;
    readonly description?: string;
  }[];
  /**
   * The path in front of a plugin's routes.
   *
   * @default `/plugins/<name>/routes`, which `fetch` serves
   */
  readonly prefix?: (
    plugin: Pick<DescribedRoute, "pluginId" | "plugin">,
  ) => string;
}

/** An OpenAPI 3.1 document, as plain data. */
export interface OpenApiDocument {
  /** The version of OpenAPI. */
  readonly openapi: "3.1.0";
  /** What the API is. */
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly description?: string;
  };
  /** Where the API is. */
  readonly servers?: OpenApiOptions["servers"];
  /** One for each plugin. */
  readonly tags: readonly { readonly name: string }[];
  /** The operations by path and method. */
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, OpenApiOperation>>>
  >;
  /** What the operations refer to. */
  readonly components: {
    readonly schemas: Readonly<Record<string, unknown>>;
    readonly responses: Readonly<Record<string, unknown>>;
  };
}

/** Describes routes. */
export function openApiDocument(
  routes: readonly DescribedRoute[],
  options: OpenApiOptions = {},
): OpenApiDocument {
  const { title = "Plugins", version = "1.0.0", description, servers } =
    options;
  const schemas = new SchemaParts();
  const paths = new Paths(schemas);
  for (const route of routes) paths.add(route, options.prefix ?? defaultPrefix);
  return {
    openapi: "3.1.0",
    info: {
      title,
      version,
      ...(description === undefined ? {} : { description }),
    },
    ...(servers === undefined ? {} : { servers }),
    tags: [...new Set(routes.map(({ plugin }) => plugin))]
      .map((name) => ({ name })),
    paths: paths.made,
    components: {
      schemas: { ...schemas.components, Problem: PROBLEM_SCHEMA },
      responses: { Problem: PROBLEM_RESPONSE },
    },
  };
}

/** A name that no path can hold is reached by the plugin's id. */
function defaultPrefix(
  { pluginId, plugin }: Pick<DescribedRoute, "pluginId" | "plugin">,
): string {
  const key = nameProblem(plugin) === undefined
    ? encodeURIComponent(plugin)
    : String(pluginId);
  return `/plugins/${key}/routes`;
}

/** The paths of a document while it is made. */
class Paths {
  readonly #schemas: SchemaParts;
  readonly #made: Record<string, Record<string, OpenApiOperation>> = {};
  /** By shape, since OpenAPI takes two paths that differ in names for one. */
  readonly #known = new Map<
    string,
    { path: string; names: readonly string[] }
  >();
  readonly #operationIds = new Set<string>();

  constructor(schemas: SchemaParts) {
    this.#schemas = schemas;
  }

  /** The operations by path and method. */
  get made(): OpenApiDocument["paths"] {
    return this.#made;
  }

  /** Adds a route; where an earlier one answers, that stays. */
  add(
    route: DescribedRoute,
    prefixOf: NonNullable<OpenApiOptions["prefix"]>,
  ): void {
    const prefix = prefixOf(route).replace(/\/+$/, "");
    for (const template of pathTemplates(route.path)) {
      this.#addPath(route, template, prefix);
    }
  }

  #addPath(route: DescribedRoute, template: PathTemplate, prefix: string) {
    const shape = prefix + template.shape;
    let known = this.#known.get(shape);
    if (known === undefined) {
      const path = prefix + template.template;
      this.#known.set(shape, known = { path, names: template.names });
    }
    const item = this.#made[known.path] ??= {};
    for (const method of route.methods) {
      const key = method.toLowerCase();
      if (Object.hasOwn(item, key)) continue;
      item[key] = operationOf({
        route,
        method,
        path: template,
        names: known.names,
        operationId: this.#operationId(route, template, key),
        schemas: this.#schemas,
      });
    }
  }

  #operationId(
    { plugin }: DescribedRoute,
    { template }: PathTemplate,
    method: string,
  ): string {
    const wanted = `${plugin}_${method}${template}`
      .replace(/[^A-Za-z0-9]+/g, "_").replace(/^_+|_+$/g, "");
    let id = wanted;
    for (let count = 2; this.#operationIds.has(id); count++) {
      id = `${wanted}_${count}`;
    }
    this.#operationIds.add(id);
    return id;
  }
}
