/**
 * Asks a Docker Engine, and never tells it anything: the one method that it
 * has sends `GET`.
 *
 * @module
 */
import { messageOf, PluginError } from "../../shared/errors.ts";
import { LinkedAbort } from "../../async/linked_abort.ts";
import { readVersion } from "./engine_answers.ts";
import type { EngineEndpoint } from "./engine_endpoint.ts";

/** What an engine said of itself. */
export interface EngineVersion {
  /** The engine's version, such as `20.10.24`. */
  readonly engine: string;
  /** The API version that is spoken with it. */
  readonly api: string;
}

/** How one question is asked. */
export interface AskOptions {
  /** The query string. */
  readonly query?: Readonly<Record<string, string>>;
  /** Gives up. */
  readonly signal?: AbortSignal;
  /** Milliseconds until the answer must be there. @default 10000 */
  readonly timeoutMs?: number;
}

/** The newest API version that the answers were checked against. */
const NEWEST_API = "1.51";
/** The engine's events name their actor since this version. */
const OLDEST_API = "1.24";
const DEFAULT_TIMEOUT_MS = 10_000;

/** An HTTP client for one engine. */
export class EngineClient implements Disposable {
  readonly #endpoint: EngineEndpoint;
  readonly #client: Deno.HttpClient;
  readonly #wantedApi: string | undefined;
  #version: EngineVersion | undefined;
  #newestApi: string | undefined;
  #clockNanos: string | undefined;

  /**
   * @param endpoint Where the engine is.
   * @param apiVersion The API version to speak; the newest common one by default.
   */
  constructor(endpoint: EngineEndpoint, apiVersion?: string) {
    this.#endpoint = endpoint;
    this.#client = Deno.createHttpClient(endpoint.client);
    this.#wantedApi = apiVersion;
  }

  /**
   * The engine's address, for people.
   *
   * @returns The address as it was given.
   */
  get label(): string {
    return this.#endpoint.label;
  }

  /**
   * What the last negotiation found.
   *
   * @returns The versions, or `undefined` before the first one.
   */
  get version(): EngineVersion | undefined {
    return this.#version;
  }

  /** The newest API version that the engine speaks, or `undefined` before it told. */
  get newestApi(): string | undefined {
    return this.#newestApi;
  }

  /**
   * The engine's clock at the last negotiation, in whole seconds.
   *
   * @returns Unix nanoseconds, or `undefined` where the engine told no time.
   */
  get clockNanos(): string | undefined {
    return this.#clockNanos;
  }

