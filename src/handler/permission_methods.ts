/**
 * The part of `PluginHandler` that concerns what plugins may do.
 *
 * @module
 */
import { PageMethods, type PageRooms } from "./page_methods.ts";
import type { ManifestPermissions } from "../install/mod.ts";
import type {
  ActorOptions,
  OperationResult,
  PermissionGrants,
  PermissionReport,
} from "../management/mod.ts";

/** What the methods below hand on to. */
export interface PermissionRooms extends PageRooms {
  /** What keeps which permissions were granted. */
  readonly grants: PermissionGrants;
}

/** The methods of a handler that concern what plugins may do. */
export abstract class PermissionMethods extends PageMethods {
  readonly #rooms: PermissionRooms;

  /**
   * Keeps what the methods hand on to.
   *
   * @param rooms What the methods hand on to.
   */
  constructor(rooms: PermissionRooms) {
    super(rooms);
    this.#rooms = rooms;
  }

  /**
   * Which permissions a plugin asks for, was granted, and so has where it runs
   * in a process of its own.
   *
   * @param id The plugin.
   * @returns All three, in Deno's terms.
   * @throws {PluginError} `PLUGIN_NOT_FOUND`.
   */
  getPermissions(id: number): PermissionReport {
    return this.#rooms.grants.report(id);
  }

  /**
   * Grants permissions to a plugin, beside those that it has. It gets those
   * that its manifest asks for too.
   *
   * @param id The plugin.
   * @param permissions In Deno's terms, such as
   * `{ net: ["api.example.com:443"] }`.
   * @param options Who acts.
   * @returns What became of it.
   *
   * @example Granting less than a plugin asks for
   * ```ts
   * import { PluginHandler } from "@dockstat/plugin-handler";
   * import { assertEquals } from "@std/assert";
   *
   * await using handler = new PluginHandler(":memory:");
   * const weather = {
   *   name: "weather",
   *   version: "1.0.0",
   *   repository: "https://github.com/user/weather",
   *   manifest: "https://github.com/user/weather/manifest.json",
   *   author: { name: "User" },
   *   plugin: "export default {}",
   *   permissions: { net: ["api.example.com"], env: true },
   * };
   * handler.savePlugin(weather);
   * handler.grantPermissions(1, { net: ["api.example.com:443"] });
   * assertEquals(handler.getPermissions(1).effective, {
   *   net: ["api.example.com:443"],
   * });
   * ```
   */
  grantPermissions(
    id: number,
    permissions: ManifestPermissions,
    options: ActorOptions = {},
  ): OperationResult {
    return this.#rooms.grants.grant(id, permissions, options);
  }

  /**
   * Takes permissions back. Of a kind that was granted as a whole (`true`) no
   * part can be taken, so the whole is.
   *
   * @param id The plugin.
   * @param permissions Which; by default all that were granted.
   * @param options Who acts.
   * @returns What became of it.
   */
  revokePermissions(
    id: number,
    permissions?: ManifestPermissions,
    options: ActorOptions = {},
  ): OperationResult {
    return this.#rooms.grants.revoke(id, permissions, options);
  }
}
