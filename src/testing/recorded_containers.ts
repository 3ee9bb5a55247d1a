/**
 * The containers of a recorded engine, as it lists and inspects them.
 *
 * @module
 */
import type { RecordedEvent } from "./recorded_events.ts";

/** A container as `docker inspect` shows it; what is left out is filled in. */
export interface RecordedContainer {
  /** The full id, as in the events. */
  readonly Id: string;
  /** The name, such as `/web`. @default "/" and the start of the id */
  readonly Name?: string;
  /** Its state, such as `{ Status: "exited" }`. @default running */
  readonly State?: Readonly<Record<string, unknown>>;
  /** Its image and labels, such as `{ Image: "nginx" }`. @default no image */
  readonly Config?: Readonly<Record<string, unknown>>;
  /** Whatever else an inspection shows. */
  readonly [field: string]: unknown;
}

/** The state in which an event leaves a container. */
const STATES: Readonly<Record<string, string>> = {
  create: "created",
  start: "running",
  restart: "running",
  unpause: "running",
  pause: "paused",
  die: "exited",
  stop: "exited",
};

/** The answer to `GET /containers/{id}/json`. */
export function inspectedContainer(container: RecordedContainer) {
  return {
    Name: `/${container.Id.slice(0, 12)}`,
    ...container,
    State: { Status: "running", ...container.State },
    Config: { Image: "", ...container.Config },
  };
}

/**
 * The answer to `GET /containers/json?all=true` after the events `past`, where
 * `coming` are still to happen: without what is yet to be made, and what is gone.
 */
export function listedContainers(
  containers: readonly RecordedContainer[],
  past: readonly RecordedEvent[],
  coming: readonly RecordedEvent[],
) {
  return containers.filter(({ Id }) =>
    !has(coming, Id, "create") && !has(past, Id, "destroy")
  ).map((container) => {
    const { Id, Name, State, Config } = inspectedContainer(container);
    const state = stateAfter(past, Id) ?? State.Status;
    const { Image, Labels } = Config as Record<string, unknown>;
    return { Id, Names: [Name], Image, Labels, State: state, Status: state };
  });
}

function has(
  events: readonly RecordedEvent[],
  id: string,
  action: string,
): boolean {
  return events.some((event) => isOf(event, id) && event.action === action);
}

function stateAfter(
  events: readonly RecordedEvent[],
  id: string,
): string | undefined {
  const last = events.findLast((event) =>
    isOf(event, id) && event.action in STATES
  );
  return last && STATES[last.action];
}

function isOf(event: RecordedEvent, id: string): boolean {
  return event.type === "container" && event.id === id;
}
