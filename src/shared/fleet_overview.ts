/**
 * What a fleet shows of itself, and what can be done with it: the seam between those who read a registry and
 * the server, neither of which knows of the other.
 *
 * @module
 */

/** What became of one plugin that the fleet wants something of. */
export interface PluginOutcome {
  /** Its name. */
  readonly plugin: string;
  /** The version that is wanted; `null` for none. */
  readonly wanted: string | null;
  /** The version that is installed; `null` for none. */
  readonly running: string | null;
  /**
   * `applied`: it is as it should be. `held`: an operator of the agent decided
   * otherwise. `failed`: it could not be done.
   */
  readonly outcome: "applied" | "held" | "failed";
  /** The code of the error. */
  readonly code?: string;
  /** Why it was held, or what failed. */
  readonly message?: string;
}

/** An agent, as a person wants to know it. */
export interface AgentView {
  /** The agent. */
  readonly agent: string;
  /** Its ring. */
  readonly ring: string;
  /** When it was heard of last, in milliseconds since 1970. */
  readonly seen: number;
  /** The generation that it has of its ring's state; 0 before the first. */
  readonly gen: number;
  /** Whether it keeps a state that has expired. */
  readonly stale: boolean;
  /** What became of the plugins. */
  readonly plugins: readonly PluginOutcome[];
  /** What it read and did not believe. */
  readonly refused: readonly string[];
}

/** What a ring, or one agent, should have. */
export interface ScopeView {
  /** `ring:<ring>` or `agent:<id>`. */
  readonly scope: string;
  /** Whether a trusted key signed its state; nothing else is known if not. */
  readonly trusted: boolean;
  /** The generation. */
  readonly gen?: number;
  /** What people call the release; `null` for none. */
  readonly release?: string | null;
  /** Which part of the agents takes it. */
  readonly share?: number;
  /** The rollout that wrote it. */
  readonly rollout?: string;
  /** From when on it is no longer accepted, as an ISO 8601 moment. */
  readonly expiresAt?: string;
}

/** How far a rollout is in one of its rings. */
export interface RingProgress {
  /** The ring. */
  readonly ring: string;
  /** How many agents it has. */
  readonly agents: number;
  /** How many have the release. */
  readonly done: number;
  /** How many of them could not apply it. */
  readonly failed: number;
}

/** Where a rollout is. */
export type RolloutState = "running" | "paused" | "halted" | "done";

const ROLLOUT_ACTS = {
  pause: ["running"],
  resume: ["paused"],
  halt: ["running", "paused"],
  promote: ["running", "paused"],
} as const satisfies Record<string, readonly RolloutState[]>;

/** What operators do with rollouts. */
export type RolloutAct = keyof typeof ROLLOUT_ACTS;

/** Whether something can be done with a rollout where it is. */
export function isPossible(
  act: RolloutAct,
  state: RolloutState,
): boolean {
  return ROLLOUT_ACTS[act].some((it) => it === state);
}

/** A rollout, and how far it is. */
export interface RolloutView {
  /** What it is called. */
  readonly rollout: string;
  /** Where it is. */
  readonly state: RolloutState;
  /** Since when it is at this step, in milliseconds since 1970. */
  readonly since: number;
  /** Why it was halted. */
  readonly reason?: string;
  /** The shares of each ring, one after the other. */
  readonly shares: readonly number[];
  /** What people call the release. */
  readonly release: string;
  /** The place of the ring that it is at. */
  readonly ring: number;
  /** The share of that ring. */
  readonly share: number;
  /** Its rings, in order. */
  readonly rings: readonly RingProgress[];
}

/** A fleet at a moment. */
export interface FleetOverview {
  /** The fleet. */
  readonly fleet: string;
  /** The agents that were not revoked, by name. */
  readonly agents: readonly AgentView[];
  /** What they should have. */
  readonly scopes: readonly ScopeView[];
  /** The rollouts, the latest first. */
  readonly rollouts: readonly RolloutView[];
}

/** A fleet that can be looked at, and whose rollouts can be steered. */
export interface FleetSource {
  /** Reads the fleet. */
  read(): Promise<FleetOverview>;
  /** Keeps a rollout where it is. */
  pause(rollout: string): Promise<void>;
  /** Lets a paused rollout go on. */
  resume(rollout: string): Promise<void>;
  /** Puts the rings that a rollout touched back to what they had. */
  halt(rollout: string, reason?: string): Promise<void>;
  /** Has a rollout take its next step without waiting for reports. */
  promote(rollout: string): Promise<void>;
}
