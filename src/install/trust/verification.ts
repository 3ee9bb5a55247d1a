/**
 * Decides, by the verdicts of a verification service and the operator's
 * policy, whether a plugin may be installed.
 *
 * @module
 */
import { messageOf, PluginError } from "../../shared/errors.ts";
import type { FetchOptions } from "../download/fetch_options.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { fetchVerdict, type Verdict } from "./verdict.ts";
import { codeHash, metadataHash } from "./verification_hash.ts";

/** Which service is asked, and what its silence means. */
export interface VerificationOptions {
  /** The base URL of the service. */
  url: string;
  /**
   * `strict` refuses whatever nobody has found safe, an unreachable service
   * included. `relaxed` refuses only what somebody has found unsafe.
   *
   * @default "strict"
   */
  policy?: "strict" | "relaxed";
  /**
   * What may be vouched for: the code, the metadata that the original hashes,
   * or either. A verdict on metadata holds for any code that is published
   * under it.
   *
   * @default ["code"]
   */
  hashes?: readonly Verdict["hashed"][];
}

/** What a plugin's verification came to, when it was not refused. */
export interface Verification {
  /** What the service said; none where it was not reached. */
  readonly verdicts: readonly Verdict[];
  /** What the operator should know. */
  readonly warnings: readonly string[];
}

/** What is to be verified. */
export interface VerifiedPlugin {
  /** The manifest. */
  readonly manifest: Manifest;
  /** Its code. */
  readonly code: string;
}

/**
 * Has a plugin verified. Needs `--allow-net` for the service's host, which the
 * operator chose and which may therefore be a private one.
 *
 * @returns The verdicts and what the operator should know.
 * @throws {PluginError} `VERIFICATION_REFUSED`, or `MANIFEST_FETCH_FAILED`
 * where the policy is strict and the service was not reached.
 */
export function verifyPlugin(
  plugin: VerifiedPlugin,
  verification: VerificationOptions,
  options: FetchOptions,
): Promise<Verification> {
  return askService(plugin, verification, {
    ...options,
    allowPrivateHosts: true,
  });
}

/**
 * As {@linkcode verifyPlugin}, under the limits that hold for plugins' own
 * addresses: the service is one that a repository names for itself.
 */
export async function askService(
  plugin: VerifiedPlugin,
  verification: VerificationOptions,
  options: FetchOptions,
): Promise<Verification> {
  const { name } = plugin.manifest;
  const { policy = "strict" } = verification;
  let verdicts: Verdict[];
  try {
    verdicts = await fetchVerdicts(plugin, verification, options);
  } catch (cause) {
    const reason = `the service was not reached: ${messageOf(cause)}`;
    if (policy === "relaxed") {
      return { verdicts: [], warnings: [`not verified: ${reason}`] };
    }
    throw refused("MANIFEST_FETCH_FAILED", { name, reason, cause });
  }
  return judge(name, { policy, verdicts });
}

function fetchVerdicts(
  { manifest, code }: VerifiedPlugin,
  { url, hashes = ["code"] }: VerificationOptions,
  options: FetchOptions,
): Promise<Verdict[]> {
  const { name, version } = manifest;
  return Promise.all(hashes.map((hashed) => {
    const hash = hashed === "code" ? codeHash(code) : metadataHash(manifest);
    return fetchVerdict(url, { hashed, hash, name, version }, options);
  }));
}

function judge(
  name: string,
  { policy, verdicts }: {
    policy: "strict" | "relaxed";
    verdicts: readonly Verdict[];
  },
): Verification {
  const unsafe = verdicts.find((one) => one.securityStatus === "unsafe");
  if (unsafe) {
    const who = unsafe.verifiedBy ?? "the verification service";
    const reason = `${who} found it ${unsafe.known ? "unsafe" : "not valid"}` +
      (unsafe.notes === undefined ? "" : ` (${unsafe.notes})`);
    throw refused("VERIFICATION_REFUSED", { name, reason });
  }
  const safe = verdicts
    .filter((one) => one.verified && one.securityStatus === "safe");
  if (safe.some(({ hashed }) => hashed === "code")) {
    return { verdicts, warnings: [] };
  }
  if (safe.length > 0) {
    const warning = "verified by metadata only, which says nothing of its code";
    return { verdicts, warnings: [warning] };
  }
  const reason = verdicts.some(({ known }) => known)
    ? "nobody has found it safe"
    : "the service does not know it";
  if (policy === "strict") {
    throw refused("VERIFICATION_REFUSED", { name, reason });
  }
  return { verdicts, warnings: [`not verified: ${reason}`] };
}

function refused(
  code: "MANIFEST_FETCH_FAILED" | "VERIFICATION_REFUSED",
  { name, reason, cause }: { name: string; reason: string; cause?: unknown },
): PluginError {
  const message = `Cannot trust plugin "${name}": ${reason}`;
  return new PluginError(code, message, cause === undefined ? {} : { cause });
}
