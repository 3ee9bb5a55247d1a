/**
 * Polls one engine for the metrics of its containers and its own.
 *
 * The engine is asked for single samples of the CPU's counters: for two at a
 * time, as it gives unless told otherwise, it takes a second or two. A
 * container's first two samples are taken a second apart, the others once in a
 * round, so that its first numbers are there almost at once.
 *
 * @module
 */
import { sleep } from "../../async/timer.ts";
import { Semaphore } from "../../async/semaphore.ts";
import type { CpuSample } from "./container_stats.ts";
import {
  type InfoAnswer,
  readInfo,
  readStats,
  type StatsAnswer,
} from "../engine/engine_answers.ts";
import { type EngineClient, EngineRefusal } from "../engine/engine_client.ts";

/** How metrics are polled. */
export interface MetricsOptions {
  /** Milliseconds between two rounds; each is drawn from 10 % around it. @default 10000 */
  readonly intervalMs?: number;
  /** How many containers are asked about at the same time. @default 36 */
  readonly concurrency?: number;
  /** Milliseconds after which a container is skipped for this round. @default 5000 */
  readonly timeoutMs?: number;
}

/** What a {@linkcode MetricsPoller} reports to. */
export interface MetricsSink {
  /** Whether there is an engine to ask. */
  isReachable(): boolean;
  /** The containers to ask about. */
  active(): readonly string[];
  /** A container's answer, with the CPU sample before it where there was one. */
  container(id: string, answer: StatsAnswer, before?: CpuSample): Promise<void>;
  /** The host's answer. */
  host(info: InfoAnswer): Promise<void>;
  /** Something could not be asked; `id` is the container's. */
  failed(error: unknown, id?: string): Promise<void>;
  /** A round is done. */
  round(): Promise<void>;
}

/** The API version since which a single sample can be asked for. */
const ONE_SHOT_API = 41;
/** Less than this apart, two samples say little of the time between them. */
const SAMPLE_GAP_MS = 1_000;
/** A hundred containers in three turns. */
const CONCURRENCY = 36;

/** The poller of one engine. */
export class MetricsPoller {
  readonly #client: EngineClient;
  readonly #sink: MetricsSink;
  readonly #intervalMs: number;
  readonly #timeoutMs: number;
  /** First samples wait for one another only, lest they hold up first numbers. */
  readonly #firstSamples: Semaphore;
  readonly #samples: Semaphore;
  #before = new Map<string, CpuSample>();

  constructor(
    client: EngineClient,
    sink: MetricsSink,
    options: MetricsOptions = {},
  ) {
    this.#client = client;
    this.#sink = sink;
    this.#intervalMs = options.intervalMs ?? 10_000;
    this.#timeoutMs = options.timeoutMs ?? 5_000;
    this.#firstSamples = new Semaphore(options.concurrency ?? CONCURRENCY);
    this.#samples = new Semaphore(options.concurrency ?? CONCURRENCY);
  }

  /** Polls round after round until the signal ends it; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.#sink.isReachable()) await this.#round(signal);
      const rest = this.#intervalMs * (0.9 + Math.random() * 0.2);
      await sleep(rest, signal).catch(() => {});
    }
  }

  async #round(signal: AbortSignal): Promise<void> {
    const ids = this.#sink.active();
    const known = ids.flatMap((id) => {
      const sample = this.#before.get(id);
      return sample === undefined ? [] : [[id, sample] as const];
    });
    this.#before = new Map(known);
    await Promise.all([
      this.#host(signal),
      ...ids.map((id) => this.#container(id, signal)),
    ]);
    if (!signal.aborted) await this.#sink.round();
  }

  async #host(signal: AbortSignal): Promise<void> {
    const ask = { signal, timeoutMs: this.#timeoutMs };
    try {
      await this.#sink.host(await this.#client.json("/info", readInfo, ask));
    } catch (error) {
      if (!signal.aborted) await this.#sink.failed(error);
    }
  }

  async #container(id: string, signal: AbortSignal): Promise<void> {
    if (this.#takesSingleSamples && !this.#before.has(id)) {
      const since = performance.now();
      await this.#sample(this.#firstSamples, id, signal);
      if (!this.#before.has(id)) return;
      const rest = since + SAMPLE_GAP_MS - performance.now();
      if (rest > 0) await sleep(rest, signal).catch(() => {});
    }
    const before = this.#before.get(id);
    const answer = await this.#sample(this.#samples, id, signal);
    if (answer !== undefined) await this.#sink.container(id, answer, before);
  }

  get #takesSingleSamples(): boolean {
    const [major = 0, minor = 0] =
      this.#client.version?.api.split(".").map(Number) ?? [];
    return major > 1 || minor >= ONE_SHOT_API;
  }

  async #sample(
    turn: Semaphore,
    id: string,
    signal: AbortSignal,
  ): Promise<StatsAnswer | undefined> {
    const answer = await turn.run(() => this.#ask(id, signal));
    // A container that has just ended answers with zeros.
    if (!answer || answer.cpu_stats.system_cpu_usage === 0) return undefined;
    this.#before.set(id, answer.cpu_stats);
    return answer;
  }

  async #ask(
    id: string,
    signal: AbortSignal,
  ): Promise<StatsAnswer | undefined> {
    if (signal.aborted) return undefined;
    const oneShot = this.#takesSingleSamples;
    try {
      return await this.#client.json(
        `/containers/${encodeURIComponent(id)}/stats`,
        readStats,
        {
          query: { stream: "false", ...(oneShot && { "one-shot": "true" }) },
          signal,
          timeoutMs: this.#timeoutMs,
        },
      );
    } catch (error) {
      // A container that is gone, or was never there, is nobody's error.
      const isRefused = error instanceof EngineRefusal;
      if (!isRefused && !signal.aborted) await this.#sink.failed(error, id);
      return undefined;
    }
  }
}
