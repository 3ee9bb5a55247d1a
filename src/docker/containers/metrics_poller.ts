/**
 * Polls one engine for the metrics of its containers and its own.
 *
 * @module
 */
import { sleep } from "../../async/timer.ts";
import { pooledMap } from "@std/async/pool";
import {
  type ContainerStats,
  containerStats,
  type CpuSample,
} from "./container_stats.ts";
import { readInfo, readStats } from "../engine/engine_answers.ts";
import type { EngineClient } from "../engine/engine_client.ts";

/** How metrics are polled. */
export interface MetricsOptions {
  /** Milliseconds between two rounds; each is drawn from 10 % around it. @default 10000 */
  readonly intervalMs?: number;
  /** How many containers are asked about at the same time. @default 4 */
  readonly concurrency?: number;
  /** Milliseconds after which a container is skipped for this round. @default 5000 */
  readonly timeoutMs?: number;
}

/** The payload of `container:metrics`. */
export interface ContainerMetrics {
  /** The host. */
  hostId: number;
  /** The client that watches it. */
  clientId: number;
  /** The container. */
  containerId: string;
  /** What it uses. */
  stats: ContainerStats;
}

/** The payload of `host:metrics`. */
export interface HostMetrics {
  /** The host. */
  hostId: number;
  /** The client that watches it. */
  clientId: number;
  /** The name by which people know it. */
  hostName: string;
  /** What its engine says. */
  stats: HostStats;
}

/** What an engine says of its host. */
export interface HostStats {
  /** All containers. */
  containers: number;
  /** Those that run. */
  containersRunning: number;
  /** Those that are paused. */
  containersPaused: number;
  /** Those that are stopped. */
  containersStopped: number;
  /** All images. */
  images: number;
  /** The host's CPUs. */
  cpus: number;
  /** The host's memory in bytes. */
  memoryTotal: number;
  /** The engine's version. */
  engineVersion: string;
}

/** What a {@linkcode MetricsPoller} reports to. */
export interface MetricsSink {
  /** The containers to ask about. */
  running(): readonly string[];
  /** A container's numbers. */
  container(id: string, stats: ContainerStats): Promise<void>;
  /** The host's numbers. */
  host(stats: HostStats): Promise<void>;
}

/** The API version that can leave out the second sample, which takes a second. */
const ONE_SHOT_API = 41;

/** The poller of one engine. */
export class MetricsPoller {
  readonly #client: EngineClient;
  readonly #sink: MetricsSink;
  readonly #options: Required<MetricsOptions>;
  #samples = new Map<string, CpuSample>();

  /**
   * @param client The engine.
   * @param sink What it reports to.
   * @param options How it polls.
   */
  constructor(
    client: EngineClient,
    sink: MetricsSink,
    options: MetricsOptions = {},
  ) {
    this.#client = client;
    this.#sink = sink;
    this.#options = {
      intervalMs: options.intervalMs ?? 10_000,
      concurrency: options.concurrency ?? 4,
      timeoutMs: options.timeoutMs ?? 5_000,
    };
  }

  /**
   * Polls round after round.
   *
   * @param signal Ends it.
   * @returns When it has ended; it never rejects.
   */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const rest = this.#options.intervalMs * (0.9 + Math.random() * 0.2);
      await sleep(rest, signal).catch(() => {});
      if (!signal.aborted) await this.#round(signal);
    }
  }

  async #round(signal: AbortSignal): Promise<void> {
    const before = this.#samples;
    this.#samples = new Map();
    const { concurrency } = this.#options;
    await this.#host(signal);
    const asked = pooledMap(
      concurrency,
      this.#sink.running(),
      (id) => this.#container(id, before.get(id), signal),
    );
    for await (const _ of asked);
  }

  async #host(signal: AbortSignal): Promise<void> {
    const info = await this.#client.json("/info", readInfo, {
      signal,
      timeoutMs: this.#options.timeoutMs,
    }).catch(() => undefined);
    if (info === undefined) return;
    await this.#sink.host({
      containers: info.Containers,
      containersRunning: info.ContainersRunning,
      containersPaused: info.ContainersPaused,
      containersStopped: info.ContainersStopped,
      images: info.Images,
      cpus: info.NCPU,
      memoryTotal: info.MemTotal,
      engineVersion: info.ServerVersion,
    });
  }

  async #container(
    id: string,
    before: CpuSample | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    if (signal.aborted) return;
    const minor = Number(this.#client.version?.api.split(".")[1] ?? 0);
    const isOneShot = before !== undefined && minor >= ONE_SHOT_API;
    const answer = await this.#client.json(
      `/containers/${encodeURIComponent(id)}/stats`,
      readStats,
      {
        query: { stream: "false", ...(isOneShot && { "one-shot": "true" }) },
        signal,
        timeoutMs: this.#options.timeoutMs,
      },
    ).catch(() => undefined);
    // A container that has just ended answers with zeros.
    if (answer === undefined || answer.cpu_stats.system_cpu_usage === 0) return;
    this.#samples.set(id, answer.cpu_stats);
    await this.#sink.container(
      id,
      containerStats(answer, isOneShot ? before : undefined),
    );
  }
}
