/**
 * Where a request comes from: the address of the connection, or what a proxy
 * that is trusted says.
 *
 * @module
 */
import ipaddr from "ipaddr.js";

/** What `Deno.serve` says about the connection. */
export interface ConnectionInfo {
  /** The other end. */
  readonly remoteAddr?: { readonly hostname?: string };
}

/** Where a request comes from. */
export interface Peer {
  /** The client's address, or `"unknown"`. */
  readonly address: string;
  /**
   * Whether the client is a program on this machine: the connection is from a
   * loopback address, and no header says that it was forwarded.
   */
  readonly isLocal: boolean;
  /** Whether the client reached a trusted proxy by HTTPS. */
  readonly isSecure: boolean;
}

/** Headers that a proxy adds. */
const FORWARDING = [
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-forwarded-port",
  "x-forwarded-prefix",
  "x-forwarded-server",
  "x-real-ip",
  "via",
] as const;

/**
 * Finds out where a request comes from.
 *
 * @param info What is known of the connection; without it nothing counts as
 * local.
 * @param isTrusted Whether an address is a proxy's whose headers count.
 */
export function peerOf(
  request: Request,
  info: ConnectionInfo | undefined,
  isTrusted: (address: string) => boolean,
): Peer {
  const connected = normalize(info?.remoteAddr?.hostname);
  const { headers } = request;
  const forwarded = FORWARDING.some((name) => headers.has(name));
  const trusted = connected !== undefined && isTrusted(connected);
  return {
    address: (trusted ? clientOf(headers, isTrusted) : undefined) ??
      connected ?? "unknown",
    isLocal: connected !== undefined && !forwarded && isLoopback(connected),
    isSecure: trusted && headers.get("x-forwarded-proto") === "https",
  };
}

/** The last address in the list that is no trusted proxy's. */
function clientOf(
  headers: Headers,
  isTrusted: (address: string) => boolean,
): string | undefined {
  const hops = (headers.get("x-forwarded-for") ?? "").split(",")
    .map((hop) => normalize(hop.trim()));
  for (const hop of hops.reverse()) {
    // What stands left of an address that cannot be read was not checked.
    if (hop === undefined) return undefined;
    if (!isTrusted(hop)) return hop;
  }
  return undefined;
}

/** One form for an address, so that `::ffff:127.0.0.1` is `127.0.0.1`. */
function normalize(address: string | undefined): string | undefined {
  if (address === undefined || !ipaddr.isValid(address)) return undefined;
  return ipaddr.process(address).toString();
}

function isLoopback(address: string): boolean {
  return ipaddr.process(address).range() === "loopback";
}

/**
 * Reads which proxies are trusted.
 *
 * @param proxies Addresses, or networks such as `10.0.0.0/8`.
 * @throws {TypeError} For an entry that is neither.
 */
export function trustedAddresses(
  proxies: readonly string[],
): (address: string) => boolean {
  const networks = proxies.map((proxy) =>
    proxy.includes("/")
      ? ipaddr.parseCIDR(proxy)
      : [ipaddr.process(proxy), wholeOf(proxy)] as const
  );
  return (address) => {
    const parsed = ipaddr.process(address);
    return networks.some(([network, bits]) =>
      network.kind() === parsed.kind() && parsed.match([network, bits] as never)
    );
  };
}

function wholeOf(address: string): number {
  return ipaddr.process(address).kind() === "ipv4" ? 32 : 128;
}
