/**
 * A Docker Engine that replays what a real one sent.
 *
 * @module
 */
import {
  inspectedContainer,
  listedContainers,
  type RecordedContainer,
} from "./recorded_containers.ts";
import {
  readRecording,
  type RecordedEvent,
  type RecordedEvents,
} from "./recorded_events.ts";

/** What an engine replays; see {@linkcode startRecordedEngine}. */
export interface RecordedEngineOptions {
  /**
   * The events, in their order. `curl --unix-socket /var/run/docker.sock
   * http://docker/events` records those of a real engine.
   *
   * @default []
   */
  readonly events?: RecordedEvents;
  /**
   * The containers, as `docker inspect` shows them. One that the events make
   * is listed from then on, the others from the start.
   *
   * @default []
   */
  readonly containers?: readonly RecordedContainer[];
}

const encoder = new TextEncoder();

/** An engine on a port of this machine; see {@linkcode startRecordedEngine}. */
export class RecordedEngine implements AsyncDisposable {
  readonly #containers: readonly RecordedContainer[];
  readonly #events: readonly RecordedEvent[];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #streams = new Set<ReadableStreamDefaultController<Uint8Array>>();
  #sent = 0;

  /**
   * Made by {@linkcode startRecordedEngine}.
   *
   * @param options What it replays.
   */
  constructor({ events = [], containers = [] }: RecordedEngineOptions = {}) {
    this.#events = readRecording(events);
    this.#containers = containers;
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      (request) => this.#answer(new URL(request.url)),
    );
  }

  /** Its address for `connectDocker` and `DockerEvents`: `tcp://127.0.0.1:<port>`. */
  get host(): string {
    return `tcp://127.0.0.1:${this.#server.addr.port}`;
  }

  /**
   * Sends the next events to all who listen. Who connects later gets them too,
   * as far as it asks for what has been.
   *
   * @param count How many events, at most. @default all that are left
   * @returns How many are left.
   */
  replay(count: number = this.#events.length): number {
    const next = this.#events.slice(this.#sent, this.#sent + count);
    this.#sent += next.length;
    if (next.length > 0) {
      for (const stream of this.#streams) stream.enqueue(bytesOf(next));
    }
    return this.#events.length - this.#sent;
  }

  /** Ends the streams and the server. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const stream of this.#streams) stream.close();
    this.#streams.clear();
    await this.#server.shutdown();
  }

  get #past(): readonly RecordedEvent[] {
    return this.#events.slice(0, this.#sent);
  }

  #answer({ pathname, searchParams }: URL): Response {
    const path = pathname.replace(/^\/v[\d.]+(?=\/)/, "");
    if (path === "/events") return this.#stream(searchParams);
    const answer = this.#json(path);
    if (answer !== undefined) return Response.json(answer);
    return Response.json(
      { message: `Cannot answer "${path}": it is not in the recording` },
      { status: 404 },
    );
  }

  #json(path: string): unknown {
    if (path === "/version") return { Version: "recorded", ApiVersion: "1.41" };
    if (path === "/info") return { Name: "recorded", SystemTime: this.#clock };
    if (path === "/containers/json") {
      const coming = this.#events.slice(this.#sent);
      return listedContainers(this.#containers, this.#past, coming);
    }
    const [, id] = /^\/containers\/([^/]+)\/json$/.exec(path) ?? [];
    const found = this.#containers.find(({ Id }) => Id === id);
    return found && inspectedContainer(found);
  }

  #stream(query: URLSearchParams): Response {
    const since = nanosOfSeconds(query.get("since"));
    const until = nanosOfSeconds(query.get("until"));
    const past = since === undefined
      ? []
      : this.#past.filter(({ nanos }) =>
        nanos >= since && (until === undefined || nanos <= until)
      );
    if (until !== undefined) return new Response(bytesOf(past));
    let stream: ReadableStreamDefaultController<Uint8Array>;
    return new Response(
      new ReadableStream<Uint8Array>({
        start: (controller) => {
          stream = controller;
          this.#streams.add(stream);
          if (past.length > 0) stream.enqueue(bytesOf(past));
        },
        cancel: () => void this.#streams.delete(stream),
      }),
    );
  }

  /** The engine lives at the time of its recording, else events would be old. */
  get #clock(): string {
    const [last, next] = [
      this.#events[this.#sent - 1],
      this.#events[this.#sent],
    ];
    if (last !== undefined) return timeOf(last.nanos + 1n);
    return next === undefined
      ? new Date().toISOString()
      : timeOf(next.nanos - 1n);
  }
}

/**
 * Starts a Docker Engine for tests: a server on a port of this machine that
 * replays recorded events when it is told to, and knows the containers that it
 * is given. It answers `/version`, `/info`, `/events`, `/containers/json` and
 * `/containers/{id}/json`, and 404 to everything else; its clock shows the time
 * of the recording.
 *
 * Permissions: `--allow-net=127.0.0.1`.
 *
 * @param options What it replays.
 * @returns The engine; dispose of it at the end, after who is connected to it.
 * @throws {PluginError} `INVALID_OPTIONS` where an event is none.
 *
 * @example What a hook gets from an engine
 * ```ts
 * import { connectDocker } from "@dockstat/plugin-handler/docker";
 * import { startRecordedEngine } from "@dockstat/plugin-handler/testing";
 * import { assertEquals } from "@std/assert";
 *
 * await using engine = startRecordedEngine({
 *   containers: [{ Id: "4f5e", Name: "/web", Config: { Image: "nginx" } }],
 *   events: [{
 *     Type: "container",
 *     Action: "pause",
 *     Actor: { ID: "4f5e", Attributes: { name: "web", image: "nginx" } },
 *     timeNano: 1767225600000000000,
 *   }],
 * });
 *
 * // In place of this, a plugin's test has the `handler` of startTestHandler().
 * const names: string[] = [];
 * const paused = Promise.withResolvers<void>();
 * await using connection = connectDocker({
 *   // deno-lint-ignore require-await
 *   async emit(event) {
 *     names.push(event);
 *     if (event === "container:paused") paused.resolve();
 *   },
 * }, { engines: [{ host: engine.host }] });
 * await connection.ready;
 * engine.replay();
 * await paused.promise;
 * assertEquals(names, ["host:added", "container:seen", "container:paused"]);
 * ```
 */
export function startRecordedEngine(
  options: RecordedEngineOptions = {},
): RecordedEngine {
  return new RecordedEngine(options);
}

function bytesOf(events: readonly RecordedEvent[]): Uint8Array<ArrayBuffer> {
  return encoder.encode(events.map(({ line }) => line + "\n").join(""));
}

function timeOf(nanos: bigint): string {
  const date = new Date(Number(nanos / 1_000_000_000n) * 1000);
  const decimals = String(nanos % 1_000_000_000n).padStart(9, "0");
  return date.toISOString().replace(/\.\d+Z$/, `.${decimals}Z`);
}

/** A number would round what is compared to the nanosecond. */
function nanosOfSeconds(time: string | null): bigint | undefined {
  if (time === null || !/^\d+(\.\d+)?$/.test(time)) return undefined;
  const [seconds = "0", decimals = ""] = time.split(".");
  return BigInt(seconds + decimals.padEnd(9, "0").slice(0, 9));
}
