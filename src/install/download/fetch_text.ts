/**
 * Downloads a text under limits.
 *
 * @module
 */
import { Backoff } from "../../async/backoff.ts";
import { sleep, Timer } from "../../async/timer.ts";
import { messageOf, PluginError } from "../../shared/errors.ts";
import { fetchError, TransientError, transientError } from "./fetch_error.ts";
import {
  type FetchedText,
  type FetchOptions,
  type FetchSubject,
  type FetchTask,
  limitsOf,
} from "./fetch_options.ts";
import { readFile } from "./read_file.ts";
import { readBody } from "./read_body.ts";
import { type Answer, discard, request } from "./follow_redirects.ts";

/** What is downloaded, and what is known of it. */
export interface FetchTarget {
  /** What it is, for messages and progress. */
  subject: FetchSubject;
  /** The `ETag` of the copy that the caller has. */
  etag?: string | null;
  /** What is asked of the server. @default a GET request */
  request?: RequestInit;
  /** Statuses other than 2xx whose body is wanted. */
  accept?: readonly number[];
}

/**
 * Downloads a text. Needs `--allow-net` for the hosts, or `--allow-read` for
 * `file:` URLs, which `allowLocalFiles` permits.
 *
 * @param url From where.
 * @param options What it is, and the limits.
 * @returns The text; `null` where the server says that `etag` is current.
 * @throws {PluginError} `HOST_NOT_ALLOWED`, `MANIFEST_FETCH_FAILED`,
 * `MANIFEST_TOO_LARGE`, or `INVALID_MANIFEST` for a manifest that is no UTF-8.
 */
export async function fetchText(
  url: string,
  options: FetchTarget & FetchOptions,
): Promise<FetchedText | null> {
  const { subject, signal } = options;
  const limits = limitsOf(options);
  const deadline = new AbortController();
  const timer = new Timer(limits.timeoutMs, () => {
    const state = `there is no complete answer within ${limits.timeoutMs} ms`;
    deadline.abort(
      fetchError("MANIFEST_FETCH_FAILED", [subject, url], { state }),
    );
  });
  const task: FetchTask = {
    subject,
    limits,
    signal: AbortSignal.any([deadline.signal, ...(signal ? [signal] : [])]),
    request: requestOf(options),
  };
  try {
    task.signal.throwIfAborted();
    return url.startsWith("file:")
      ? await readFile(url, task)
      : await fetchPatiently(url, task, options);
  } catch (cause) {
    if (cause instanceof PluginError) throw cause;
    const state = `it was cancelled: ${messageOf(cause)}`;
    throw fetchError("MANIFEST_FETCH_FAILED", [subject, url], { state, cause });
  } finally {
    timer.stop();
  }
}

function requestOf({ etag, request = {} }: FetchTarget): RequestInit {
  const headers = new Headers(request.headers);
  if (etag) headers.set("if-none-match", etag);
  return { ...request, headers };
}

/** Tries again, after longer and longer waits, while that may help. */
async function fetchPatiently(
  url: string,
  task: FetchTask,
  target: FetchTarget,
): Promise<FetchedText | null> {
  const { retries, retryDelayMs } = task.limits;
  const backoff = new Backoff({ minMs: retryDelayMs, maxMs: Infinity });
  for (let attempt = 0;; attempt++) {
    try {
      return await fetchOnce(url, task, target);
    } catch (error) {
      if (!(error instanceof TransientError) || attempt >= retries) throw error;
      await sleep(backoff.next(), task.signal);
    }
  }
}

async function fetchOnce(
  url: string,
  task: FetchTask,
  target: FetchTarget,
): Promise<FetchedText | null> {
  const answer = await request(url, task);
  const { status, headers } = answer.response;
  if (status === 304 && target.etag) {
    discard(answer.response);
    return null;
  }
  const wanted = answer.response.ok || target.accept?.includes(status);
  if (!wanted) throw refuseStatus(answer, task);
  const totalBytes = lengthOf(headers);
  const body = answer.response.body;
  const text = await readBody({ url: answer.url, body, totalBytes }, task);
  const type = headers.get("content-type") ?? "";
  return {
    text,
    url: answer.url,
    status,
    contentType: type.replace(/;.*$/s, "").trim().toLowerCase(),
    etag: headers.get("etag"),
  };
}

function refuseStatus({ url, response }: Answer, task: FetchTask): PluginError {
  discard(response);
  const hint = response.status >= 500 ? "try again later" : "check the link";
  const state = `the server answers ${
    `${response.status} ${response.statusText}`.trim()
  }; ${hint}`;
  const target = [task.subject, url] as const;
  return response.status >= 500
    ? transientError(target, { state })
    : fetchError("MANIFEST_FETCH_FAILED", target, { state });
}

/** The length of the body, where what is sent is what arrives. */
function lengthOf(headers: Headers): number | undefined {
  const length = headers.get("content-length");
  if (length === null || headers.has("content-encoding")) return undefined;
  return /^\d+$/.test(length) ? Number(length) : undefined;
}
