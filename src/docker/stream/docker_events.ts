/**
 * The event stream of one Docker Engine, as an async iterable and as an event
 * target.
 *
 * @module
 */
import { AsyncQueue } from "../../async/async_queue.ts";
import type { DockerEvent } from "./docker_event.ts";
import { EngineClient, type EngineVersion } from "../engine/engine_client.ts";
import {
  type EngineAddress,
  resolveEndpoint,
} from "../engine/engine_endpoint.ts";
import { type DockerGap, EventFeed, type FeedOptions } from "./event_feed.ts";

/** Which engine is listened to, and how. */
export interface DockerEventsOptions extends EngineAddress, FeedOptions {
  /** The API version to speak. @default the newest that both sides know */
  readonly apiVersion?: string;
  /**
   * How many events an iteration holds that have not been read. What comes
   * beyond is dropped, and reported as a gap: an engine that is not listened
   * to drops events without telling.
   *
   * @default 200000
   */
  readonly maxPending?: number;
}

/** The events that {@linkcode DockerEvents} dispatches as an event target. */
export interface DockerEventsEventMap {
  /** The engine reported an event. */
  readonly event: CustomEvent<DockerEvent>;
  /** Events are missing. */
  readonly gap: CustomEvent<DockerGap>;
  /** The stream is open, for the first time or again. */
  readonly open: CustomEvent<EngineVersion>;
  /** The engine cannot be reached; attempts go on. The detail is the error. */
  readonly lost: CustomEvent<unknown>;
}

/**
 * Every event of one Docker Engine, once and in the engine's order, over
 * breaks of the connection. It connects when it is first iterated over, or
 * with {@linkcode DockerEvents.start}.
 *
 * After a break the stream resumes where it was cut off. The engine holds its
 * last 256 events until it is restarted; where more are missing, a `gap` is
 * dispatched.
 *
 * Permissions: for a socket `--allow-read=SOCKET --allow-write=SOCKET
 * --allow-net=unix:SOCKET,docker.invalid:80` (the last is a name that leads
 * nowhere, which `fetch` checks); for TCP `--allow-net=HOST:PORT`. Without a
 * `host` also `--allow-env=DOCKER_HOST,DOCKER_TLS_VERIFY,DOCKER_CERT_PATH`,
 * or the default socket is used, and `--allow-read` of the certificates.
 *
 * Only `GET` requests are sent.
 *
 * @example Reading events
 * ```ts
 * import { DockerEvents } from "@dockstat/plugin-handler/docker";
 * import { assertEquals } from "@std/assert";
 *
 * // An engine of one event, for machines without Docker.
 * await using engine = Deno.serve({ port: 0, onListen() {} }, (request) =>
 *   new URL(request.url).pathname === "/version"
 *     ? Response.json({ Version: "20.10.24", ApiVersion: "1.41" })
 *     : Response.json({
 *       Type: "container",
 *       Action: "start",
 *       Actor: { ID: "4f5e", Attributes: { name: "web", image: "nginx" } },
 *       time: 1795395340,
 *       timeNano: 1795395340886604939,
 *     }));
 *
 * await using events = new DockerEvents({
 *   host: `tcp://127.0.0.1:${engine.addr.port}`,
 * });
 * for await (const { type, action, actor } of events) {
 *   assertEquals([type, action, actor.attributes.name], [
 *     "container",
 *     "start",
 *     "web",
 *   ]);
 *   break;
 * }
 * ```
 */
export class DockerEvents extends EventTarget
  implements AsyncIterable<DockerEvent>, AsyncDisposable {
  readonly #client: EngineClient;
  readonly #feed: EventFeed;
  readonly #ending = new AbortController();
  readonly #opened = Promise.withResolvers<void>();
  readonly #readers = new Set<AsyncQueue<DockerEvent>>();
  readonly #maxPending: number;
  #running: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #isOverflowing = false;

  /**
   * Makes the stream; nothing is sent yet.
   *
   * @param options Which engine is listened to, and how.
   * @throws {PluginError} `DOCKER_FAILED` where the address cannot be used.
   */
  constructor(options: DockerEventsOptions = {}) {
    super();
    this.#client = new EngineClient(
      resolveEndpoint(options),
      options.apiVersion,
    );
    this.#maxPending = options.maxPending ?? 200_000;
    this.#feed = new EventFeed(this.#client, {
      open: (version) => {
        this.#dispatch("open", version);
        this.#opened.resolve();
      },
      lost: (error) => this.#dispatch("lost", error),
      event: (event) => this.#spread(event),
      gap: (gap) => this.#dispatch("gap", gap),
    }, options);
  }

  /**
   * Where the stream stands; the option `since` takes it up again.
   *
   * @returns The time of the last event in Unix nanoseconds.
   */
  get position(): string | undefined {
    return this.#feed.position;
  }

  /**
   * Connects, and keeps connecting. Starting twice is starting once.
   *
   * @returns When the stream is open for the first time, or closed for good.
   */
  start(): Promise<void> {
    this.#running ??= this.#feed.run(this.#ending.signal).finally(() => {
      this.#opened.resolve();
    });
    return this.#opened.promise;
  }

  /**
   * Reads the events from now on; several can read at the same time.
   *
   * @returns The events; the iteration ends when the stream is closed.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<DockerEvent> {
    const reader: AsyncQueue<DockerEvent> = new AsyncQueue(() => {
      this.#readers.delete(reader);
    });
    if (this.#ending.signal.aborted) reader.end();
    else this.#readers.add(reader);
    this.start();
    return reader;
  }

  /**
   * Listens to what the stream tells beside its events, and to them too.
   *
   * @param type `event`, `gap`, `open` or `lost`.
   * @param listener Called at once, in the order of the stream.
   * @param options As for every event target.
   */
  override addEventListener<K extends keyof DockerEventsEventMap>(
    type: K,
    listener: (event: DockerEventsEventMap[K]) => void,
    options?: AddEventListenerOptions | boolean,
  ): void;
  /**
   * Listens to events of other types.
   *
   * @param type The type.
   * @param listener The listener.
   * @param options As for every event target.
   */
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: AddEventListenerOptions | boolean,
  ): void;
  override addEventListener(
    type: string,
    // deno-lint-ignore no-explicit-any -- the overloads above are the public type
    listener: any,
    options?: AddEventListenerOptions | boolean,
  ): void {
    super.addEventListener(type, listener, options);
  }

  /**
   * Closes the stream for good; iterations end after what they hold. Closing
   * twice is closing once.
   *
   * @returns When the connection is closed.
   */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  /**
   * Closes the stream for good; see {@linkcode DockerEvents.close}.
   *
   * @returns When the connection is closed.
   */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#ending.abort();
    for (const reader of this.#readers) reader.end();
    this.#readers.clear();
    await this.#running;
    this.#client[Symbol.dispose]();
  }

  #spread(event: DockerEvent): void {
    let isOverflowing = false;
    for (const reader of this.#readers) {
      if (reader.size < this.#maxPending) reader.push(event);
      else isOverflowing = true;
    }
    if (isOverflowing && !this.#isOverflowing) {
      this.#dispatch("gap", { reason: "overflow", since: event.timeNano });
    }
    this.#isOverflowing = isOverflowing;
    this.#dispatch("event", event);
  }

  #dispatch(type: keyof DockerEventsEventMap, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
