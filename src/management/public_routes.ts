/**
 * Which routes of plugins anybody may ask: those that the plugin declares
 * `public`, and the operator allowed.
 *
 * @module
 */
import { PluginError } from "../shared/errors.ts";
import type { PluginContributions } from "../plugin/contributions.ts";
import type { StoredPlugin } from "../store/mod.ts";
import { failed, type OperationResult } from "./operation_result.ts";
import type { ActorOptions } from "./plugin_audit.ts";
import { requireStored } from "./require_stored.ts";
import type { ManagementServices } from "./management_services.ts";

/** Which routes of a plugin anybody may ask. */
export interface PublicRoutesReport {
  /** The paths that the plugin declares as public, so far as it is known. */
  readonly requested: readonly string[];
  /** The paths that the operator allowed. */
  readonly allowed: readonly string[];
  /** What is both: what anybody may ask. */
  readonly effective: readonly string[];
}

/** What public routes are kept with. */
export type PublicRoutesParts = Pick<
  ManagementServices,
  "repository" | "registry" | "contributions" | "audit" | "atomically"
>;

/** Keeps which routes are public. */
export class PublicRoutes {
  readonly #parts: PublicRoutesParts;

  /**
   * @param parts What they are kept with.
   */
  constructor(parts: PublicRoutesParts) {
    this.#parts = parts;
  }

  /** What a plugin declares, what was allowed, and what follows. */
  report(id: number): PublicRoutesReport {
    const act = "tell the public routes of";
    const row = requireStored(this.#parts.repository, act, id);
    const requested = publicPaths(this.#known(row));
    const allowed = row.publicRoutes;
    const effective = requested.filter((path) => allowed.includes(path));
    return { requested, allowed, effective };
  }

  /** Sets which paths anybody may ask; none takes it all back. */
  allow(
    id: number,
    paths: readonly string[],
    { actor }: ActorOptions,
  ): OperationResult {
    const { repository, audit, atomically } = this.#parts;
    const deed = { action: "allow", actor, pluginId: id } as const;
    try {
      const row = requireStored(repository, "allow public routes of", id);
      const publicRoutes = [...new Set(paths)];
      this.#refuseUnknown(row, publicRoutes);
      atomically(() => {
        repository.decide(id, { publicRoutes });
        const detail = JSON.stringify(publicRoutes);
        audit.done({ ...deed, plugin: row.name, detail });
      });
      return { success: true, message: "Public routes allowed", id };
    } catch (error) {
      audit.refused({ ...deed, plugin: `${id}` }, error);
      return failed(`Cannot allow public routes of plugin ${id}`, error, id);
    }
  }

  /** Whether anybody may ask a path of a plugin. */
  isAllowed(id: number, path: string): boolean {
    const row = this.#parts.repository.find(id);
    const isTrusted = row?.trust === "kept" || row?.trust === "new";
    return isTrusted && row.publicRoutes.includes(path);
  }

  #known({ id, digest }: StoredPlugin): PluginContributions | undefined {
    const { registry, contributions } = this.#parts;
    return registry.get(id)?.contributions ??
      (digest === null ? undefined : contributions.get(digest));
  }

  /** A slip would leave the operator believing that a route is open. */
  #refuseUnknown(row: StoredPlugin, paths: readonly string[]): void {
    const known = this.#known(row);
    if (known === undefined) return;
    const requested = publicPaths(known);
    const unknown = paths.find((path) => !requested.includes(path));
    if (unknown === undefined) return;
    throw new PluginError(
      "INVALID_REQUEST",
      `Cannot allow ${
        JSON.stringify(unknown)
      } to anybody: plugin "${row.name}" declares no such route as public`,
      { pluginId: row.id },
    );
  }
}

function publicPaths(known: PluginContributions | undefined): string[] {
  const paths = (known?.routes ?? []).filter(({ isPublic }) => isPublic)
    .map(({ path }) => path);
  return [...new Set(paths)];
}
