/**
 * The Docker Engine as a source of events.
 *
 * {@linkcode connectDocker} feeds a plugin handler; {@linkcode DockerEvents}
 * is the bare stream. Both reach an engine by unix socket, TCP or TLS with
 * client certificates, honour `DOCKER_HOST`, agree on an API version, and
 * resume after a break without losing or repeating an event. Neither ever
 * sends anything but `GET` requests.
 *
 * @module
 */
export {
  connectDocker,
  type ConnectDockerOptions,
  type DockerConnection,
} from "./connect_docker.ts";
export type {
  ContainerEventInfo,
  HostIdentity,
  InspectOptions,
} from "./container_directory.ts";
export type { ContainerStats } from "./container_stats.ts";
export type { BackoffOptions } from "./backoff.ts";
export type { DockerEvent } from "./docker_event.ts";
export {
  DockerEvents,
  type DockerEventsEventMap,
  type DockerEventsOptions,
} from "./docker_events.ts";
export type { EngineVersion } from "./engine_client.ts";
export type { EngineAddress, EngineTls } from "./engine_endpoint.ts";
export type {
  DockerGapInfo,
  EngineOptions,
  EventTaker,
  HostInfo,
  WatchOptions,
} from "./watch_options.ts";
export type { DockerGap, FeedOptions } from "./event_feed.ts";
export type { ImageEventInfo, RawDockerEvent } from "./image_payload.ts";
export type {
  ContainerMetrics,
  HostMetrics,
  HostStats,
  MetricsOptions,
} from "./metrics_poller.ts";
export type { RestartFolderOptions } from "./restart_folder.ts";
export type { ContainerInfo, ImageInfo } from "../plugin.ts";
