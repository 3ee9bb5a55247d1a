/**
 * Asks a Docker Engine, and never tells it anything: the one method that it
 * has sends `GET`.
 *
 * @module
 */
import { messageOf, PluginError } from "../../shared/errors.ts";
import { Timer } from "../../async/timer.ts";
import { readUntil } from "./read_until.ts";
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

interface Limit {
  readonly signal: AbortSignal;
  clear(): void;
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
   * The engine's clock at its last answer, in whole seconds.
   *
   * @returns Unix nanoseconds, or `undefined` where the engine told no time.
   */
  get clockNanos(): string | undefined {
    return this.#clockNanos;
  }

  /**
   * Agrees with the engine on an API version.
   *
   * @throws {PluginError} `DOCKER_FAILED` where the engine is out of reach or too old.
   */
  async negotiate(options: AskOptions = {}): Promise<EngineVersion> {
    const answer = await this.#json(
      "/version",
      "/version",
      readVersion,
      options,
    );
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
   * @param options The query, the signal and the timeout.
   * @returns What `read` made of the answer.
   * @throws {PluginError} `DOCKER_FAILED` where there is no answer in time, it is not 2xx, or `read` refuses it.
   */
  async json<T>(
    path: string,
    read: (answer: unknown) => T,
    options: AskOptions = {},
  ): Promise<T> {
    return await this.#json(path, this.#versioned(path), read, options);
  }

  /**
   * Opens a stream. The timeout covers the time until the answer begins; the
   * signal also ends the stream.
   *
   * @param options The query, the signal and the timeout.
   * @returns The bytes.
   * @throws {PluginError} `DOCKER_FAILED` where the stream does not open.
   */
  async stream(
    path: string,
    options: AskOptions = {},
  ): Promise<AsyncIterable<Uint8Array>> {
    const { signal } = options;
    const limit = this.#limit(path, options);
    try {
      const response = await this.#fetch(this.#versioned(path), options, limit);
      return readUntil(response, signal === undefined ? [] : [signal]);
    } finally {
      limit.clear();
    }
  }

  /** Closes the connections. */
  [Symbol.dispose](): void {
    this.#client.close();
  }

  #versioned(path: string): string {
    return this.#version === undefined ? path : `/v${this.#version.api}${path}`;
  }

  /** What ends a question that takes too long. */
  #limit(path: string, { timeoutMs = DEFAULT_TIMEOUT_MS }: AskOptions): Limit {
    const controller = new AbortController();
    const late = this.#failure(path, "it did not answer in time");
    const timer = new Timer(timeoutMs, () => controller.abort(late));
    return { signal: controller.signal, clear: () => timer.stop() };
  }

  /** The limit covers the body as well. */
  async #json<T>(
    path: string,
    address: string,
    read: (answer: unknown) => T,
    options: AskOptions,
  ): Promise<T> {
    const limit = this.#limit(path, options);
    try {
      const response = await this.#fetch(address, options, limit);
      const ends = options.signal
        ? [limit.signal, options.signal]
        : [limit.signal];
      const text = await textOf(readUntil(response, ends));
      for (const end of ends) end.throwIfAborted();
      return this.#parse(path, text, read);
    } catch (cause) {
      throw this.#wrapped(path, cause);
    } finally {
      limit.clear();
    }
  }

  async #fetch(
    path: string,
    { query, signal }: AskOptions,
    limit: Limit,
  ): Promise<Response> {
    const search = query ? `?${new URLSearchParams(query)}` : "";
    try {
      const response = await fetch(this.#endpoint.baseUrl + path + search, {
        client: this.#client,
        redirect: "error",
        // Safe as long as the headers are waited for; see `LinkedAbort`.
        signal: AbortSignal.any(
          signal ? [limit.signal, signal] : [limit.signal],
        ),
      });
      if (!response.ok) throw await this.#refusal(path, response);
      this.#learnClock(response);
      return response;
    } catch (cause) {
      throw this.#wrapped(path, cause);
    }
  }

  #learnClock(response: Response): void {
    const date = Date.parse(response.headers.get("date") ?? "");
    this.#clockNanos = Number.isNaN(date) ? undefined : `${date}000000`;
  }

  #parse<T>(path: string, text: string, read: (answer: unknown) => T): T {
    try {
      return read(JSON.parse(text));
    } catch (cause) {
      const why = `its answer cannot be read: ${messageOf(cause)}`;
      throw this.#failure(path, why, cause);
    }
  }

  #wrapped(path: string, cause: unknown): PluginError {
    if (cause instanceof PluginError) return cause;
    return this.#failure(path, messageOf(cause), cause);
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

  constructor(message: string, answered: number) {
    super("DOCKER_FAILED", message);
    this.name = "EngineRefusal";
    this.answered = answered;
  }
}

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** The lower of two versions of the form `1.41`. */
function lower(a: string, b: string): string {
  const [aMajor = 0, aMinor = 0] = a.split(".").map(Number);
  const [bMajor = 0, bMinor = 0] = b.split(".").map(Number);
  return aMajor < bMajor || (aMajor === bMajor && aMinor <= bMinor) ? a : b;
}
