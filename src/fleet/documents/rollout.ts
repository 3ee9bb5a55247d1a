/**
 * A rollout: what is planned, where it is, and what comes next.
 *
 * @module
 */
import { z } from "zod";
import type { RolloutState } from "../../shared/fleet_overview.ts";

export type { RolloutState };

/** How a release is brought to a fleet. */
export interface RolloutPlan {
  /** What it is called; letters, digits, `_` and `-`. */
  readonly rollout: string;
  /** The digest of the signed release. */
  readonly release: string;
  /** The rings, in order. */
  readonly rings: readonly string[];
  /**
   * The shares of each ring, one after the other; the last one is 1.
   *
   * @default [0.1, 0.5, 1]
   */
  readonly shares?: readonly number[];
  /** More failures than that in a ring halt it, as a number or as a share. */
  readonly maxFailures?: {
    /** How many agents may fail. @default 5 */
    readonly count?: number;
    /** Which part of the agents that were asked may fail. @default 0.1 */
    readonly share?: number;
  };
  /**
   * After how many milliseconds an agent that lives and reports nothing counts
   * as failed.
   *
   * @default 900000
   */
  readonly waitMs?: number;
}

/** A rollout, as the registry keeps it. */
export interface Rollout {
  /** What it is called. */
  readonly rollout: string;
  /** The digest of the signed release. */
  readonly release: string;
  /** The rings, in order. */
  readonly rings: readonly string[];
  /** The shares of each ring. */
  readonly shares: readonly number[];
  /** What halts it. */
  readonly maxFailures: { readonly count: number; readonly share: number };
  /** How long an agent may take. */
  readonly waitMs: number;
  /** Where it is. */
  readonly state: RolloutState;
  /** The ring that it is at. */
  readonly ring: number;
  /** The share that it is at. */
  readonly share: number;
  /** Since when, in milliseconds since 1970. */
  readonly since: number;
  /** Whether an operator wants the next step without waiting. */
  readonly promoted: boolean;
  /** What the rings had before, by ring; those that were not touched lack. */
  readonly before: Readonly<Record<string, string | null>>;
  /** Why it was halted. */
  readonly reason?: string;
}

const stored = z.strictObject({
  rollout: z.string(),
  release: z.string(),
  rings: z.array(z.string()).min(1),
  shares: z.array(z.number()).min(1),
  maxFailures: z.strictObject({ count: z.number(), share: z.number() }),
  waitMs: z.number(),
  state: z.enum(["running", "paused", "halted", "done"]),
  ring: z.int().min(0),
  share: z.int().min(0),
  since: z.number(),
  promoted: z.boolean(),
  before: z.record(z.string(), z.string().nullable()),
  reason: z.string().optional(),
});

/** A rollout that was kept; `undefined` where it is none. */
export function parseRollout(text: string): Rollout | undefined {
  try {
    return stored.safeParse(JSON.parse(text)).data as Rollout | undefined;
  } catch {
    return undefined;
  }
}

/** What the agents of a ring that are asked so far have reported. */
export interface Tally {
  /** How many are waited for. */
  readonly asked: number;
  /** How many of them are where they should be, or held by their operators. */
  readonly done: number;
  /** How many of them failed. */
  readonly failed: number;
}

/** What comes next. */
export type NextStep =
  | { readonly kind: "wait" }
  | { readonly kind: "halt"; readonly reason: string }
  | { readonly kind: "advance"; readonly ring: number; readonly share: number }
  | { readonly kind: "finish" };

/**
 * What comes next in a rollout that runs.
 *
 * @param tally What the agents of the ring that it is at have reported.
 * @param now The moment, in milliseconds since 1970.
 */
export function nextStep(
  rollout: Rollout,
  tally: Tally,
  now: number,
): NextStep {
  const { maxFailures, rings, shares } = rollout;
  const silent = tally.asked - tally.done - tally.failed;
  const isLate = now - rollout.since >= rollout.waitMs;
  const failed = tally.failed + (isLate ? silent : 0);
  if (
    failed > maxFailures.count || failed > maxFailures.share * tally.asked
  ) {
    const ring = rings[rollout.ring];
    const reason = `${failed} of ${tally.asked} agents of ring "${ring}" ` +
      (tally.failed < failed ? "failed or said nothing" : "failed");
    return { kind: "halt", reason };
  }
  if (silent > 0 && !isLate && !rollout.promoted) return { kind: "wait" };
  const share = rollout.share + 1;
  if (share < shares.length) {
    return { kind: "advance", ring: rollout.ring, share };
  }
  const ring = rollout.ring + 1;
  return ring < rings.length
    ? { kind: "advance", ring, share: 0 }
    : { kind: "finish" };
}
