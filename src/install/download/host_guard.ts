/**
 * Decides which addresses may be fetched from.
 *
 * @module
 */
import { fetchError } from "./fetch_error.ts";
import type { FetchLimits, FetchSubject } from "./fetch_options.ts";

type Target = readonly [FetchSubject, string];

/**
 * Refuses a URL that may not be fetched from.
 *
 * @param target What is fetched, and from where.
 * @throws {PluginError} `HOST_NOT_ALLOWED`, or `MANIFEST_FETCH_FAILED` for a
 * name that does not resolve.
 */
export async function checkHost(
  target: Target,
  limits: FetchLimits,
): Promise<void> {
  const url = URL.parse(target[1]);
  if (!url) {
    const state = "it is not a URL; write it with http:// or https://";
    throw fetchError("MANIFEST_FETCH_FAILED", target, { state });
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw refused(target, `the scheme ${url.protocol} is not allowed`);
  }
  if (url.username !== "" || url.password !== "") {
    throw refused(target, "credentials in a URL are not allowed");
  }
  if (limits.allowPrivateHosts) return;
  const name = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  // Only where it matters which addresses there are.
  const { isAddress, isPublic } = await import("./public_address.ts");
  const addresses = isAddress(name)
    ? [name]
    : await resolve(name, target, limits);
  for (const address of addresses) {
    if (isPublic(address)) continue;
    const what = address === name ? name : `${name} (${address})`;
    throw refused(target, `${what} is not on the public internet`);
  }
}

function refused(target: Target, state: string): Error {
  return fetchError("HOST_NOT_ALLOWED", target, { state });
}

async function resolve(
  name: string,
  target: Target,
  limits: FetchLimits,
): Promise<string[]> {
  if (/(^|\.)localhost$/i.test(name)) return ["127.0.0.1"];
  try {
    const { lookup } = await import("node:dns/promises");
    const found = await lookup(name, { all: true });
    return found.map(({ address }) => address);
  } catch (cause) {
    const { code } = cause as { code?: string };
    if (code === "EPERM") {
      const state =
        `looking ${name} up needs --allow-net=${name}, for all ports`;
      throw fetchError("HOST_NOT_ALLOWED", target, { state, cause });
    }
    if (limits.fetch !== globalThis.fetch) return [];
    const state = `the name ${name} does not resolve`;
    throw fetchError("MANIFEST_FETCH_FAILED", target, { state, cause });
  }
}
