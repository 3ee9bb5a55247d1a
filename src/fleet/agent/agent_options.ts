/**
 * What an agent of a fleet is told, and what holds where it is told nothing.
 *
 * @module
 */
import type { PluginHandler } from "../../handler/plugin_handler.ts";
import type { ManifestPermissions, TrustedKeys } from "../../install/mod.ts";
import { PluginError } from "../../shared/errors.ts";
import { isFleetId } from "../documents/desired.ts";
import type { AgentRegistry } from "../registry.ts";

/** The settings of a {@linkcode FleetAgent}. */
export interface FleetAgentOptions {
  /** The fleet. Names are of letters, digits, `_` and `-`. */
  fleet: string;
  /** What the fleet knows this agent by. */
  agent: string;
  /** The ring that the agent is in. */
  ring: string;
  /** What the plugins are applied to. Its database keeps the agent's state. */
  handler: PluginHandler;
  /** Where the fleet's state is. */
  registry: AgentRegistry;
  /** The keys that may sign releases. */
  releaseKeys: TrustedKeys;
  /** The keys that may sign desired states. */
  rolloutKeys: TrustedKeys;
  /**
   * The permissions that the fleet may grant to plugins, compared as they are
   * written.
   *
   * @default {}
   */
  maxGrants?: ManifestPermissions;
  /**
   * How many milliseconds pass between two looks without a hint, on average.
   *
   * @default 300000
   */
  pollMs?: number;
  /**
   * How many milliseconds pass between two heartbeats, on average.
   *
   * @default 30000
   */
  heartbeatMs?: number;
  /**
   * By how many milliseconds the clocks of the fleet may differ.
   *
   * @default 3600000
   */
  clockSkewMs?: number;
  /**
   * The agent's clock, in milliseconds since 1970.
   *
   * @default Date.now
   */
  now?: () => number;
}

/** The settings, with what holds where nothing is set. */
export type ResolvedAgentOptions = Required<FleetAgentOptions>;

/**
 * Fills in what is not set.
 *
 * @throws {PluginError} `INVALID_OPTIONS`.
 */
export function resolveAgentOptions(
  given: FleetAgentOptions,
): ResolvedAgentOptions {
  for (const name of ["fleet", "agent", "ring"] as const) {
    if (isFleetId(given[name])) continue;
    const state = "it is no name of at most 64 letters, digits, _ and -";
    throw invalid(name, state);
  }
  const { pollMs = 300_000, heartbeatMs = 30_000 } = given;
  const { clockSkewMs = 3_600_000, maxGrants = {}, now = Date.now } = given;
  for (const [name, ms] of Object.entries({ pollMs, heartbeatMs })) {
    if (!(ms >= 1)) throw invalid(name, "it is no number of milliseconds");
  }
  if (!(clockSkewMs >= 0)) {
    throw invalid("clockSkewMs", "it is no number of milliseconds");
  }
  return { ...given, pollMs, heartbeatMs, clockSkewMs, maxGrants, now };
}

function invalid(name: string, state: string): PluginError {
  const message = `Cannot use option "${name}" of the fleet's agent: ${state}`;
  return new PluginError("INVALID_OPTIONS", message);
}
