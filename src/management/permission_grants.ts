/**
 * Which permissions plugins ask for, and which of them the operator granted.
 *
 * @module
 */
import type { ManifestPermissions } from "../install/mod.ts";
import type { Isolation } from "../execution/mod.ts";
import { PluginError } from "../shared/errors.ts";
import { isWithin } from "../shared/paths.ts";
import {
  absolutePermissions,
  intersectPermissions,
  missingPermissions,
  PERMISSION_NAMES,
  type PermissionKind,
  permissionsOf,
  type PermissionTerms,
  type PluginPermissions,
  readPermissions,
  termsOf,
} from "../sandbox/mod.ts";
import type { PluginExtras, StoredPlugin } from "../store/mod.ts";
import { failed, type OperationResult } from "./operation_result.ts";
import type { ActorOptions } from "./plugin_audit.ts";
import { requireStored } from "./require_stored.ts";
import type { ManagementServices } from "./management_services.ts";

/** What a plugin may do. */
export interface PermissionReport {
  /** What its manifest asks for. */
  readonly requested: PluginPermissions;
  /** What the operator granted. */
  readonly granted: PluginPermissions;
  /** What is both requested and granted: what the plugin may do. */
  readonly effective: PluginPermissions;
}

/** What grants are kept with. */
export interface PermissionGrantsParts extends
  Pick<
    ManagementServices,
    "repository" | "audit" | "registry" | "tables" | "atomically"
  > {
  /** Where a plugin runs; it may throw what the host's own decision throws. */
  readonly isolationOf: (plugin: StoredPlugin) => Isolation;
}

/** Keeps what operators granted. */
export class PermissionGrants {
  readonly #parts: PermissionGrantsParts;

  /**
   * @param parts What they are kept with.
   */
  constructor(parts: PermissionGrantsParts) {
    this.#parts = parts;
  }

  /** What a plugin asks for, was granted, and so may do. */
  report(id: number): PermissionReport {
    const act = "tell the permissions of";
    const row = requireStored(this.#parts.repository, act, id);
    const [requested, granted] = [requestedBy(row), grantedTo(row)];
    return { requested, granted, effective: effectivePermissions(row) };
  }

  /** Adds to what a plugin was granted. */
  grant(
    id: number,
    permissions: ManifestPermissions,
    options: ActorOptions,
  ): OperationResult {
    return this.#change(id, { action: "grant", ...options }, (granted) => {
      const more = here(readPermissions(permissions));
      refuseTables(more, this.#parts.tables.folder);
      return { more, granted: union(granted, more) };
    });
  }

  /** Takes back what a plugin was granted, or all of it. */
  revoke(
    id: number,
    permissions: ManifestPermissions | undefined,
    options: ActorOptions,
  ): OperationResult {
    return this.#change(id, { action: "revoke", ...options }, (granted) => {
      const more = permissions === undefined
        ? granted
        : here(readPermissions(permissions));
      return { more, granted: without(granted, more) };
    });
  }

  #change(
    id: number,
    deed: ActorOptions & { readonly action: "grant" | "revoke" },
    change: (
      granted: PluginPermissions,
    ) => { more: PluginPermissions; granted: PluginPermissions },
  ): OperationResult {
    const { repository, registry, audit, atomically } = this.#parts;
    const { action } = deed;
    try {
      const row = atomically(() => {
        const row = requireStored(repository, `${action} permissions of`, id);
        const { more, granted } = change(grantedTo(row));
        repository.decide(id, { granted });
        const detail = JSON.stringify(more);
        audit.done({ ...deed, pluginId: id, plugin: row.name, detail });
        return row;
      });
      registry.get(id)?.runner.restart?.();
      const message = `Permissions ${
        action === "grant" ? "granted" : "revoked"
      }`;
      const note = this.#runsInline(row) ? NO_EFFECT : "";
      return { success: true, message: message + note, id };
    } catch (error) {
      audit.refused({ ...deed, pluginId: id, plugin: `${id}` }, error);
      return failed(`Cannot ${action} permissions of plugin ${id}`, error, id);
    }
  }

  #runsInline(row: StoredPlugin): boolean {
    const { registry, isolationOf } = this.#parts;
    try {
      const isolation = registry.get(row.id)?.runner.isolation ??
        isolationOf(row);
      return isolation === "inline";
    } catch {
      // Loading the plugin says why nobody knows.
      return false;
    }
  }
}

/** What an operator means by a relative path. */
function here(permissions: PluginPermissions): PluginPermissions {
  return absolutePermissions(permissions, Deno.cwd());
}

/** Whoever may write a database's files may stop its readers. */
function refuseTables(
  { read, write }: PluginPermissions,
  folder: string | undefined,
): void {
  if (folder === undefined) return;
  for (const path of [read, write].flatMap((it) => it === true ? [] : it)) {
    if (path === undefined) continue;
    if (!isWithin(folder, path) && !isWithin(path, folder)) continue;
    throw new PluginError(
      "INVALID_REQUEST",
      `Cannot grant "${path}": it reaches "${folder}", where the tables of all plugins are; grant a folder beside it`,
    );
  }
}

const NO_EFFECT =
  `; this has no effect while the plugin runs inline, where it may do whatever the host may: see the option isolation`;

/**
 * What a plugin may do: what its manifest asks for and the operator granted.
 */
export function effectivePermissions(row: StoredPlugin): PluginPermissions {
  return intersectPermissions(requestedBy(row), grantedTo(row));
}

/**
 * What a new version of a plugin asks for beyond what the stored one asks for
 * and the operator granted.
 *
 * @returns The permissions; empty where it asks for nothing more.
 */
export function newlyRequested(
  old: StoredPlugin,
  next: Pick<PluginExtras, "manifestFields">,
): PluginPermissions {
  const known = union(requestedBy(old), grantedTo(old));
  return missingPermissions(requestedBy(next), known);
}

/**
 * The permissions that a manifest asks for, of the kinds that this handler
 * knows: no other can be granted.
 */
export function requestedBy(
  { manifestFields }: Pick<PluginExtras, "manifestFields">,
): PluginPermissions {
  const { permissions } = manifestFields;
  if (typeof permissions !== "object" || permissions === null) return {};
  const known = new Set<string>([...PERMISSION_NAMES, "headers"]);
  return readPermissions(Object.fromEntries(
    Object.entries(permissions).filter(([name]) => known.has(name)),
  ));
}

function grantedTo({ granted }: StoredPlugin): PluginPermissions {
  return readPermissions(granted);
}

function union(a: PluginPermissions, b: PluginPermissions): PluginPermissions {
  return permissionsOf((kind) => {
    const [one, other] = [termsOf(a, kind) ?? [], termsOf(b, kind) ?? []];
    if (one === true || other === true) return true;
    return [...new Set([...one, ...other])];
  });
}

/** A part of what was granted as a whole cannot be taken, so the whole is. */
function without(
  granted: PluginPermissions,
  taken: PluginPermissions,
): PluginPermissions {
  return permissionsOf((kind) => {
    const [had, lost] = [termsOf(granted, kind), termsOf(taken, kind)];
    if (had === undefined || lost === undefined) return had;
    if (had === true) return undefined;
    return had.filter((term) => !meets(kind, term, lost));
  });
}

/** Whether a term and others have anything in common. */
function meets(
  kind: PermissionKind,
  term: string,
  others: PermissionTerms,
): boolean {
  const only = (terms: PermissionTerms) =>
    permissionsOf((it) => it === kind ? terms : undefined);
  const both = intersectPermissions(only([term]), only(others));
  return termsOf(both, kind) !== undefined;
}
