/**
 * What is remembered of one container, and how answers and events change it.
 *
 * @module
 */
import { detailsOf } from "./container_event_info.ts";
import { type ContainerFacts, factsOfInspected } from "./container_facts.ts";
import { isUp } from "./missed_events.ts";
import { type DockerEvent, millisOf } from "../stream/docker_event.ts";
import type { InspectedContainer } from "../engine/engine_answers.ts";

/** What is remembered of one container. */
export interface ContainerEntry {
  facts?: ContainerFacts;
  pending?: Promise<void>;
  state?: string;
  /** Whether asking again would tell nothing new. */
  isInspected?: boolean;
  /** Since when it runs, or does not, in Unix milliseconds. */
  since?: number;
  exitCode?: number;
  health?: string;
  isReported?: boolean;
  /** The event that arrived last and is not described yet. */
  coming?: DockerEvent;
  /** What was inferred last; the engine may report it late. */
  inferred?: string;
}

const STATES: Readonly<Record<string, string>> = {
  create: "created",
  start: "running",
  restart: "running",
  unpause: "running",
  pause: "paused",
  die: "exited",
  stop: "exited",
};
/** Takes what an inspection tells. */
export function complete(
  entry: ContainerEntry,
  answer: InspectedContainer,
): void {
  entry.isInspected = true;
  entry.facts = factsOfInspected(answer);
  entry.state ??= entry.facts.state;
  const { StartedAt, FinishedAt } = answer.State;
  const since = Date.parse(isUp(entry.state) ? StartedAt : FinishedAt);
  if (since > 0) entry.since ??= since;
}

/** Whether the engine reports only now what was inferred already. */
export function isLate(entry: ContainerEntry, action: string): boolean {
  const { inferred } = entry;
  if (STATES[action] !== undefined) entry.inferred = undefined;
  return inferred === action;
}

/** Moves a container into the state in which an event leaves it. */
export function advance(
  entry: ContainerEntry,
  event: DockerEvent,
  action: string,
): void {
  const details = detailsOf(event, action);
  if (details.exitCode !== undefined) entry.exitCode = details.exitCode;
  if (details.health !== undefined) entry.health = details.health;
  const state = STATES[action];
  if (state === undefined) return;
  const staysUp = action === "pause" || action === "unpause";
  if (state !== entry.state || action === "restart") {
    if (!staysUp) entry.since = millisOf(event);
    if (state === "running" && !staysUp) entry.health = undefined;
  }
  entry.state = state;
}
