/**
 * Finds what an operator of the agent decided about a plugin: the fleet does
 * not apply anything over it.
 *
 * @module
 */
import type { ListedPlugin } from "../../management/mod.ts";
import type { AuditAction, AuditEntry } from "../../store/mod.ts";

/** Who the handler's audit says acted, where the fleet did. */
export const FLEET_ACTOR = "fleet-agent";

/** What puts other code in a plugin's place. */
const CHANGES: ReadonlySet<AuditAction> = new Set<AuditAction>([
  "save",
  "install",
  "update",
  "rollback",
  "return",
]);

/** What holds a plugin, and what lifts it. */
export interface LocalHold {
  /** What was decided, for the report. */
  readonly reason: string;
  /** Whether a forced release may lift it. */
  readonly liftable: boolean;
}

/** What there is to look at. */
export interface HoldFacts {
  /** The plugin; `undefined` where it is not installed. */
  readonly row: ListedPlugin | undefined;
  /** Whether the fleet brought the plugin to this very wish before. */
  readonly wasApplied: boolean;
  /** Whether the plugin is in the version and code that is wanted. */
  readonly isWanted: boolean;
  /** What was done with the plugin, the newest first. */
  readonly audit: readonly AuditEntry[];
}

/**
 * Finds what holds a plugin.
 *
 * @returns The hold, or `undefined`.
 */
export function localHold(facts: HoldFacts): LocalHold | undefined {
  const { row, wasApplied, isWanted, audit } = facts;
  const done = audit.filter(({ outcome }) => outcome === "done");
  if (row?.pin !== undefined) {
    return { reason: `it is pinned to ${row.pin} here`, liftable: true };
  }
  if (row?.state === "disabled") {
    const by = done.find(({ action }) => action === "disable");
    if (by?.actor !== FLEET_ACTOR) {
      return {
        reason: `${by?.actor ?? "somebody"} disabled it here`,
        liftable: true,
      };
    }
  }
  if (!wasApplied || isWanted) return undefined;
  if (row === undefined) {
    return { reason: "it was deleted here", liftable: true };
  }
  const by = done.find(({ action }) => CHANGES.has(action));
  if (by?.action === "return") {
    const reason = "its new version failed, and gave its place back";
    return { reason, liftable: false };
  }
  const who = by?.actor ?? "somebody";
  return { reason: `${who} put ${row.version} here`, liftable: true };
}
