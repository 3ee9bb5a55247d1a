/**
 * Watches one engine, and turns what it reports into the events of a handler:
 * one at a time, in order.
 *
 * @module
 */
import { delay } from "@std/async/delay";
import type { ErrorEventInfo, HostEvent } from "../../plugin/plugin.ts";
import { messageOf } from "../../shared/errors.ts";
import { handlerLogger } from "../../shared/logging.ts";
import { AsyncQueue } from "../../async/async_queue.ts";
import {
  type HostIdentity,
  KnownContainers,
} from "../containers/known_containers.ts";
import type { DockerEvent } from "./docker_event.ts";
import { eventName, rawEventName } from "./docker_event_names.ts";
import { readContainers, readInfo } from "../engine/engine_answers.ts";
import { EngineClient } from "../engine/engine_client.ts";
import { resolveEndpoint } from "../engine/engine_endpoint.ts";
import { type DockerGap, EventFeed } from "./event_feed.ts";
import { imagePayload, type RawDockerEvent } from "./image_payload.ts";
import { MetricsReporter } from "../containers/metrics_reporter.ts";
import { RestartMerger } from "./restart_merger.ts";
import type {
  DockerGapInfo,
  EngineOptions,
  EventTaker,
  WatchOptions,
} from "./watch_options.ts";

/** How long the rest of the process may have to wait for a flood of events. */
const TURN_MS = 10;

/** The watch over one engine. */
export class EngineWatch implements AsyncDisposable {
  readonly #taker: EventTaker;
  readonly #options: WatchOptions;
  readonly #host: HostIdentity;
  readonly #client: EngineClient;
  readonly #containers: KnownContainers;
  readonly #restarts: RestartMerger;
  readonly #jobs = new AsyncQueue<() => Promise<void>>();
  readonly #ending = new AbortController();
  readonly #ready = Promise.withResolvers<void>();
  readonly #work: Promise<unknown>;
  readonly #pumped: Promise<void>;
  /** Whether the engine's own name counts. */
  #isNamed: boolean;
  #hostName: string | undefined;
  #health: { healthy: boolean; reason?: string } | undefined;
  #needsSync = true;
  #isOverflowing = false;
  #ended: Promise<void> | undefined;

