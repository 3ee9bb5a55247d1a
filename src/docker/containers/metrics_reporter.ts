/**
 * Turns what the engine answers on metrics into the payloads that hooks
 * receive. All of one host's metrics are also one stream, `all_stats`.
 *
 * @module
 */
import { messageOf } from "../../shared/errors.ts";
import type {
  ContainerInfo,
  ContainerMetricsEvent,
  ContainerStatsInfo,
  ErrorEventInfo,
  HostMetrics,
  HostMetricsEvent,
  StreamEvent,
} from "../../plugin/plugin.ts";
import type { InfoAnswer, StatsAnswer } from "../engine/engine_answers.ts";
import type { EngineClient } from "../engine/engine_client.ts";
import { containerStats, type CpuSample } from "./container_stats.ts";
import type { HostIdentity } from "./known_containers.ts";
import {
  type MetricsOptions,
  MetricsPoller,
  type MetricsSink,
} from "./metrics_poller.ts";

/** What a {@linkcode MetricsReporter} knows of its host, and reports to. */
export interface MetricsHost {
  /** Whether the engine can be asked. */
  isReachable(): boolean;
  /** The name by which people know the host. */
  name(): string;
  /** The containers that have metrics. */
  active(): readonly string[];
  /** What is known of a container. */
  info(id: string): ContainerInfo | undefined;
  /** Takes an event. */
  emit(event: string, payload: unknown, extra?: ErrorEventInfo): Promise<void>;
}

/** Everything that one round found. */
interface Round {
  readonly containerStats: ContainerStatsInfo[];
  readonly hostMetrics: HostMetrics[];
}

const STREAM_TYPE = "all_stats";

/** Reports the metrics of one host. */
export class MetricsReporter implements MetricsSink {
  readonly #client: EngineClient;
  readonly #identity: HostIdentity;
  readonly #host: MetricsHost;
  #round: Round = { containerStats: [], hostMetrics: [] };

  constructor(client: EngineClient, identity: HostIdentity, host: MetricsHost) {
    this.#client = client;
    this.#identity = identity;
    this.#host = host;
  }

  /** Polls and reports until the signal ends it; never rejects. */
  async run(options: MetricsOptions, signal: AbortSignal): Promise<void> {
    await this.#stream("stream:started");
    await new MetricsPoller(this.#client, this, options).run(signal);
    await this.#stream("stream:stopped");
  }

  isReachable(): boolean {
    return this.#host.isReachable();
  }

  active(): readonly string[] {
    return this.#host.active();
  }

  async container(
    id: string,
    answer: StatsAnswer,
    before?: CpuSample,
  ): Promise<void> {
    const info = this.#host.info(id);
    if (info === undefined) return;
    const { hostId, clientId } = this.#identity;
    const stats: ContainerStatsInfo = {
      ...info,
      ...containerStats(answer, before),
      stats: {
        ...answer.whole,
        ...{ hostId, clientId, containerId: id, containerName: info.name },
      },
    };
    this.#round.containerStats.push(stats);
    const payload: ContainerMetricsEvent = {
      hostId,
      docker_client_id: clientId,
      containerId: id,
      stats,
    };
    await this.#host.emit("container:metrics", payload);
  }

  async host(info: InfoAnswer): Promise<void> {
    const { hostId, clientId } = this.#identity;
    const hostName = this.#host.name();
    const metrics: HostMetrics = {
      hostId,
      hostName,
      ...metricsOf(info),
      dockerVersion: this.#client.version?.engine || UNKNOWN,
      apiVersion: this.#client.newestApi || UNKNOWN,
    };
    this.#round.hostMetrics.push(metrics);
    const payload: HostMetricsEvent = {
      hostId,
      hostName,
      docker_client_id: clientId,
      metrics,
    };
    await this.#host.emit("host:metrics", payload);
  }

  async failed(error: unknown, containerId?: string): Promise<void> {
    const whose = containerId === undefined ? "host" : "container";
    await this.#host.emit("error", error, {
      hostId: this.#identity.hostId,
      ...(containerId !== undefined && { containerId }),
      message: `Cannot collect the metrics of a ${whose}`,
    });
    await this.#stream("stream:error", { error: messageOf(error) });
  }

  async round(): Promise<void> {
    const data = { ...this.#round, timestamp: Date.now() };
    this.#round = { containerStats: [], hostMetrics: [] };
    await this.#stream("stream:data", { data });
  }

  #stream(
    event: string,
    more: Pick<StreamEvent, "data" | "error"> = {},
  ): Promise<void> {
    const payload: StreamEvent = {
      streamKey: `${STREAM_TYPE}:${this.#identity.hostId}`,
      streamType: STREAM_TYPE,
      ...more,
    };
    return this.#host.emit(event, payload);
  }
}

const UNKNOWN = "unknown";

function metricsOf(
  info: InfoAnswer,
): Omit<HostMetrics, "hostId" | "hostName" | "dockerVersion" | "apiVersion"> {
  return {
    os: info.OperatingSystem || UNKNOWN,
    architecture: info.Architecture || UNKNOWN,
    kernelVersion: info.KernelVersion || UNKNOWN,
    systemTime: info.SystemTime || UNKNOWN,
    totalMemory: info.MemTotal,
    totalCPU: info.NCPU,
    containers: info.Containers,
    containersRunning: info.ContainersRunning,
    containersStopped: info.ContainersStopped,
    containersPaused: info.ContainersPaused,
    images: info.Images,
  };
}
