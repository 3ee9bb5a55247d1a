/**
 * Whether an agent takes a desired state, and which of its releases.
 *
 * @module
 */
import type { DesiredState } from "../documents/desired.ts";

/** What becomes of a desired state that was read. */
export type Verdict =
  /** It is newer than what the agent has. */
  | "newer"
  /** It is what the agent has. */
  | "same"
  /** It is older than what the agent has. */
  | "older"
  /** It is another one under the generation that the agent has. */
  | "conflicting"
  /** It is newer, and too old to be believed. */
  | "expired";

/** What an agent has of a scope. */
export interface HeldState {
  /** Its generation. */
  readonly gen: number;
  /** The signed text. */
  readonly text: string;
}

/**
 * Compares a desired state with what the agent has. Its signature was checked.
 *
 * @param found What was read, and its text.
 * @param latest The earliest moment that it may expire at, in milliseconds
 * since 1970.
 */
export function judge(
  held: HeldState | undefined,
  found: { readonly state: DesiredState; readonly text: string },
  latest: number,
): Verdict {
  const { state, text } = found;
  if (held !== undefined && state.gen <= held.gen) {
    if (state.gen < held.gen) return "older";
    return text === held.text ? "same" : "conflicting";
  }
  // What the agent took is kept for ever; what it has yet to take is not: a
  // new agent knows no generation that a replayed one would be older than.
  return isExpired(state, latest) ? "expired" : "newer";
}

/** Whether a state has expired at a moment. */
export function isExpired({ expiresAt }: DesiredState, at: number): boolean {
  return !(Date.parse(expiresAt) > at);
}

/**
 * Which release of a desired state is an agent's.
 *
 * @returns The digest of the signed release; `null` for none.
 */
export function releaseFor(state: DesiredState, agent: string): string | null {
  const { rollout, share = 1 } = state;
  return isInShare(agent, rollout, share) ? state.release : state.prev;
}

/**
 * Whether an agent is among the first of a rollout. Whoever is in a share is in
 * every larger one, and each rollout draws anew.
 *
 * @param share The share, from 0 to 1.
 */
export function isInShare(
  agent: string,
  rollout: string,
  share: number,
): boolean {
  return share >= 1 || hash(`${rollout}/${agent}`) / 2 ** 32 < share;
}

/** FNV-1a, then the last steps of MurmurHash3, which spread the low bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
