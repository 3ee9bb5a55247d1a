/**
 * Asks a verification service what it thinks of a plugin.
 *
 * @module
 */
import { fetchError } from "../download/fetch_error.ts";
import type { FetchedText, FetchOptions } from "../download/fetch_options.ts";
import { fetchText } from "../download/fetch_text.ts";
import { clip } from "../manifest/issues.ts";

/** What a verification service says of one hash. */
export interface Verdict {
  /** What was hashed: the code, or, as the original does, metadata alone. */
  readonly hashed: "code" | "metadata";
  /** Whether the service knows the hash. */
  readonly known: boolean;
  /** Whether somebody has reviewed it. */
  readonly verified: boolean;
  /** What the review found. */
  readonly securityStatus: "safe" | "unsafe" | "unknown";
  /** Who reviewed it. */
  readonly verifiedBy?: string;
  /** When, in seconds since 1970. */
  readonly verifiedAt?: number;
  /** What the reviewer noted. */
  readonly notes?: string;
}

/** What a service is asked. */
export interface VerdictQuery {
  /** What was hashed. */
  readonly hashed: Verdict["hashed"];
  /** The hash. */
  readonly hash: string;
  /** The plugin's name. */
  readonly name: string;
  /** The plugin's version. */
  readonly version: string;
}

/** What a service answers, in the original's words. */
interface Answer {
  readonly valid: boolean;
  readonly verified: boolean;
  readonly securityStatus: Verdict["securityStatus"];
  readonly verifiedBy?: unknown;
  readonly verifiedAt?: unknown;
  readonly notes?: unknown;
}

const STATUSES: ReadonlySet<unknown> = new Set(["safe", "unsafe", "unknown"]);

/**
 * Asks a service about one hash. Needs `--allow-net` for its host.
 *
 * @returns The verdict; a hash that the service does not know is not an error.
 * @throws {PluginError} `MANIFEST_FETCH_FAILED` where the service cannot be
 * reached or does not speak the protocol.
 */
export async function fetchVerdict(
  service: string,
  query: VerdictQuery,
  options: FetchOptions,
): Promise<Verdict> {
  const url = `${service.replace(/\/+$/, "")}/api/compare`;
  const fetched = await fetchText(url, {
    ...options,
    subject: "verdict",
    accept: [404],
    request: {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        pluginHash: query.hash,
        pluginName: query.name,
        pluginVersion: query.version,
      }),
    },
  });
  return readVerdict(fetched as FetchedText, query);
}

function readVerdict(fetched: FetchedText, query: VerdictQuery): Verdict {
  const answer = asAnswer(parseJson(fetched.text), query);
  if (answer === undefined) {
    const state =
      `the answer (status ${fetched.status}) is not a verdict on it`;
    const target = ["verdict", fetched.url] as const;
    throw fetchError("MANIFEST_FETCH_FAILED", target, { state });
  }
  const { hashed } = query;
  // What is said of a hash that is not known says nothing.
  if (fetched.status === 404) {
    return { hashed, known: false, verified: false, securityStatus: "unknown" };
  }
  const { valid, verified, securityStatus } = answer;
  const { verifiedBy, verifiedAt, notes } = answer;
  return {
    hashed,
    known: valid,
    verified,
    // A service that does not find it valid refuses it, whatever else it says.
    securityStatus: valid ? securityStatus : "unsafe",
    ...(typeof verifiedBy === "string" && { verifiedBy: clip(verifiedBy) }),
    ...(typeof verifiedAt === "number" && { verifiedAt }),
    ...(typeof notes === "string" && { notes: clip(notes, 500) }),
  };
}

/** What is no verdict on what was asked is none at all. */
function asAnswer(value: unknown, query: VerdictQuery): Answer | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const answer = value as Record<string, unknown>;
  const echoes = [
    [answer.hash, query.hash],
    [answer.pluginName, query.name],
    [answer.pluginVersion, query.version],
  ];
  const isOfAnother = echoes.some(([echo, asked]) =>
    echo !== undefined && echo !== asked
  );
  const isVerdict = typeof answer.valid === "boolean" &&
    typeof answer.verified === "boolean" && STATUSES.has(answer.securityStatus);
  return isVerdict && !isOfAnother ? answer as unknown as Answer : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
