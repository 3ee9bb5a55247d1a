/**
 * `serve`: an agent with its API, whose plugins run in sandboxes.
 *
 * @module
 */
import { type CliCommand, defineCommand } from "../../program/cli_command.ts";
import type { CliContext } from "../../program/cli_context.ts";
import { UsageError } from "../../program/fail.ts";
import { Timer } from "../../../async/timer.ts";
import { PluginHandler } from "../../../handler/plugin_handler.ts";
import type { FleetView } from "../../../fleet/mod.ts";
import { createServer, type Server } from "../../../server/mod.ts";
import { configureLogs } from "./serve_logs.ts";
import { readSecretsKey } from "../target.ts";
import {
  type ListenPlace,
  readCertificate,
  TlsListener,
} from "./tls_listener.ts";

interface ServeOptions {
  readonly db?: string;
  readonly host: string;
  readonly port: string;
  readonly cert?: string;
  readonly key?: string;
  readonly allowHost: readonly string[];
  readonly origin: readonly string[];
  readonly trust: readonly string[];
  readonly requireSignature?: boolean;
  readonly allowPrivateHosts?: boolean;
  readonly secretsKeyFile?: string;
  readonly firstUser?: string;
  readonly fleet?: string;
  readonly grace: string;
}

/** How soon what others do to the file is noticed. */
const FOLLOW_MS = 500;

/** Serves an agent until Ctrl-C. */
export const command: CliCommand = defineCommand<ServeOptions>({
  examples: [
    "serve --db agent.db",
    "serve --db agent.db --host 0.0.0.0 --allow-host agent.example --cert cert.pem --key key.pem",
  ],
  permissions: "--allow-read=<folder of the database, certificate and key>\n" +
    "  --allow-write=<folder of the database>\n" +
    "  --allow-net=<host and port> and what plugins are fetched from\n" +
    "  --allow-run for the sandboxes\n" +
    "  --unstable-no-legacy-abort so that clients who go are noticed",
  configure(command) {
    const several = (value: string, before: string[]) => [...before, value];
    command
      .option("--db <file>", "the database; made where there is none")
      .option("--host <address>", "where to listen", "127.0.0.1")
      .option("--port <number>", "where to listen; 0 for any", "8787")
      .option(
        "--cert <file>",
        "the certificate chain, in PEM; read again when it changes",
      )
      .option("--key <file>", "its private key, in PEM")
      .option(
        "--allow-host <name>",
        "a host name that requests may ask for; again for more",
        several,
        [],
      )
      .option(
        "--origin <origin>",
        "an origin whose pages may use the API; again for more",
        several,
        [],
      )
      .option(
        "--trust <id=key>",
        "a public key whose signatures count; again for more",
        several,
        [],
      )
      .option("--require-signature", "install what a trusted key signed only")
      .option("--allow-private-hosts", "install from private addresses, too")
      .option(
        "--secrets-key-file <file>",
        "the secretsKey (default: DOCKSTAT_SECRETS_KEY)",
      )
      .option(
        "--first-user <who>",
        "who makes the first admin: token, loopback or open",
        "loopback",
      )
      .option(
        "--fleet <folder>",
        "show the fleet of this folder, which fleet init made",
      )
      .option(
        "--grace <seconds>",
        "what requests under way may take once it is told to stop",
        "5",
      );
  },
  async run(context, options) {
    const place = listenPlace(options);
    const graceMs = graceOf(options);
    const { firstUser } = options;
    if (!isFirstUser(firstUser)) {
      throw new UsageError(
        `Cannot let "${firstUser}" make the first admin: --first-user takes token, loopback or open`,
      );
    }
    // No database is made for a certificate that is not there.
    await readCertificate(place);
    await using ends = new AsyncDisposableStack();
    const fleet = await openFleet(options, ends);
    await using handler = await openHandler(options);
    await using server = createServer(handler, {
      ...(fleet === undefined ? {} : { fleet }),
      firstUser,
      origins: options.origin,
      allowPrivateHosts: options.allowPrivateHosts ?? false,
      allowedHosts: ["localhost", "127.0.0.1", "[::1]", ...options.allowHost],
    });
    await configureLogs(server.logSink);
    await serve({ context, handler, server, graceMs }, place);
  },
});