  /**
   * @param engine The engine, with its host's number.
   * @param options How it is watched.
   * @throws {PluginError} `DOCKER_FAILED` where the address cannot be used.
   */
  constructor(
    taker: EventTaker,
    engine: EngineOptions & { readonly hostId: number },
    options: WatchOptions,
  ) {
    this.#taker = taker;
    this.#options = options;
    this.#host = { hostId: engine.hostId, clientId: engine.clientId ?? 1 };
    this.#hostName = engine.hostName;
    this.#isNamed = engine.hostName !== undefined;
    this.#client = new EngineClient(resolveEndpoint(engine), engine.apiVersion);
    this.#containers = new KnownContainers(this.#client, {
      ...options.inspect,
      ...this.#host,
    });
    this.#restarts = new RestartMerger(
      (event) => this.#enqueue(event),
      options.restart,
    );
    const feed = new EventFeed(this.#client, {
      open: () => this.#jobs.push(() => this.#opened()),
      lost: (error) => this.#jobs.push(() => this.#lost(error)),
      event: (event) => this.#take(event),
      gap: (gap) => {
        // What is held back happened before the gap.
        this.#restarts.flush();
        this.#jobs.push(() => this.#gap(gap));
      },
    }, engine);
    this.#work = Promise.all([feed.run(this.#ending.signal), this.#poll()]);
    this.#pumped = this.#pump();
  }

  /**
   * When the engine has been reached and its running containers are reported,
   * or the first attempt has failed.
   *
   * @returns A promise that never rejects.
   */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Gives the host another name; resolves when `host:updated` has been emitted. */
  async rename(hostName: string): Promise<void> {
    this.#isNamed = true;
    if (this.#ended !== undefined) return;
    const done = Promise.withResolvers<void>();
    this.#jobs.push(() => this.#changeName(hostName).then(done.resolve));
    await done.promise;
  }

  /**
   * Ends the watch. Ending it twice is ending it once.
   *
   * @returns When everything that had arrived has been taken, `host:removed` last.
   */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#ended ??= this.#end();
  }

  async #end(): Promise<void> {
    this.#ending.abort();
    this.#ready.resolve();
    await this.#work;
    this.#restarts[Symbol.dispose]();
    this.#jobs.push(() => this.#emitHost("host:removed"));
    this.#jobs.end();
    await this.#pumped;
    await this.#containers[Symbol.asyncDispose]();
    this.#client[Symbol.dispose]();
  }

  async #pump(): Promise<void> {
    let turn = performance.now();
    for await (const job of this.#jobs) {
      await job();
      if (performance.now() - turn < TURN_MS) continue;
      // Hooks that wait for nothing would keep timers and sockets waiting.
      await delay(0);
      turn = performance.now();
    }
  }

  async #emit(
    event: string,
    payload: unknown,
    extra?: ErrorEventInfo,
  ): Promise<void> {
    try {
      await this.#taker.emit(event, payload, extra);
    } catch (error) {
      handlerLogger([], "docker").error("Cannot emit {event}: {reason}", {
        event,
        reason: messageOf(error),
        error,
      });
    }
  }

  #emitHost(event: string): Promise<void> {
    const payload: HostEvent = {
      hostId: this.#host.hostId,
      hostName: this.#name,
      docker_client_id: this.#host.clientId,
      ...(this.#health ?? { healthy: false }),
    };
    return this.#emit(event, payload);
  }

  get #name(): string {
    return this.#hostName ?? this.#client.label;
  }

  async #opened(): Promise<void> {
    const name = this.#isNamed ? undefined : await this.#askName();
    // A host that is not known yet is added under the name.
    if (this.#health === undefined) this.#hostName ??= name;
    await this.#changeHealth({ healthy: true });
    await this.#changeName(name);
    if (this.#needsSync) await this.#sync();
    this.#ready.resolve();
  }

  async #lost(error: unknown): Promise<void> {
    const reason = messageOf(error);
    if (this.#health?.healthy !== false) {
      await this.#emit("error", error, {
        hostId: this.#host.hostId,
        message: reason,
      });
    }
    await this.#changeHealth({ healthy: false, reason });
    this.#ready.resolve();
  }

  async #changeName(name: string | undefined): Promise<void> {
    if (name === undefined || name === this.#hostName) return;
    this.#hostName = name;
    // Who has not heard of the host yet hears of it under this name.
    if (this.#health !== undefined) await this.#emitHost("host:updated");
  }

  async #changeHealth(
    health: { healthy: boolean; reason?: string },
  ): Promise<void> {
    const before = this.#health;
    this.#health = health;
    if (before === undefined) await this.#emitHost("host:added");
    else if (before.healthy !== health.healthy) {
      await this.#emitHost("host:health:changed");
    }
  }

  async #gap(gap: DockerGap): Promise<void> {
    const info: DockerGapInfo = { ...gap, ...this.#host, hostName: this.#name };
    await this.#emit("docker:gap", info);
    await this.#sync();
  }

  async #askName(): Promise<string | undefined> {
    const ask = { signal: this.#ending.signal };
    const info = await this.#client.json("/info", readInfo, ask).catch(() =>
      undefined
    );
    return info?.Name || undefined;
  }

  /** Reports what the container list shows beyond what the events told. */
  async #sync(): Promise<void> {
    this.#needsSync = true;
    const before = this.#containers.known();
    const list = await this.#client.json("/containers/json", readContainers, {
      query: { all: "true" },
      signal: this.#ending.signal,
    }).catch(() => undefined);
    if (list === undefined) return;
    this.#needsSync = false;
    const { seen, inferred } = this.#containers.sync(list, before);
    for (const event of inferred) await this.#emitInferred(event);
    for (const container of seen) await this.#emit("container:seen", container);
  }

  async #emitInferred(event: DockerEvent): Promise<void> {
    const payload = this.#containers.describeInferred(event);
    await this.#emit(eventName(event) ?? rawEventName(event), payload);
  }

  #take(event: DockerEvent): void {
    const { maxPending = 200_000 } = this.#options;
    // One long gap is better than a gap after each event that finds room.
    if (this.#jobs.size >= maxPending / (this.#isOverflowing ? 2 : 1)) {
      if (!this.#isOverflowing) {
        this.#jobs.push(() =>
          this.#gap({ reason: "overflow", since: event.timeNano })
        );
      }
      this.#isOverflowing = true;
      return;
    }
    this.#isOverflowing = false;
    if (event.type === "container") this.#containers.notice(event);
    if (this.#options.raw && eventName(event) !== undefined) {
      this.#enqueueRaw(event);
    }
    this.#restarts.push(event);
  }

  #enqueue(event: DockerEvent): void {
    const name = eventName(event);
    if (name === undefined) return this.#enqueueRaw(event);
    this.#jobs.push(async () => {
      const payload = event.type === "container"
        ? await this.#containers.describe(event)
        : imagePayload(event, this.#host);
      if (payload !== undefined) await this.#emit(name, payload);
    });
  }

  #enqueueRaw(event: DockerEvent): void {
    const payload: RawDockerEvent = { ...event, ...this.#host };
    this.#jobs.push(() => this.#emit(rawEventName(event), payload));
  }

  async #poll(): Promise<void> {
    const { metrics } = this.#options;
    if (!metrics) return;
    const reporter = new MetricsReporter(this.#client, this.#host, {
      isReachable: () => this.#health?.healthy ?? false,
      name: () => this.#name,
      active: () => this.#containers.active(),
      info: (id) => this.#containers.info(id),
      emit: (event, payload, extra) => this.#emit(event, payload, extra),
    });
    await this.#ready.promise;
    await reporter.run(metrics === true ? {} : metrics, this.#ending.signal);
  }
}
