/**
 * What a check is, and how one is made.
 *
 * @module
 */

/** What came of asking a URL once. */
export interface Sample {
  /** When, in Unix milliseconds. */
  readonly at: number;
  /** How long the answer took, in milliseconds. */
  readonly ms: number;
  /** Whether it was a good one. */
  readonly ok: boolean;
  /** The status, or why there was none. */
  readonly result: string;
}

/** A URL that is asked, and what it answered. */
export interface Check {
  id: number;
  name: string;
  url: string;
  /** Whether it is asked. */
  enabled: boolean;
  /** Whether its last answer was good; nothing before the first. */
  up: boolean | null;
  /** The last answers, the newest last. */
  samples: Sample[];
}

/** How URLs are asked. */
export interface ProbeOptions {
  /** Milliseconds that an answer may take. */
  readonly timeoutMs: number;
  /** The header `Authorization`, where there is one to send. */
  readonly authorization?: string;
  /** Gives it up. */
  readonly signal: AbortSignal;
}

/** How many samples are kept for each check. */
const KEPT = 60;

/** Asks a URL once. */
export async function probe(
  url: string,
  { timeoutMs, authorization, signal }: ProbeOptions,
): Promise<Sample> {
  const at = Date.now();
  const start = performance.now();
  const told = (ok: boolean, result: string): Sample => ({
    at,
    ms: Math.round(performance.now() - start),
    ok,
    result,
  });
  try {
    const response = await fetch(url, {
      headers: authorization === undefined ? {} : { authorization },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    await response.body?.cancel();
    return told(response.ok, String(response.status));
  } catch (error) {
    return told(false, error instanceof Error ? error.message : String(error));
  }
}

/** The samples of a check with one more. */
export function withSample(samples: readonly Sample[], sample: Sample) {
  return [...samples, sample].slice(-KEPT);
}

/** What a check answers clients: without its samples, with their sum. */
export function toShown({ samples, ...check }: Check) {
  const good = samples.filter(({ ok }) => ok).length;
  const last = samples.at(-1);
  return {
    ...check,
    state: check.up === null ? "unknown" : check.up ? "up" : "down",
    uptime: samples.length === 0
      ? null
      : Math.round(1_000 * good / samples.length) / 10,
    lastMs: last?.ms ?? null,
    lastResult: last?.result ?? "",
    checkedAt: last === undefined ? null : new Date(last.at).toISOString(),
    curve: curveOf(samples.slice(-20)),
  };
}

const BARS = "▁▂▃▄▅▆▇█";

/** How long answers took, as a line of bars; `×` stands for none. */
function curveOf(samples: readonly Sample[]): string {
  const most = Math.max(1, ...samples.map(({ ms }) => ms));
  return samples.map(({ ok, ms }) =>
    ok ? BARS[Math.ceil(ms / most * (BARS.length - 1))] : "×"
  ).join("");
}

/** A URL that can be asked; undefined where a text is none. */
export function usableUrl(text: unknown): string | undefined {
  const url = URL.parse(String(text));
  return url !== null && /^https?:$/.test(url.protocol) ? url.href : undefined;
}
