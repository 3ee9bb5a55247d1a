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
export type { ContainerEventInfo } from "./containers/container_event_info.ts";
export type {
  HostIdentity,
  InspectOptions,
} from "./containers/known_containers.ts";
export type { BackoffOptions } from "../async/backoff.ts";
export type { DockerEvent } from "./stream/docker_event.ts";
export {
  DockerEvents,
  type DockerEventsEventMap,
  type DockerEventsOptions,
} from "./stream/docker_events.ts";
export type { EngineVersion } from "./engine/engine_client.ts";
export type { EngineAddress, EngineTls } from "./engine/engine_endpoint.ts";
export type {
  DockerGapInfo,
  EngineOptions,
  EventTaker,
  WatchOptions,
} from "./stream/watch_options.ts";
export type { DockerGap, FeedOptions } from "./stream/event_feed.ts";
export type { ImageEventInfo, RawDockerEvent } from "./stream/image_payload.ts";
export type { MetricsOptions } from "./containers/metrics_poller.ts";
export type { RestartOptions } from "./stream/restart_merger.ts";
export type {
  ContainerInfo,
  ContainerMetricsEvent,
  ContainerStatsInfo,
  ErrorEventInfo,
  HostEvent,
  HostMetrics,
  HostMetricsEvent,
  ImageInfo,
  StreamEvent,
} from "../plugin/plugin.ts";
