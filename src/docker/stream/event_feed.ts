/**
 * Keeps one engine's event stream going: connects, resumes where it was cut
 * off, drops repeats, and tells of gaps.
 *
 * @module
 */
import { Backoff, type BackoffOptions } from "../../async/backoff.ts";
import type { DockerEvent } from "./docker_event.ts";
import { EventDecoder } from "./event_decoder.ts";
import type { EngineClient, EngineVersion } from "../engine/engine_client.ts";
import { lastBefore, pastHolds, readClock } from "./event_history.ts";
import { LinkedAbort } from "../../async/linked_abort.ts";
import { sleep } from "../../async/timer.ts";
import { ReplayWindow } from "./replay_window.ts";

/** Events are missing, and the engine cannot replay them. */
export interface DockerGap {
  /**
   * Why: the engine no longer holds what happened while the connection was
   * down (`not-replayed`: it was restarted, or more than 256 events ago), it
   * sent something that is no event (`malformed`), or events came faster than
   * they were taken (`overflow`).
   */
  readonly reason: "not-replayed" | "malformed" | "overflow";
  /** The last event before the gap, or the first that overflowed, in Unix nanoseconds. */
  readonly since?: string;
  /** The first event after it, where there is one already. */
  readonly until?: string;
}

/** What a feed reports to. Everything is called in the order of the stream. */
export interface FeedSink {
  /** The stream is open. */
  open(version: EngineVersion): void;
  /** The engine cannot be reached; the feed goes on trying. */
  lost(error: unknown): void;
  /** An event arrived. */
  event(event: DockerEvent): void;
  /** Events are missing. */
  gap(gap: DockerGap): void;
}

/** How a feed behaves. */
export interface FeedOptions {
  /** Resumes an earlier stream after the event of this time, in Unix nanoseconds. @default now */
  readonly since?: string;
  /** Milliseconds until the engine must answer. @default 10000 */
  readonly connectTimeoutMs?: number;
  /**
   * Milliseconds of silence after which the stream is opened anew where it
   * left off, since a connection can be dead without anybody being told.
   *
   * @default 60000
   */
  readonly idleTimeoutMs?: number;
  /** How long to rest between attempts. */
  readonly backoff?: BackoffOptions;
}

/** The feed of one engine; it runs once. */
export class EventFeed {
  readonly #client: EngineClient;
  readonly #sink: FeedSink;
  readonly #options: FeedOptions;
  readonly #window: ReplayWindow;
  readonly #backoff: Backoff;
  #isFirst = true;
  #wasOutOfReach = false;

  constructor(client: EngineClient, sink: FeedSink, options: FeedOptions = {}) {
    this.#client = client;
    this.#sink = sink;
    this.#options = options;
    this.#window = new ReplayWindow(options.since);
    this.#backoff = new Backoff(options.backoff);
  }

  /**
   * Where the stream can be resumed.
   *
   * @returns The time of the last event in Unix nanoseconds.
   */
  get position(): string | undefined {
    return this.#window.position;
  }

  /**
   * Runs the feed.
   *
   * @returns When it has ended; it never rejects.
   */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#connection(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#wasOutOfReach = true;
        this.#sink.lost(error);
      }
      if (!signal.aborted) {
        await sleep(this.#backoff.next(), signal).catch(() => {});
      }
    }
  }

  /** One connection, from the handshake to its end. Rejects where it does not open. */
  async #connection(signal: AbortSignal): Promise<void> {
    const ask = { signal, timeoutMs: this.#options.connectTimeoutMs };
    const version = await this.#client.negotiate(ask);
    if (this.#isFirst) await this.#learnStart(ask);
    using ended = new LinkedAbort(signal);
    const since = this.#window.resume();
    const body = await this.#client.stream("/events", {
      ...ask,
      query: since === undefined ? {} : { since },
      signal: ended.signal,
    });
    this.#opened(version);
    const verdict = this.#checkReplay({ ...ask, signal: ended.signal });
    try {
      await this.#read(body, ended);
    } finally {
      ended.abort();
      await verdict;
    }
  }

  /** What the engine holds from before the start serves as the first anchor. */
  async #learnStart(ask: { signal: AbortSignal }): Promise<void> {
    if (this.#window.position !== undefined) return;
    const now = await readClock(this.#client, ask);
    if (now === undefined) return;
    this.#window.startAt(now, await lastBefore(this.#client, now, ask));
  }

  #opened(version: EngineVersion): void {
    const isBlind = this.#wasOutOfReach && this.#window.anchor === undefined;
    const isGap = isBlind && !this.#isFirst;
    this.#isFirst = false;
    this.#wasOutOfReach = false;
    this.#sink.open(version);
    if (isGap) this.#reportGap("not-replayed", this.position);
  }

  /** A silent engine does not show whether it lost something: it is asked. */
  async #checkReplay(ask: { signal: AbortSignal }): Promise<void> {
    const { anchor } = this.#window;
    if (anchor === undefined || this.#window.replay !== "unknown") return;
    const holds = await pastHolds(this.#client, anchor, ask);
    if (holds === undefined || this.#window.replay !== "unknown") return;
    this.#window.decide(holds);
    if (!holds) this.#reportGap("not-replayed", anchor);
  }

  async #read(
    body: AsyncIterable<Uint8Array>,
    ended: LinkedAbort,
  ): Promise<void> {
    const decoder = new EventDecoder({
      event: (event) => this.#take(event),
      malformed: () => this.#reportGap("malformed", this.position),
    });
    const limit = this.#options.idleTimeoutMs ?? 60_000;
    const silence = Symbol("silence");
    try {
      ended.abortAfter(limit, silence);
      for await (const chunk of body) {
        this.#backoff.reset();
        ended.abortAfter(limit, silence);
        decoder.push(chunk);
      }
      decoder.end();
    } catch {
      // However a stream ends, the next connection resumes it.
    }
    if (ended.signal.reason === silence) this.#backoff.reset();
  }

  #take(event: DockerEvent): void {
    const { anchor, replay } = this.#window;
    if (!this.#window.accept(event)) return;
    if (replay === "unknown" && this.#window.replay === "broken") {
      this.#reportGap("not-replayed", anchor, event.timeNano);
    }
    this.#sink.event(event);
  }

  #reportGap(
    reason: DockerGap["reason"],
    since?: string,
    until?: string,
  ): void {
    this.#window.settle();
    this.#sink.gap({
      reason,
      ...(since && { since }),
      ...(until && { until }),
    });
  }
}
