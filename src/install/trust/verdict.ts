/**
 * Asks a verification service what it thinks of a plugin.
 *
 * @module
 */
import { z } from "zod";
import { fetchError } from "../download/fetch_error.ts";
import type { FetchedText, FetchOptions } from "../download/fetch_options.ts";
import { fetchText } from "../download/fetch_text.ts";

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

const answerSchema = z.looseObject({
  hash: z.string().optional(),
  valid: z.boolean(),
  verified: z.boolean(),
  securityStatus: z.enum(["safe", "unsafe", "unknown"]),
  verifiedBy: z.string().nullish(),
  verifiedAt: z.number().nullish(),
  notes: z.string().nullish(),
});

/**
 * Asks a service about one hash. Needs `--allow-net` for its host, which the
 * operator chose and which may therefore be a private one.
 *
 * @param service The service's base URL.
 * @param query What is asked.
 * @param options The limits.
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
    allowPrivateHosts: true,
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
  const answer = answerSchema.safeParse(parseJson(fetched.text));
  const { success, data } = answer;
  if (!success || (data.hash ?? query.hash) !== query.hash) {
    const state = `the answer (status ${fetched.status}) is not a verdict`;
    const cause = answer.error;
    const target = ["verdict", fetched.url] as const;
    throw fetchError("MANIFEST_FETCH_FAILED", target, { state, cause });
  }
  const { valid, verified, securityStatus, verifiedBy, verifiedAt, notes } =
    data;
  return {
    hashed: query.hashed,
    known: valid && fetched.status !== 404,
    verified,
    securityStatus,
    ...(verifiedBy != null && { verifiedBy }),
    ...(verifiedAt != null && { verifiedAt }),
    ...(notes != null && { notes }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
