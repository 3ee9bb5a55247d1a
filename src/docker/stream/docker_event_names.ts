/**
 * The names under which engine events reach plugins.
 *
 * @module
 */
import type { DockerEvent } from "./docker_event.ts";

const NAMES: ReadonlyMap<string, string> = new Map([
  ["container create", "container:created"],
  ["container start", "container:started"],
  ["container stop", "container:stopped"],
  ["container restart", "container:restarted"],
  ["container pause", "container:paused"],
  ["container unpause", "container:unpaused"],
  ["container die", "container:died"],
  ["container kill", "container:killed"],
  ["container oom", "container:oom"],
  ["container health_status", "container:health_status"],
  ["container rename", "container:renamed"],
  ["container destroy", "container:removed"],
  ["image pull", "image:pulled"],
  ["image tag", "image:tagged"],
  ["image untag", "image:untagged"],
  ["image delete", "image:removed"],
]);

/**
 * What an event did, without what the engine appends after a colon
 * (`health_status: healthy`, `exec_start: /bin/sh`).
 */
export function bareAction(event: DockerEvent): string {
  const end = event.action.indexOf(":");
  return end < 0 ? event.action : event.action.slice(0, end);
}

/**
 * The name of an event in the plugins' language.
 *
 * @returns Such as `container:started`, or `undefined` where it has none.
 */
export function eventName(event: DockerEvent): string | undefined {
  return NAMES.get(`${event.type} ${bareAction(event)}`);
}

/**
 * The name of an event in the engine's language.
 *
 * @returns `docker:<type>:<action>`.
 */
export function rawEventName(event: DockerEvent): string {
  return `docker:${event.type}:${bareAction(event)}`;
}
