/**
 * How a download is limited, watched and cancelled, and what comes of it.
 *
 * @module
 */

/** How far a download has come. */
export interface FetchProgress {
  /** What is being fetched. */
  readonly subject: FetchSubject;
  /** From where, without its query. */
  readonly url: string;
  /** The bytes received so far, after decompression. */
  readonly receivedBytes: number;
  /** The bytes to come, where the server says it. */
  readonly totalBytes?: number;
}

/** What is being fetched. */
export type FetchSubject = "manifest" | "bundle" | "source map" | "verdict";

/** Options for a download. */
export interface FetchOptions {
  /**
   * Milliseconds for one whole download: name lookup, redirects, retries and
   * body.
   *
   * @default 10000
   */
  timeoutMs?: number;
  /**
   * The most bytes that a body may have, after decompression.
   *
   * @default 5242880
   */
  maxBytes?: number;
  /**
   * The most redirects that are followed.
   *
   * @default 5
   */
  maxRedirects?: number;
  /**
   * Whether loopback, link-local, private and other addresses that are not of
   * the public internet may be fetched from. `false` checks every hop right
   * before it is made, by the addresses that its name resolves to. A name whose
   * addresses change between the check and the connection (DNS rebinding) is
   * not caught: where that matters, keep the host's network from reaching
   * inward as well.
   *
   * @default true
   */
  allowPrivateHosts?: boolean;
  /**
   * Whether `file:` URLs may be read, with `--allow-read`.
   *
   * @default false
   */
  allowLocalFiles?: boolean;
  /**
   * How often a download is tried again after a network error or a 5xx answer.
   *
   * @default 2
   */
  retries?: number;
  /**
   * Milliseconds before the first retry; each further wait is twice as long.
   *
   * @default 250
   */
  retryDelayMs?: number;
  /** Cancels the download. */
  signal?: AbortSignal;
  /** Called with each piece that arrives. */
  onProgress?: (progress: FetchProgress) => void;
  /**
   * Makes the requests. With `allowPrivateHosts: false`, names that this
   * machine cannot resolve are left to a function given here, which may resolve
   * them elsewhere, behind a proxy for example.
   *
   * @default globalThis.fetch
   */
  fetch?: typeof globalThis.fetch;
}

/** A text that was downloaded. */
export interface FetchedText {
  /** The text, with its byte order mark. */
  readonly text: string;
  /** The address that it came from, after redirects. */
  readonly url: string;
  /** The status of the answer; 200 for a file. */
  readonly status: number;
  /** The media type, in lower case and without parameters; may be empty. */
  readonly contentType: string;
  /** What to send as `etag` next time. */
  readonly etag: string | null;
}

/** Everything that one download needs to know. */
export interface FetchTask {
  /** What is being fetched, for messages. */
  readonly subject: FetchSubject;
  /** The limits. */
  readonly limits: FetchLimits;
  /** Aborts at the deadline and when the caller asks for it. */
  readonly signal: AbortSignal;
  /** The headers and method of the request. */
  readonly request: RequestInit;
}

/** {@linkcode FetchOptions} without gaps. */
export type FetchLimits =
  & Required<Omit<FetchOptions, "signal" | "onProgress">>
  & Pick<FetchOptions, "onProgress">;

/** Fills the gaps of options with the defaults. */
export function limitsOf(options: FetchOptions): FetchLimits {
  return {
    timeoutMs: options.timeoutMs ?? 10_000,
    maxBytes: options.maxBytes ?? 5 * 1024 * 1024,
    maxRedirects: options.maxRedirects ?? 5,
    allowPrivateHosts: options.allowPrivateHosts ?? true,
    allowLocalFiles: options.allowLocalFiles ?? false,
    retries: options.retries ?? 2,
    retryDelayMs: options.retryDelayMs ?? 250,
    fetch: options.fetch ?? globalThis.fetch,
    onProgress: options.onProgress,
  };
}
