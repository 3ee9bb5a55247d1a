/**
 * Where an engine is reached: `DOCKER_HOST` and its relatives, turned into a
 * base URL and an HTTP client.
 *
 * @module
 */
import { messageOf, PluginError } from "../../shared/errors.ts";

/** Certificates for an engine that is reached over TLS. */
export interface EngineTls {
  /** The certificate authority that signed the engine's certificate, as PEM text. @default the system's */
  readonly ca?: string;
  /** The client's certificate, as PEM text. */
  readonly cert?: string;
  /** The client's private key, as PEM text. */
  readonly key?: string;
}

/** Which engine is meant. */
export interface EngineAddress {
  /**
   * `unix:///path/to/docker.sock`, `tcp://host:port`, `http://…` or `https://…`.
   *
   * @default the environment variable `DOCKER_HOST`, else `unix:///var/run/docker.sock`
   */
  readonly host?: string;
  /**
   * The certificates. Where `host` comes from `DOCKER_HOST` and
   * `DOCKER_TLS_VERIFY` is set, they are read from `DOCKER_CERT_PATH`.
   */
  readonly tls?: EngineTls;
}

/** A resolved address. */
export interface EngineEndpoint {
  /** The address as it is shown to people. */
  readonly label: string;
  /** What the paths of the API are appended to. */
  readonly baseUrl: string;
  /** How the HTTP client is made. */
  readonly client:
    | Deno.CreateHttpClientOptions
    | (Deno.CreateHttpClientOptions & Deno.TlsCertifiedKeyPem);
}

/** Reserved by RFC 2606: allowing it as a host name allows nothing else. */
const SOCKET_HOST = "docker.invalid";
const DEFAULT_HOST = "unix:///var/run/docker.sock";

/**
 * Finds out how an engine is reached.
 *
 * @param address The address; without one the environment is asked, as far as the process may read it.
 * @throws {PluginError} `DOCKER_FAILED` where the address cannot be used, or a certificate cannot be read.
 */
export function resolveEndpoint(address: EngineAddress = {}): EngineEndpoint {
  const { host, tls } = address.host === undefined
    ? {
      tls: tlsOfEnvironment(),
      ...address,
      host: readEnv("DOCKER_HOST") ?? DEFAULT_HOST,
    }
    : { ...address, host: address.host };
  return host.startsWith("unix://")
    ? socketEndpoint(host)
    : networkEndpoint(host, tls);
}

function socketEndpoint(host: string): EngineEndpoint {
  const path = host.slice("unix://".length);
  if (!path.startsWith("/")) {
    throw unusable(host, "the socket needs an absolute path");
  }
  return {
    label: host,
    baseUrl: `http://${SOCKET_HOST}`,
    client: { proxy: { transport: "unix", path } },
  };
}

function networkEndpoint(host: string, tls?: EngineTls): EngineEndpoint {
  const url = URL.parse(host.replace(/^tcp:/, tls ? "https:" : "http:"));
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === "") {
    throw unusable(host, "it is none of unix://, tcp://, http:// and https://");
  }
  if (host.startsWith("tcp:") && !/:\d+(\/|$)/.test(host)) {
    url.port = tls ? "2376" : "2375";
  }
  return {
    label: host,
    baseUrl: url.href.replace(/\/$/, ""),
    client: {
      ...(tls?.ca !== undefined && { caCerts: [tls.ca] }),
      ...(tls?.cert !== undefined && tls.key !== undefined &&
        { cert: tls.cert, key: tls.key }),
    },
  };
}

function tlsOfEnvironment(): EngineTls | undefined {
  if (!readEnv("DOCKER_TLS_VERIFY")) return undefined;
  const folder = readEnv("DOCKER_CERT_PATH") ??
    `${readEnv("HOME") ?? ""}/.docker`;
  return {
    ca: readPem(`${folder}/ca.pem`),
    cert: readPem(`${folder}/cert.pem`),
    key: readPem(`${folder}/key.pem`),
  };
}

function readPem(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (cause) {
    throw new PluginError(
      "DOCKER_FAILED",
      `Cannot read the Docker certificate "${path}": ${messageOf(cause)}`,
      { cause },
    );
  }
}

/** A variable that the process may not read counts as not set. */
function readEnv(variable: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return state === "granted" ? Deno.env.get(variable) || undefined : undefined;
}

function unusable(host: string, why: string): PluginError {
  return new PluginError(
    "DOCKER_FAILED",
    `Cannot use the Docker host "${host}": ${why}`,
  );
}
