/**
 * What can be told about the plugins without touching their code.
 *
 * @module
 */
import type { SignatureState } from "../install/mod.ts";
import { requireStored } from "./require_stored.ts";
import { hasChanged } from "./store_sync.ts";
import { nameProblem } from "../plugin/plugin_name.ts";
import type { PluginContributions } from "../plugin/contributions.ts";
import type { Untyped } from "../plugin/plugin.ts";
import { checkPlugin } from "../checks/mod.ts";
import type { HealthReport, HealthState } from "../execution/mod.ts";
import type {
  OrphanedTable,
  PluginRow,
  StoredPlugin,
  TableOwners,
} from "../store/mod.ts";
import type { ManagementServices } from "./management_services.ts";

/** Who vouches for a plugin. */
export type PluginSignatureState = SignatureState | "modified";

/** A stored plugin without its code, and what has become of it. */
export interface ListedPlugin extends PluginRow {
  /** As in {@linkcode HealthReport}. */
  readonly state: HealthState;
  /** The range of versions that updates stay in, where there is one. */
  readonly pin?: string;
}

/** What `getStatus` tells. */
export interface PluginStatus {
  /** All stored plugins, without their code. */
  readonly installed_plugins: {
    readonly count: number;
    /**
     * Their rows, as `getAll()` types them. Here they are untyped, since the
     * original's hosts take `data.at(-1).id` without looking whether there is
     * one.
     */
    readonly data: Untyped[];
  };
  /** The repositories that they come from, each once. */
  readonly repos: string[];
  /** The rows of the loaded plugins. */
  readonly loaded_plugins: ListedPlugin[];
  /** What loads but cannot work, in the plugins that are loaded. */
  readonly warnings: string[];
  /**
   * Who vouches for each plugin, by id. `signed`: a trusted key, when it was
   * saved. `untrusted`: a key that the operator did not trust then. `unsigned`:
   * nobody. `modified`: nobody any more, since its code is not the code that
   * was saved; this is checked whenever the plugin is loaded, and known from
   * the last time on.
   */
  readonly signatures: Readonly<Record<number, PluginSignatureState>>;
  /** Tables whose plugins were deleted. */
  readonly orphans: OrphanedTable[];
}

/** Where the figures come from. */
export interface PluginStatusSources
  extends
    Pick<ManagementServices, "repository" | "registry" | "health" | "tables"> {
  /** Whose tables there are. */
  readonly owners: TableOwners;
}

/** Tells about the plugins. */
export class PluginStatusReader {
  readonly #sources: PluginStatusSources;

  constructor(sources: PluginStatusSources) {
    this.#sources = sources;
  }

  /** All stored plugins, without their code. */
  all(): ListedPlugin[] {
    return this.#sources.repository.list().map((row) => this.#listed(row));
  }

  /** Everything at a glance. */
  status(): PluginStatus {
    const { repository, registry, owners } = this.#sources;
    const stored = repository.list();
    const rows = stored.map((row) => this.#listed(row));
    return {
      installed_plugins: { count: rows.length, data: rows },
      repos: [...new Set(rows.map((row) => row.repository))],
      loaded_plugins: rows.filter(({ id }) => registry.has(id)),
      warnings: [...registry].flatMap(warningsOf),
      signatures: Object.fromEntries(
        stored.map((row) => [row.id, this.#signature(row)]),
      ),
      orphans: owners.orphans(),
    };
  }

  /** How one plugin is doing. */
  health(id: number): HealthReport {
    const { repository } = this.#sources;
    return this.#report(requireStored(repository, "tell the health of", id));
  }

  /** How all plugins are doing, by id. */
  healthOfAll(): Record<number, HealthReport> {
    return Object.fromEntries(
      this.#sources.repository.list().map((row) => [row.id, this.#report(row)]),
    );
  }

  #report(row: StoredPlugin): HealthReport {
    const running = this.#sources.registry.get(row.id);
    const tableBytes = this.#sources.tables.bytes(row.id);
    const { name, reason, retryAt, lastError, lastErrorAt } = row;
    return {
      name,
      state: this.#state(row),
      ...(reason === null ? {} : { reason }),
      ...(retryAt === null ? {} : { retryAt }),
      ...(lastError === null ? {} : { lastError }),
      ...(lastErrorAt === null ? {} : { lastErrorAt }),
      changedInStore: running !== undefined && hasChanged(running, row),
      ...(running?.runner.residentBytes === undefined
        ? {}
        : { residentBytes: running.runner.residentBytes }),
      ...(tableBytes === undefined ? {} : { tableBytes }),
      ...this.#sources.health.of(row.id).report(),
    };
  }

  #listed(row: StoredPlugin): ListedPlugin {
    const { pin } = row;
    const state = this.#state(row);
    return { ...rowOf(row), state, ...(pin === null ? {} : { pin }) };
  }

  #signature(row: StoredPlugin): PluginSignatureState {
    const { id, signature, trust } = row;
    const isModified = trust === "lost" || trust === "forged" ||
      this.#sources.health.peek(id)?.codeModified;
    return isModified ? "modified" : signature;
  }

  #state(row: StoredPlugin): HealthState {
    if (row.state !== "enabled") return row.state;
    const { registry, health } = this.#sources;
    if (registry.get(row.id)?.runner.active) {
      return health.peek(row.id)?.degraded ? "degraded" : "active";
    }
    return health.peek(row.id)?.loadFailed ? "failed" : "registered";
  }
}

function rowOf(plugin: StoredPlugin): PluginRow {
  const { id, repoType, name, description, tags } = plugin;
  const { version, repository, manifest, author } = plugin;
  return {
    id,
    repoType,
    name,
    description,
    tags,
    version,
    repository,
    manifest,
    author,
  };
}

function warningsOf(
  plugin: {
    readonly id: number;
    readonly name: string;
    readonly version: string;
    readonly contributions: PluginContributions;
    readonly health: { settings: { warnings: readonly string[] } };
    readonly routes: { collisions: readonly string[] };
  },
): string[] {
  const { id, name, contributions, routes, health } = plugin;
  const problem = nameProblem(name);
  const misnamed = problem === undefined
    ? []
    : [`its name ${problem}; reach it by its id, ${id}`];
  return [
    ...misnamed,
    ...contributions.warnings,
    ...checkPlugin(contributions, plugin)
      .map(({ path, message }) => `${path} ${message}`),
    ...routes.collisions,
    ...health.settings.warnings,
  ].map((warning) => `Plugin "${name}": ${warning}`);
}
