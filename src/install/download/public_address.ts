/**
 * Tells addresses of the public internet from others.
 *
 * @module
 */
import ipaddr from "ipaddr.js";

/** Tells whether a host is an address and no name. */
export function isAddress(host: string): boolean {
  return ipaddr.isValid(host);
}

/**
 * Tells whether an address belongs to the public internet. An IPv4 address
 * that an IPv6 one wraps (mapped, or NAT64's) is judged by itself.
 */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  const judged = parsed.range() === "rfc6052"
    ? ipaddr.fromByteArray(parsed.toByteArray().slice(12))
    : parsed;
  return judged.range() === "unicast";
}
