/**
 * A loopback HTTP server that speaks as much of the Docker Engine API as is
 * listened to, replays recorded events, and misbehaves when asked to.
 *
 * @module
 */
import type { DockerEvent } from "../../src/docker/mod.ts";

const testdata = new URL("./testdata/", import.meta.url);

/** The lines that a real engine sent; `engine_recording.json` has its versions. */
export function recordedLines(): string[] {
  const text = Deno.readTextFileSync(new URL("engine_events.ndjson", testdata));
  return text.trimEnd().split("\n");
}

/** What `docker inspect` said of the recorded container `web`. */
export function recordedContainer(): Record<string, unknown> & { Id: string } {
  const text = Deno.readTextFileSync(
    new URL("engine_recording.json", testdata),
  );
  return JSON.parse(text).containers[0];
}

/** One line of an engine's stream. */
export function eventLine(
  nanos: bigint | number,
  action = "create",
  { type = "container", id = "c1", attributes = {} as Record<string, string> } =
    {},
): string {
  const time = BigInt(nanos);
  return `{"Type":"${type}","Action":"${action}","Actor":${
    JSON.stringify({
      ID: id,
      Attributes: { name: id, image: "tiny:1", ...attributes },
    })
  },"scope":"local","time":${time / 1_000_000_000n},"timeNano":${time}}`;
}

/** A connection to `/events` that the test feeds. */
export interface Connection {
  /** What was asked. */
  readonly query: URLSearchParams;
  /** Sends text as it is, in one chunk. */
  send(text: string | Uint8Array): void;
  /** Ends the stream. */
  end(): void;
}

/** Answers a request, or leaves it to the server. */
export type Override = (
  url: URL,
  request: Request,
) => Response | Promise<Response> | undefined;

const encoder = new TextEncoder();

/** The server. */
export class FakeEngine implements AsyncDisposable {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #waiting: ((connection: Connection) => void)[] = [];
  readonly #open: Connection[] = [];
  readonly #streams = new Set<Connection>();
  /** Every request, as `METHOD /path`. */
  readonly requests: string[] = [];
  /** What the engine's memory holds, as lines. */
  history: string[] = [];
  /** The answers to other paths, below the API version. */
  answers: Record<string, unknown> = {};
  /** Takes a request away from the server. */
  override: Override | undefined;

  constructor(port = 0) {
    const options = { hostname: "127.0.0.1", port, onListen() {} };
    this.#server = Deno.serve(options, (request) => this.#answer(request));
  }

  /** Its address. */
  get host(): string {
    return `tcp://127.0.0.1:${this.port}`;
  }

  /** Its port. */
  get port(): number {
    return this.#server.addr.port;
  }

  /** The next connection to the live stream. */
  connection(): Promise<Connection> {
    const open = this.#open.shift();
    return open
      ? Promise.resolve(open)
      : new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Ends every stream and the server. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const connection of this.#streams) connection.end();
    await this.#server.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const path = url.pathname.replace(/^\/v[\d.]+/, "");
    this.requests.push(`${request.method} ${url.pathname}`);
    const override = await this.override?.(url, request);
    if (override) return override;
    if (path in this.answers) return Response.json(this.answers[path]);
    if (path === "/version") {
      return Response.json({ Version: "20.10.24", ApiVersion: "1.41" });
    }
    if (path === "/info") {
      return Response.json({
        Name: "fake",
        SystemTime: new Date().toISOString(),
      });
    }
    if (path === "/containers/json") return Response.json([]);
    if (path === "/events") return this.#events(url.searchParams);
    return Response.json({ message: "no such thing" }, { status: 404 });
  }

  #events(query: URLSearchParams): Response {
    const [since, until] = [query.get("since"), query.get("until")];
    const past = this.history.filter((line) => {
      const time = nanosOf(line);
      return since !== null && time >= nanosOfSeconds(since) &&
        (until === null || time <= nanosOfSeconds(until));
    }).map((line) => line + "\n").join("");
    if (until !== null) return new Response(past);
    return new Response(this.#stream(query, past));
  }

  #stream(query: URLSearchParams, past: string): ReadableStream<Uint8Array> {
    let connection: Connection;
    return new ReadableStream({
      start: (controller) => {
        connection = {
          query,
          send: (text) =>
            controller.enqueue(
              typeof text === "string" ? encoder.encode(text) : text,
            ),
          end: () => this.#streams.delete(connection) && controller.close(),
        };
        this.#streams.add(connection);
        if (past !== "") connection.send(past);
        const waiting = this.#waiting.shift();
        if (waiting) waiting(connection);
        else this.#open.push(connection);
      },
      cancel: () => void this.#streams.delete(connection),
    });
  }
}

function nanosOf(line: string): bigint {
  return BigInt(/"timeNano":(\d+)/.exec(line)![1]!);
}

/** A number would round what the engine compares to the nanosecond. */
function nanosOfSeconds(time: string): bigint {
  const [seconds, decimals = ""] = time.split(".");
  return BigInt(seconds! + decimals.padEnd(9, "0").slice(0, 9));
}

/** Collects what is emitted, and waits for it. */
export class Collector {
  /** Everything emitted so far, in order. */
  readonly emitted: {
    event: string;
    payload: Record<string, unknown>;
    extra?: unknown;
  }[] = [];
  #waiting: { isDone(): boolean; resolve(): void }[] = [];

  /** Takes one event; bound, so that it can be handed over. */
  emit(event: string, payload: unknown, extra?: unknown): Promise<void> {
    this.emitted.push({
      event,
      payload: payload as Record<string, unknown>,
      ...(extra !== undefined && { extra }),
    });
    const done = this.#waiting.filter((waiting) => waiting.isDone());
    this.#waiting = this.#waiting.filter((waiting) => !done.includes(waiting));
    for (const { resolve } of done) resolve();
    return Promise.resolve();
  }

  /** The names, of one subject or of all. */
  names(pattern = /./): string[] {
    return this.emitted.map(({ event }) => event).filter((event) =>
      pattern.test(event)
    );
  }

  /** Settles when an event of this name has been emitted this often. */
  until(name: string, times = 1): Promise<void> {
    const isDone = () =>
      this.emitted.filter(({ event }) => event === name).length >= times;
    if (isDone()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ isDone, resolve }));
  }

  /** The payloads of one name. */
  payloads(name: string): Record<string, unknown>[] {
    return this.emitted.filter(({ event }) => event === name).map((
      { payload },
    ) => payload);
  }
}

/** Reads a number of events. */
export async function take(
  events: AsyncIterable<DockerEvent>,
  count: number,
): Promise<DockerEvent[]> {
  const taken: DockerEvent[] = [];
  for await (const event of events) {
    taken.push(event);
    if (taken.length === count) break;
  }
  return taken;
}
