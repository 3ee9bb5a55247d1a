/**
 * What can be said of watching engines, and what a watch says of its host.
 *
 * @module
 */
import type {
  HostIdentity,
  InspectOptions,
} from "../containers/known_containers.ts";
import type { ErrorEventInfo } from "../../plugin/plugin.ts";
import type { EngineAddress } from "../engine/engine_endpoint.ts";
import type { DockerGap, FeedOptions } from "./event_feed.ts";
import type { MetricsOptions } from "../containers/metrics_poller.ts";
import type { RestartOptions } from "./restart_merger.ts";

/** What takes the events: a `PluginHandler`, or anything with its `emit`. */
export interface EventTaker {
  /**
   * Takes one event. The next one follows when the promise has settled.
   *
   * @param event The event's name.
   * @param payload What hooks receive.
   * @param extra What hooks on `error` receive beside the error.
   * @returns When the hooks are done.
   */
  emit(
    event: string,
    payload: unknown,
    extra?: ErrorEventInfo,
  ): Promise<unknown>;
}

/** How engines are watched. */
export interface WatchOptions {
  /** Polls for metrics. @default false */
  readonly metrics?: boolean | MetricsOptions;
  /** How restarts are told from stops. */
  readonly restart?: RestartOptions;
  /** How containers are looked up. */
  readonly inspect?: InspectOptions;
  /**
   * Also emits every container and image event as it came, at once and
   * restarts unfolded, under `docker:<type>:<action>`.
   *
   * @default false
   */
  readonly raw?: boolean;
  /** How many events may wait for the handler; what comes beyond is dropped and reported as a gap. @default 200000 */
  readonly maxPending?: number;
}

/** One engine to watch. */
export interface EngineOptions extends EngineAddress, FeedOptions {
  /** The number by which plugins know the host. @default the lowest that is free, from 1 */
  readonly hostId?: number;
  /** The name by which people know it. @default the name that the engine tells */
  readonly hostName?: string;
  /** The number of the client that watches the host. @default 1 */
  readonly clientId?: number;
  /** The API version to speak. @default the newest that both sides know */
  readonly apiVersion?: string;
}

/** The payload of `docker:gap`. */
export interface DockerGapInfo extends DockerGap, HostIdentity {
  /** The name by which people know the host. */
  hostName: string;
}
