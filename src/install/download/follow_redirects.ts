/**
 * Makes one request and follows its redirects, every hop checked.
 *
 * @module
 */
import { abortable } from "@std/async";
import { fetchError, transientError } from "./fetch_error.ts";
import type { FetchTask } from "./fetch_options.ts";
import { checkHost } from "./host_guard.ts";

/** An answer, and where it came from. */
export interface Answer {
  /** The last address of the redirects. */
  readonly url: string;
  /** The response, its body unread. */
  readonly response: Response;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Requests a URL. Needs `--allow-net` for the hosts, and with
 * `allowPrivateHosts: false` for looking their names up.
 *
 * @returns The first answer that is no redirect.
 * @throws {PluginError} `HOST_NOT_ALLOWED` or `MANIFEST_FETCH_FAILED`.
 */
export async function request(url: string, task: FetchTask): Promise<Answer> {
  const { subject, limits, signal } = task;
  let at = url;
  for (let hops = 0; hops <= limits.maxRedirects; hops++) {
    await abortable(checkHost([subject, at], limits), signal);
    const response = await requestOnce(at, task);
    const location = response.headers.get("location");
    if (!REDIRECTS.has(response.status) || location === null) {
      return { url: await endOf(at, response, task), response };
    }
    discard(response);
    const next = URL.parse(location, at);
    if (!next) {
      const state = "it redirects to something that is not a URL";
      throw fetchError("MANIFEST_FETCH_FAILED", [subject, at], { state });
    }
    at = next.href;
  }
  const state = `it redirects more than ${limits.maxRedirects} times`;
  throw fetchError("MANIFEST_FETCH_FAILED", [subject, url], { state });
}

/** Gives up the body of a response, so that its connection is freed. */
export function discard(response: Response): void {
  response.body?.cancel().catch(() => {});
}

/** A fetch that follows redirects by itself is checked where it ended. */
async function endOf(
  url: string,
  response: Response,
  { subject, limits }: FetchTask,
): Promise<string> {
  if (!response.redirected) return url;
  try {
    await checkHost([subject, response.url], limits);
    return response.url;
  } catch (error) {
    discard(response);
    throw error;
  }
}

async function requestOnce(url: string, task: FetchTask): Promise<Response> {
  const { subject, limits, signal } = task;
  try {
    const answer = limits.fetch(url, {
      ...task.request,
      redirect: "manual",
      signal,
    });
    return await abortable(answer, signal);
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof Deno.errors.NotCapable) {
      const state = `run with --allow-net=${new URL(url).host}`;
      throw fetchError("HOST_NOT_ALLOWED", [subject, url], { state, cause });
    }
    const state = "the host cannot be reached";
    throw transientError([subject, url], { state, cause });
  }
}
