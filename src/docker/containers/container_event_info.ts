/**
 * The payload of a container's event, and what each kind of event adds to it.
 *
 * @module
 */
import type { ContainerInfo } from "../../plugin/plugin.ts";
import type { DockerEvent } from "../stream/docker_event.ts";

/** The payload of a container's event: the container, and what happened. */
export interface ContainerEventInfo extends ContainerInfo {
  /** The same as `id`. */
  containerId: string;
  /** The container once more, where plugins of the original read it. */
  containerInfo: ContainerInfo;
  /** The engine's name of what happened. */
  action: string;
  /** When, in Unix milliseconds. */
  time: number;
  /** When, in Unix nanoseconds, as digits. */
  timeNano: string;
  /** `die`: how the process ended. */
  exitCode?: number;
  /** `kill`: the signal's number. */
  signal?: string;
  /** `rename`: the name before. */
  oldName?: string;
  /** `health_status`: what the health check found. */
  health?: string;
  /**
   * The engine did not report it: its container list shows that it happened
   * while events were missing. `time` is when that was noticed.
   */
  inferred?: true;
}

/** What only this kind of event tells. */
export type EventDetails = Pick<
  ContainerEventInfo,
  "exitCode" | "signal" | "oldName" | "health"
>;

/** Reads what only events of this kind tell. */
export function detailsOf(event: DockerEvent, action: string): EventDetails {
  const { containerExitCode, signal, oldName } = event.actor.attributes;
  const { exitCode = containerExitCode } = event.actor.attributes;
  switch (action) {
    case "die":
      return exitCode === undefined ? {} : { exitCode: Number(exitCode) };
    case "kill":
      return signal === undefined ? {} : { signal };
    case "rename":
      return oldName === undefined
        ? {}
        : { oldName: oldName.replace(/^\//, "") };
    case "health_status":
      return { health: healthOf(event) };
    default:
      return {};
  }
}

/** Docker says it in the action, Podman in a field of its own. */
function healthOf({ action, health }: DockerEvent): string {
  return health ?? action.slice("health_status:".length).trim();
}
