/**
 * Listens for requests; over TLS, with the certificate that the files hold now.
 *
 * @module
 */
import { messageOf } from "../../../shared/errors.ts";
import { sleep } from "../../../async/timer.ts";

/** Where to listen, and the files of the certificate and its key, if any. */
export interface ListenPlace {
  readonly hostname: string;
  readonly port: number;
  readonly certFile?: string;
  readonly keyFile?: string;
}

/** What is told of a change of the certificate. */
export interface ListenerReports {
  /** The new certificate is served. */
  renewed(): void;
  /** It cannot be used; once for each reason. */
  failed(reason: string): void;
}

/** How soon a change of the files is noticed. */
const LOOK_MS = 1_000;
/** How soon the port of the listener before is asked for again. */
const REBIND_MS = 5;
/** How often that fails before it is told. */
const REBIND_TRIES = 400;

/**
 * A server whose certificate can change. Deno takes a certificate with the
 * listener, and a second listener on one port only with an unstable flag: the
 * port is closed and opened again, for milliseconds, while requests under way
 * go on with the listener before.
 */
export class TlsListener {
  readonly #place: ListenPlace;
  readonly #handler: Deno.ServeHandler<Deno.NetAddr>;
  readonly #reports: ListenerReports;
  readonly #ending = new AbortController();
  readonly #draining = new Set<Promise<void>>();
  readonly #following: Promise<void>;
  #http: Deno.HttpServer;
  #files: CertificateFiles | undefined;

  private constructor(
    place: ListenPlace,
    handler: Deno.ServeHandler<Deno.NetAddr>,
    reports: ListenerReports,
    files: CertificateFiles | undefined,
  ) {
    this.#place = place;
    this.#handler = handler;
    this.#reports = reports;
    this.#files = files;
    this.#http = this.#listen(place.port, files);
    this.#following = files === undefined ? Promise.resolve() : this.#follow();
  }

  /**
   * Starts to listen.
   *
   * @param reports What is told of a change of the certificate.
   * @returns The listener; it rejects where the files cannot be read or used.
   */
  static async open(
    place: ListenPlace,
    handler: Deno.ServeHandler<Deno.NetAddr>,
    reports: ListenerReports,
  ): Promise<TlsListener> {
    return new TlsListener(
      place,
      handler,
      reports,
      await readCertificate(place),
    );
  }

  /** Its address. */
  get url(): string {
    const { hostname, port } = this.#http.addr as Deno.NetAddr;
    const host = hostname.includes(":") ? `[${hostname}]` : hostname;
    return `${this.#files ? "https" : "http"}://${host}:${port}`;
  }

  /** Takes no more requests, and waits for those under way. */
  async shutdown(): Promise<void> {
    this.#ending.abort();
    await this.#following;
    await Promise.all([this.#http.shutdown(), ...this.#draining]);
  }

  #listen(
    port: number,
    files: CertificateFiles | undefined,
  ): Deno.HttpServer {
    const { hostname } = this.#place;
    return Deno.serve(
      { hostname, port, ...files, onListen: () => {} },
      this.#handler,
    );
  }

  async #follow(): Promise<void> {
    const { signal } = this.#ending;
    let refused = "";
    while (!signal.aborted) {
      await sleep(LOOK_MS, signal).catch(() => {});
      if (signal.aborted) return;
      try {
        await this.#renew(signal);
        refused = "";
      } catch (error) {
        if (signal.aborted) return;
        // Half of a change is seen often, and told once.
        const reason = messageOf(error);
        if (reason !== refused) this.#reports.failed(reason);
        refused = reason;
      }
    }
  }

  async #renew(signal: AbortSignal): Promise<void> {
    const files = await readCertificate(this.#place);
    if (files === undefined || isSame(files, this.#files)) return;
    tryOut(files);
    const { port } = this.#http.addr as Deno.NetAddr;
    const draining = this.#http.shutdown();
    this.#draining.add(draining);
    draining.finally(() => this.#draining.delete(draining));
    this.#http = await this.#rebind(port, files, signal);
    this.#files = files;
    this.#reports.renewed();
  }

  /** The port is free when the listener before has let go of it. */
  async #rebind(
    port: number,
    files: CertificateFiles,
    signal: AbortSignal,
  ): Promise<Deno.HttpServer> {
    for (let tries = 1;; tries++) {
      try {
        return this.#listen(port, files);
      } catch (error) {
        if (tries === REBIND_TRIES) this.#reports.failed(messageOf(error));
        await sleep(REBIND_MS, signal);
      }
    }
  }
}

/** A certificate and its key, as PEM. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/**
 * Reads the files.
 *
 * @returns What they hold now; nothing where there is to be no TLS.
 */
export async function readCertificate(
  { certFile, keyFile }: ListenPlace,
): Promise<CertificateFiles | undefined> {
  if (certFile === undefined || keyFile === undefined) return undefined;
  // One after the other, so that the same is missing whenever both are.
  const cert = await Deno.readTextFile(certFile);
  const key = await Deno.readTextFile(keyFile);
  return { cert, key };
}

function isSame(
  one: CertificateFiles,
  other: CertificateFiles | undefined,
): boolean {
  return one.cert === other?.cert && one.key === other.key;
}

/**
 * Throws where the two do not fit: the listener before must not be closed for
 * them. A client reads them as a listener does, and needs no permission.
 */
function tryOut(files: CertificateFiles): void {
  Deno.createHttpClient(files).close();
}
