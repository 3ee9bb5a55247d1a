/**
 * Checks what loaders and actions of pages call.
 *
 * @module
 */
import type { RouteContribution } from "../plugin/contributions.ts";
import type { HttpMethod } from "../plugin/route.ts";
import { RouteTable } from "../routing/mod.ts";
import { didYouMean } from "../shared/text/nearest_name.ts";

/** The routes of a plugin as its pages call them. */
export class CalledRoutes {
  readonly #routes: readonly RouteContribution[];
  readonly #table: RouteTable<RouteContribution>;

  constructor(routes: readonly RouteContribution[]) {
    this.#routes = routes;
    this.#table = new RouteTable(
      routes.map((route) => ({
        path: route.path,
        methods: route.methods,
        value: route,
      })),
    );
  }

  /**
   * What is wrong with a call.
   *
   * @returns Which part of it, and what; undefined where a route answers.
   */
  problemOf(
    apiRoute: string,
    method: HttpMethod,
  ):
    | { readonly part: "apiRoute" | "method"; readonly message: string }
    | undefined {
    const [path = ""] = apiRoute.split(/[?#]/);
    const at = path.startsWith("/") ? path : `/${path}`;
    const match = this.#table.match(method, at);
    if (match?.kind === "found") return undefined;
    if (match !== undefined) {
      const serves = match.allow.filter((name) => name !== "HEAD").join(", ");
      const message = `asks for ${method} "${at}", which serves ${serves} only`;
      return { part: "method", message };
    }
    const meant = didYouMean(at, this.#routes.map((route) => route.path));
    const message =
      `names "${apiRoute}", which is no route of the plugin${meant}`;
    return { part: "apiRoute", message };
  }
}
