/**
 * The payloads of image events, and of events that have only the engine's name.
 *
 * @module
 */
import type { ImageInfo } from "../../plugin/plugin.ts";
import type { HostIdentity } from "../containers/known_containers.ts";
import { bareAction } from "./docker_event_names.ts";
import { type DockerEvent, millisOf } from "./docker_event.ts";

const DIGEST = /^(sha256:)?[0-9a-f]{64}$/;

/** What an image event carries. */
export interface ImageEventInfo extends ImageInfo, HostIdentity {
  /** The engine's name of what happened. */
  action: string;
  /** When, in Unix milliseconds. */
  time: number;
  /** When, in Unix nanoseconds, as digits. */
  timeNano: string;
}

/** An engine event as it came, with the host that it came from. */
export interface RawDockerEvent extends DockerEvent, HostIdentity {}

/** Makes the payload of an image event. */
export function imagePayload(
  event: DockerEvent,
  host: HostIdentity,
): ImageEventInfo {
  const { name, ...labels } = event.actor.attributes;
  const { id } = event.actor;
  return {
    id,
    // Docker identifies a pulled image by its reference, which has the tag;
    // Podman by its digest, without the prefix.
    name: DIGEST.test(id) ? name ?? id : id,
    labels,
    ...host,
    action: bareAction(event),
    time: millisOf(event),
    timeNano: event.timeNano,
  };
}