/** Opened only where it is asked for: its client is an npm package. */
async function openFleet(
  { fleet: dir }: ServeOptions,
  ends: AsyncDisposableStack,
): Promise<FleetView | undefined> {
  if (dir === undefined) return undefined;
  const { openRegistry, readFleet } = await import(
    "../../fleet/fleet_folder.ts"
  );
  const { FleetView } = await import("../../../fleet/mod.ts");
  const { fleet, rolloutKeys } = await readFleet(dir);
  const registry = ends.use(await openRegistry(dir));
  return ends.use(new FleetView({ fleet, registry, rolloutKeys }));
}

/** Listens until it is told to stop, then ends what runs. */
async function serve(
  { context: { output, signal }, handler, server, graceMs }: {
    readonly context: CliContext;
    readonly handler: PluginHandler;
    readonly server: Server;
    readonly graceMs: number;
  },
  place: ListenPlace,
): Promise<void> {
  const http = await TlsListener.open(place, server.fetch, {
    renewed: () => output.line("The certificate has changed and is in use"),
    failed: (reason) =>
      output.warn(`Cannot use the changed certificate: ${reason}`),
  });
  const { errors } = await handler.loadAllPlugins();
  for (const { error } of errors) output.warn(error);
  const { url } = http;
  if (output.isJson) console.log(JSON.stringify({ url }));
  output.line(`Serving on ${url}; Ctrl-C ends it`);
  if (server.firstToken !== undefined) {
    output.line(
      `The first admin's token, for 15 minutes: ${server.firstToken}`,
    );
  }
  await aborted(signal);
  server.stopServing();
  // What is under way is answered; streams of plugins may have no end but this.
  using _grace = new Timer(graceMs, () => void handler.close());
  await http.shutdown();
  output.line("Stopped");
}

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  else signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}

async function openHandler(options: ServeOptions): Promise<PluginHandler> {
  const { db, trust, requireSignature, allowPrivateHosts } = options;
  if (db === undefined) {
    throw new UsageError(
      "Cannot serve without a database: name one with --db <file>",
    );
  }
  const secretsKey = await readSecretsKey(options);
  const trustedKeys = keysOf(trust);
  await makeFile(db);
  return new PluginHandler(db, {
    loggerParents: ["agent"],
    isolation: "process",
    followStoreMs: FOLLOW_MS,
    install: {
      trustedKeys,
      requireSignature: requireSignature ?? false,
      allowPrivateHosts: allowPrivateHosts ?? false,
    },
    ...(secretsKey === undefined ? {} : { secretsKey }),
  });
}

/** SQLite would let everybody read it. */
async function makeFile(path: string): Promise<void> {
  try {
    const file = await Deno.open(path, {
      write: true,
      createNew: true,
      mode: 0o600,
    });
    file.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
}

function keysOf(trust: readonly string[]): Record<string, string> {
  return Object.fromEntries(trust.map((pair) => {
    const at = pair.indexOf("=");
    if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)];
    throw new UsageError(
      `Cannot trust "${pair}": --trust takes <id>=<key>, as keygen prints them`,
    );
  }));
}

function listenPlace(
  { host, port, cert, key }: ServeOptions,
): ListenPlace {
  const number = Number(port);
  if (!/^\d+$/.test(port) || number > 65_535) {
    throw new UsageError(
      `Cannot listen on port "${port}": --port takes 0 to 65535`,
    );
  }
  if ((cert === undefined) !== (key === undefined)) {
    throw new UsageError(
      "Cannot serve over TLS with half of it: give both --cert and --key",
    );
  }
  const place = { hostname: host, port: number };
  return cert === undefined || key === undefined
    ? place
    : { ...place, certFile: cert, keyFile: key };
}

function graceOf({ grace }: ServeOptions): number {
  if (!/^\d{1,6}$/.test(grace)) {
    throw new UsageError(
      `Cannot wait "${grace}" seconds for requests: --grace takes 0 to 999999`,
    );
  }
  return Number(grace) * 1_000;
}

function isFirstUser(
  word: string | undefined,
): word is "token" | "loopback" | "open" {
  return word === "token" || word === "loopback" || word === "open";
}
