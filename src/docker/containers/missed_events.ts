/**
 * What must have happened to a container while events were missing, by the
 * state that it was in and the one that the engine lists.
 *
 * @module
 */
import type { DockerEvent } from "../stream/docker_event.ts";

const UP = new Set(["running", "paused", "restarting"]);

/** Whether a container in this state has a process. */
export function isUp(state: string | undefined): boolean {
  return state !== undefined && UP.has(state);
}

/** The engine's names of what leads from one state to the other. */
export function missedActions(
  before: string | undefined,
  now: string,
): readonly string[] {
  // A container of which no state is known may have been in this one.
  if (before === undefined || before === now) return [];
  if (isUp(before) !== isUp(now)) {
    if (!isUp(now)) return ["die"];
    return now === "paused" ? ["start", "pause"] : ["start"];
  }
  if (now === "paused") return ["pause"];
  return before === "paused" && isUp(now) ? ["unpause"] : [];
}

/** An event that the engine did not report, of the moment of its inference. */
export function inferredEvent(
  id: string,
  action: string,
  exitCode?: string,
): DockerEvent {
  const now = Date.now();
  return {
    type: "container",
    action,
    actor: { id, attributes: exitCode === undefined ? {} : { exitCode } },
    scope: "local",
    time: Math.floor(now / 1000),
    timeNano: `${now}000000`,
  };
}
