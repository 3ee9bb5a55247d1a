/**
 * Delivers one event to one URL, with retries.
 *
 * @module
 */

/** What is delivered. */
export interface Message {
  /** The event's name. */
  readonly event: string;
  /** One sentence: what chat services show. */
  readonly text: string;
  /** When it happened, as an ISO date. */
  readonly at: string;
  /** What it happened to. */
  readonly subject: Readonly<Record<string, unknown>>;
}

/** Where a message goes. */
export interface Target {
  /** The URL. */
  readonly url: string;
  /** What it is signed with; empty for unsigned ones. */
  readonly secret: string;
}

/** How a delivery ended. */
export interface Delivery {
  /** Whether the message arrived. */
  readonly ok: boolean;
  /** How the last attempt ended, such as `200 after 2 attempts`. */
  readonly result: string;
}

/** How a delivery is made. */
export interface DeliveryOptions {
  /** Ends all attempts. */
  readonly signal: AbortSignal;
  /** Milliseconds between the attempts; one more attempt than there are. */
  readonly pauses?: readonly number[];
}

const PAUSES = [250, 1_000, 4_000];
const ATTEMPT_TIMEOUT_MS = 5_000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Delivers a message. It is tried again where the receiver cannot be reached,
 * is overloaded or fails (408, 429, 5xx), after the pause that `Retry-After`
 * asks for, where it does. Any other answer but 2xx is final.
 *
 * @param target Where it goes.
 * @param message What is delivered.
 * @param options What ends it, and the pauses.
 * @returns How it ended; it never rejects.
 */
export async function deliver(
  target: Target,
  message: Message,
  { signal, pauses = PAUSES }: DeliveryOptions,
): Promise<Delivery> {
  const id = crypto.randomUUID();
  for (let attempt = 1;; attempt++) {
    const outcome = await attemptOnce(target, message, { id, signal });
    const pause = pauses[attempt - 1];
    if (!outcome.again || pause === undefined || signal.aborted) {
      const times = attempt === 1 ? "" : ` after ${attempt} attempts`;
      return { ok: outcome.ok, result: outcome.result + times };
    }
    await sleep(Math.max(pause, outcome.retryAfterMs), signal);
  }
}

interface Attempt {
  readonly ok: boolean;
  readonly again: boolean;
  readonly result: string;
  readonly retryAfterMs: number;
}

async function attemptOnce(
  { url, secret }: Target,
  message: Message,
  { id, signal }: { readonly id: string; readonly signal: AbortSignal },
): Promise<Attempt> {
  const body = JSON.stringify(message);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "user-agent": "dockstat-webhook-notifier/1.0",
        "x-dockstat-event": message.event,
        "x-dockstat-delivery": id,
        ...(secret === ""
          ? {}
          : { "x-dockstat-signature": `sha256=${await sign(secret, body)}` }),
      },
      body,
      redirect: "manual",
      signal: AbortSignal.any([
        signal,
        AbortSignal.timeout(ATTEMPT_TIMEOUT_MS),
      ]),
    });
    await response.body?.cancel();
    const { ok, status, headers } = response;
    return {
      ok,
      again: status === 408 || status === 429 || status >= 500,
      result: String(status),
      retryAfterMs: toPause(headers.get("retry-after")),
    };
  } catch (error) {
    const result = error instanceof Error ? error.message : String(error);
    return { ok: false, again: true, result, retryAfterMs: 0 };
  }
}

/** HMAC-SHA256 in hexadecimal digits. */
async function sign(secret: string, body: string): Promise<string> {
  const bytes = new TextEncoder();
  const key = await crypto.subtle.importKey(
    "raw",
    bytes.encode(secret),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const digest = await crypto.subtle.sign("HMAC", key, bytes.encode(body));
  return new Uint8Array(digest).toHex();
}

function toPause(retryAfter: string | null): number {
  if (retryAfter === null) return 0;
  const seconds = Number(retryAfter);
  const pause = Number.isNaN(seconds)
    ? Date.parse(retryAfter) - Date.now()
    : seconds * 1_000;
  return Math.min(Math.max(pause || 0, 0), LONGEST_PAUSE_MS);
}

/** Resolves after a time, or at once when the signal is aborted. */
function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
}
