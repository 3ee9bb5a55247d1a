/**
 * Asks the verification service that a plugin's repository names for itself.
 * Such a service may refuse a plugin; what it vouches for is shown and counts
 * for nothing that the operator demands.
 *
 * @module
 */
import type { FetchOptions } from "../download/fetch_options.ts";
import {
  askService,
  type Verification,
  type VerifiedPlugin,
} from "./verification.ts";

/** A repository as the original's `repositories` table knows it. */
export interface KnownRepository {
  /** Where it is, in the words of plugins' `repository`. */
  readonly source: string;
  /** What silence of its service means. */
  readonly policy: "strict" | "relaxed";
  /** The base URL of its service; `null` where it names none. */
  readonly service: string | null;
}

/**
 * Asks the service of the repository that a plugin says it comes from, for the
 * hash of the code and for the original's hash of metadata.
 *
 * @param repositories The repositories that are known; `undefined` where the
 * host keeps none.
 * @param options The limits of each request, `allowPrivateHosts` included.
 * @returns The verdicts and what the operator should know.
 * @throws {PluginError} `VERIFICATION_REFUSED`, or `MANIFEST_FETCH_FAILED`
 * where the repository is strict and its service was not reached.
 */
export async function verifyByRepository(
  plugin: VerifiedPlugin,
  repositories: readonly KnownRepository[] | undefined,
  options: FetchOptions,
): Promise<Verification> {
  if (repositories === undefined) return { verdicts: [], warnings: [] };
  const source = withoutSlash(plugin.manifest.repository);
  const services = repositories.filter((known) =>
    withoutSlash(known.source) === source && known.service
  );
  if (services.length === 0) {
    const warning = "not verified: no repository that is known here names a " +
      "verification service for it";
    return { verdicts: [], warnings: [warning] };
  }
  const asked = await Promise.all(
    services.map(({ service, policy }) =>
      askService(plugin, {
        url: service!,
        policy,
        hashes: ["code", "metadata"],
      }, options)
    ),
  );
  return {
    verdicts: asked.flatMap(({ verdicts }) => verdicts),
    warnings: asked.flatMap(({ warnings }) => warnings),
  };
}

function withoutSlash(text: string): string {
  let end = text.length;
  while (text[end - 1] === "/") end--;
  return text.slice(0, end);
}
