/**
 * What operators do with rollouts. The controllers see it in the registry.
 *
 * @module
 */
import { PluginError } from "../shared/errors.ts";
import { isPossible, type RolloutAct } from "../shared/fleet_overview.ts";
import { isFleetId } from "./documents/desired.ts";
import type { ControlRegistry } from "./registry.ts";
import {
  parseRollout,
  type Rollout,
  type RolloutPlan,
} from "./documents/rollout.ts";

/** How often a change is tried anew that another one came before. */
const ATTEMPTS = 20;
const SHARES: readonly number[] = [0.1, 0.5, 1];

/**
 * Starts a rollout.
 *
 * @param registry The fleet's registry.
 * @param plan What goes where.
 * @throws {PluginError} `FLEET_FAILED` where the plan is no plan, or another
 * rollout is under way in one of the rings.
 */
export async function startRollout(
  registry: ControlRegistry,
  plan: RolloutPlan,
): Promise<Rollout> {
  const { rollout, release, rings, shares = SHARES } = plan;
  const { count = 5, share = 0.1 } = plan.maxFailures ?? {};
  checkPlan(plan, shares);
  for (const other of await listRollouts(registry)) {
    if (other.state === "done" || other.state === "halted") continue;
    const ring = other.rings.find((name) => rings.includes(name));
    if (ring === undefined) continue;
    const state = `rollout "${other.rollout}" is under way in ring "${ring}"`;
    throw refuse("start", rollout, state);
  }
  const started: Rollout = {
    ...{ rollout, release, rings, shares, waitMs: plan.waitMs ?? 900_000 },
    maxFailures: { count, share },
    state: "running",
    ...{ ring: 0, share: 0, since: Date.now(), promoted: false, before: {} },
  };
  const change = { text: JSON.stringify(started), revision: 0 };
  if (await registry.write("rollouts", rollout, change) !== undefined) {
    return started;
  }
  throw refuse("start", rollout, "there is one of that name");
}

/** All rollouts, in no order. */
export async function listRollouts(
  registry: ControlRegistry,
): Promise<Rollout[]> {
  const keys = await registry.keys("rollouts");
  const read = keys.map((key) => registry.read("rollouts", key));
  return (await Promise.all(read))
    .map((kept) => kept && parseRollout(kept.text))
    .filter((rollout) => rollout !== undefined);
}

/** Keeps a rollout where it is; what is being applied goes on. */
export function pauseRollout(
  registry: ControlRegistry,
  rollout: string,
): Promise<Rollout> {
  return change(registry, rollout, {
    act: "pause",
    to: () => ({ state: "paused" }),
  });
}

/** Lets a paused rollout go on. */
export function resumeRollout(
  registry: ControlRegistry,
  rollout: string,
): Promise<Rollout> {
  return change(registry, rollout, {
    act: "resume",
    // The agents get their time anew.
    to: () => ({ state: "running", since: Date.now() }),
  });
}

/**
 * Puts the rings that a rollout touched back to what they had before. One that
 * is done is undone by a rollout of the release before.
 */
export function haltRollout(
  registry: ControlRegistry,
  rollout: string,
  reason = "an operator halted it",
): Promise<Rollout> {
  return change(registry, rollout, {
    act: "halt",
    to: () => ({ state: "halted", reason }),
  });
}

/** Has a rollout take its next step without waiting for reports. */
export function promoteRollout(
  registry: ControlRegistry,
  rollout: string,
): Promise<Rollout> {
  return change(registry, rollout, {
    act: "promote",
    to: () => ({ state: "running", promoted: true }),
  });
}

interface Change {
  readonly act: RolloutAct;
  readonly to: () => Partial<Rollout>;
}

async function change(
  registry: ControlRegistry,
  name: string,
  { act, to }: Change,
): Promise<Rollout> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const kept = await registry.read("rollouts", name);
    const rollout = kept && parseRollout(kept.text);
    if (rollout === undefined) throw refuse(act, name, "there is none");
    if (!isPossible(act, rollout.state)) {
      throw refuse(act, name, `it is ${rollout.state}`);
    }
    const next = { ...rollout, ...to() };
    const { revision } = kept!;
    const text = JSON.stringify(next);
    if (await registry.write("rollouts", name, { text, revision })) return next;
  }
  throw refuse(act, name, "others keep changing it; try again");
}

function checkPlan(plan: RolloutPlan, shares: readonly number[]): void {
  const { rollout, release, rings } = plan;
  const state = !isFleetId(rollout)
    ? "that is no name of at most 64 letters, digits, _ and -"
    : !/^[0-9a-f]{64}$/.test(release)
    ? "its release is no digest"
    : rings.length === 0 || !rings.every(isFleetId)
    ? "its rings are no names"
    : new Set(rings).size < rings.length
    ? "a ring is listed twice"
    : !shares.every((share, i) => share > (shares[i - 1] ?? 0)) ||
        shares.at(-1) !== 1
    ? "its shares do not grow from more than 0 to 1"
    : undefined;
  if (state !== undefined) throw refuse("start", rollout, state);
}

function refuse(act: string, rollout: string, state: string): PluginError {
  const message = `Cannot ${act} rollout "${rollout}": ${state}`;
  return new PluginError("FLEET_FAILED", message);
}