  /**
   * Agrees with the engine on an API version.
   *
   * @param options The signal and the timeout.
   * @returns The versions.
   * @throws {PluginError} `DOCKER_FAILED` where the engine is out of reach or too old.
   */
  async negotiate(options: AskOptions = {}): Promise<EngineVersion> {
    const response = await this.#ask("/version", options);
    const date = Date.parse(response.headers.get("date") ?? "");
    this.#clockNanos = Number.isNaN(date) ? undefined : `${date}000000`;
    const answer = await this.#read("/version", response, readVersion);
    this.#newestApi = answer.ApiVersion;
    const api = this.#wantedApi ?? lower(answer.ApiVersion, NEWEST_API);
    if (lower(api, OLDEST_API) === api && api !== OLDEST_API) {
      throw this.#failure(
        "/version",
        `its API version ${api} is older than ${OLDEST_API}`,
      );
    }
    return this.#version = { engine: answer.Version, api };
  }

  /**
   * Asks for JSON.
   *
   * @param path The path below the API version.
   * @param read Checks the answer.
   * @param options The query, the signal and the timeout.
   * @returns What `read` made of the answer.
   * @throws {PluginError} `DOCKER_FAILED` where there is no answer in time, it is not 2xx, or `read` refuses it.
   */
  async json<T>(
    path: string,
    read: (answer: unknown) => T,
    options: AskOptions = {},
  ): Promise<T> {
    return await this.#read(
      path,
      await this.#ask(this.#versioned(path), options),
      read,
    );
  }

  /**
   * Opens a stream. The timeout covers the time until the answer begins; the
   * signal also ends the stream.
   *
   * @param path The path below the API version.
   * @param options The query, the signal and the timeout.
   * @returns The bytes.
   * @throws {PluginError} `DOCKER_FAILED` where the stream does not open.
   */
  async stream(
    path: string,
    options: AskOptions = {},
  ): Promise<AsyncIterable<Uint8Array>> {
    const response = await this.#ask(this.#versioned(path), options, true);
    return readUntil(response, options.signal);
  }

  /** Closes the connections. */
  [Symbol.dispose](): void {
    this.#client.close();
  }

  #versioned(path: string): string {
    return this.#version === undefined ? path : `/v${this.#version.api}${path}`;
  }

  async #ask(
    path: string,
    options: AskOptions,
    open = false,
  ): Promise<Response> {
    const query = options.query ? `?${new URLSearchParams(options.query)}` : "";
    const late = this.#failure(path, "it did not answer in time");
    const limit = new LinkedAbort(options.signal);
    limit.abortAfter(options.timeoutMs ?? DEFAULT_TIMEOUT_MS, late);
    try {
      const answer = this.#fetch(path, query, { signal: limit.signal, open });
      return await Promise.race([answer, limit.failure]);
    } catch (cause) {
      if (cause instanceof PluginError) throw cause;
      throw this.#failure(path, messageOf(cause), cause);
    } finally {
      if (open) limit.clearTimer();
      else limit[Symbol.dispose]();
    }
  }

  async #fetch(
    path: string,
    query: string,
    { signal, open }: { signal: AbortSignal; open: boolean },
  ): Promise<Response> {
    const response = await fetch(this.#endpoint.baseUrl + path + query, {
      client: this.#client,
      redirect: "error",
      signal,
    });
    if (!response.ok) throw await this.#refusal(path, response);
    return open ? response : await buffered(response);
  }

  async #read<T>(
    path: string,
    response: Response,
    read: (answer: unknown) => T,
  ): Promise<T> {
    try {
      return read(await response.json());
    } catch (cause) {
      throw this.#failure(
        path,
        `its answer cannot be read: ${messageOf(cause)}`,
        cause,
      );
    }
  }

  async #refusal(path: string, response: Response): Promise<PluginError> {
    const said = await response.text();
    return new EngineRefusal(
      `Cannot ask the Docker Engine "${this.label}" for ${path}: it answered ${response.status} ${
        said.slice(0, 200).trim()
      }`,
      response.status,
    );
  }

  #failure(path: string, why: string, cause?: unknown): PluginError {
    return new PluginError(
      "DOCKER_FAILED",
      `Cannot ask the Docker Engine "${this.label}" for ${path}: ${why}`,
      { cause },
    );
  }
}

/** The engine answered, with an error. */
export class EngineRefusal extends PluginError {
  /** The HTTP status of the answer. */
  readonly answered: number;

  /**
   * @param message What was asked and what was answered.
   * @param answered The HTTP status of the answer.
   */
  constructor(message: string, answered: number) {
    super("DOCKER_FAILED", message);
    this.name = "EngineRefusal";
    this.answered = answered;
  }
}

/** Reads a body until it ends or the signal aborts; see {@linkcode LinkedAbort}. */
async function* readUntil(
  response: Response,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  const cancel = () => void reader?.cancel().catch(() => {});
  signal?.addEventListener("abort", cancel);
  if (signal?.aborted) cancel();
  try {
    for (;;) {
      const { value } = await reader?.read() ?? {};
      if (value === undefined) return;
      yield value;
    }
  } finally {
    signal?.removeEventListener("abort", cancel);
    cancel();
  }
}

/** Reads the body while the time limit still runs. */
async function buffered(response: Response): Promise<Response> {
  const { status, headers } = response;
  return new Response(await response.arrayBuffer(), { status, headers });
}

/** The lower of two versions of the form `1.41`. */
function lower(a: string, b: string): string {
  const [aMajor = 0, aMinor = 0] = a.split(".").map(Number);
  const [bMajor = 0, bMinor = 0] = b.split(".").map(Number);
  return aMajor < bMajor || (aMajor === bMajor && aMinor <= bMinor) ? a : b;
}
