/**
 * Real NATS servers on loopback, gone when they are disposed of.
 *
 * `NATS_SERVER` names the program; without it, what `.ci/nats_server.sh` left
 * in its cache or what is on the PATH is taken. Tests that need servers are
 * ignored where there is none.
 *
 * @module
 */
import { waitFor } from "../wait_for.ts";

const HOME = Deno.env.get("HOME") ?? "/root";
const CACHE = Deno.env.get("XDG_CACHE_HOME") ?? `${HOME}/.cache`;

/** The program; `undefined` where there is none. */
export const NATS_SERVER: string | undefined = find();

function find(): string | undefined {
  const named = Deno.env.get("NATS_SERVER");
  // Set and empty, it says that none can be had.
  if (named !== undefined) return named === "" ? undefined : named;
  const cached = `${CACHE}/dockstat-nats-server/nats-server`;
  for (const program of [cached, "nats-server"]) {
    try {
      const { success } = new Deno.Command(program, {
        args: ["--version"],
        stdout: "null",
        stderr: "null",
      }).outputSync();
      if (success) return program;
    } catch {
      // The next one, then.
    }
  }
  return undefined;
}

/** Registers a test that needs servers. */
export function natsTest(name: string, fn: () => Promise<void>): void {
  const ignore = NATS_SERVER === undefined;
  Deno.test({ name: ignore ? `${name} (no nats-server)` : name, ignore, fn });
}

/** Gives the configuration of a server. */
export type ServerConfig = (
  at: { readonly listen: string; readonly folder: string },
) => string;

/** One server, or three that are one cluster. */
export class NatsServers implements AsyncDisposable {
  readonly folder: string;
  readonly ports: readonly number[];
  readonly #routes: readonly number[];
  readonly #config: ServerConfig | undefined;
  readonly #children = new Map<number, Deno.ChildProcess>();

  private constructor(
    folder: string,
    ports: readonly number[],
    config?: ServerConfig,
  ) {
    this.folder = folder;
    const half = ports.length / 2;
    this.ports = ports.slice(0, half);
    this.#routes = ports.slice(half);
    this.#config = config;
  }

  /** Starts servers, and waits until they answer. */
  static async start(
    count: 1 | 3 = 1,
    config?: ServerConfig,
  ): Promise<NatsServers> {
    const folder = await Deno.makeTempDir({ prefix: "nats_" });
    const servers = new NatsServers(folder, freePorts(count * 2), config);
    for (let node = 0; node < count; node++) await servers.up(node);
    await servers.ready();
    return servers;
  }

  /** The addresses for a client. */
  get servers(): string[] {
    return this.ports.map((port) => `127.0.0.1:${port}`);
  }

  /** Starts one node, on the data that it had. */
  async up(node: number): Promise<void> {
    const file = `${this.folder}/${node}.conf`;
    await Deno.writeTextFile(file, this.#configOf(node));
    const child = new Deno.Command(NATS_SERVER!, {
      args: ["-c", file],
      stdout: "null",
      stderr: "null",
    }).spawn();
    this.#children.set(node, child);
  }

  /** Kills one node at once. */
  async kill(node: number): Promise<void> {
    const child = this.#children.get(node);
    if (child === undefined) return;
    this.#children.delete(node);
    child.kill("SIGKILL");
    await child.status;
  }

  /** Waits until every node takes connections. */
  async ready(): Promise<void> {
    for (const port of this.ports) {
      await waitFor(`a server on ${port}`, async () => {
        try {
          (await Deno.connect({ hostname: "127.0.0.1", port })).close();
          return true;
        } catch {
          return false;
        }
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const node of [...this.#children.keys()]) await this.kill(node);
    await Deno.remove(this.folder, { recursive: true });
  }

  #configOf(node: number): string {
    const listen = `127.0.0.1:${this.ports[node]}`;
    const folder = `${this.folder}/${node}`;
    if (this.#config !== undefined) return this.#config({ listen, folder });
    const routes = this.#routes.map((port) => `nats://127.0.0.1:${port}`);
    const cluster = this.ports.length === 1 ? "" : `cluster {
      name: test
      listen: "127.0.0.1:${this.#routes[node]}"
      routes: [${routes.map((route) => `"${route}"`).join(", ")}]
    }`;
    return `
      server_name: n${node}
      listen: "${listen}"
      jetstream { store_dir: "${folder}" }
      ${cluster}`;
  }
}

/** Ports that nobody listened on a moment ago. */
export function freePorts(count: number): number[] {
  const listeners = Array.from(
    { length: count },
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  );
  const ports = listeners.map(({ addr }) => (addr as Deno.NetAddr).port);
  for (const listener of listeners) listener.close();
  return ports;
}
