import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { FleetAgent, NatsAgentRegistry } from "@dockstat/plugin-handler/fleet";
import { makeCertificates } from "../../fleet/certificates.ts";
import {
  handlerInMemory,
  manifestOf,
  sourceOf,
} from "../../fleet/fleet_world.ts";
import { freePorts, NATS_SERVER, natsTest } from "../../fleet/nats_servers.ts";
import { waitFor } from "../../wait_for.ts";
import { runCli, scratch, startCli } from "../run_cli.ts";

/** One of the servers that `fleet init` has written the configuration of. */
class Node implements AsyncDisposable {
  readonly #config: string;
  readonly #log: string;
  #child: Deno.ChildProcess | undefined;

  constructor(config: string, log: string) {
    this.#config = config;
    this.#log = log;
  }

  up(): void {
    this.#child = new Deno.Command(NATS_SERVER!, {
      args: ["-c", this.#config, "-l", this.#log],
      stdout: "null",
      stderr: "null",
    }).spawn();
  }

  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#child?.status;
    this.#child = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

natsTest(
  "a fleet on three servers with TLS works by its commands alone, and without one of them",
  async () => {
    await using folder = await scratch();
    const cwd = folder.path;
    const cli = async (...args: string[]) => {
      const { code, out, err } = await runCli(["fleet", ...args, "--json"], {
        cwd,
        flags: ["--allow-read", "--allow-write=.", "--allow-net=localhost"],
      });
      assertEquals(code, 0, `${args.join(" ")}: ${err}${out}`);
      return JSON.parse(out);
    };
    const certificates = await makeCertificates();
    const names = freePorts(3).map((port) => `localhost:${port}`);
    await cli(
      ...["init", "home", "--server", ...names, "--certs", certificates],
      ...["--data", join(cwd, "data")],
      ...["--cluster-port", String(clusterPort())],
    );
    await Deno.copyFile(`${certificates}/ca.pem`, join(cwd, "fleet", "ca.pem"));
    await using undo = new AsyncDisposableStack();
    undo.defer(() => Deno.remove(certificates, { recursive: true }));
    const nodes = [1, 2, 3].map((number) =>
      undo.use(
        new Node(
          join(cwd, "fleet", `server-${number}.conf`),
          join(cwd, `n${number}.log`),
        ),
      )
    );
    for (const node of nodes) node.up();
    // Nothing else than TLS is spoken there.
    await waitFor("the cluster", async () => {
      const { code } = await runCli(["fleet", "agents"], { cwd });
      return code === 0;
    });

    const { publicKey } = await cli("key");
    const told = await cli(
      ...["enrol", "--key", publicKey, "--agent", "nas-1", "--ring", "all"],
    );
    assertStringIncludes(told.ca, "BEGIN CERTIFICATE");
    await Deno.writeTextFile(join(cwd, "told.json"), JSON.stringify(told));
    await cli("credentials", "--enrolment", "told.json");
    await using handler = handlerInMemory();
    await using registry = new NatsAgentRegistry("nas-1", {
      servers: told.servers,
      ca: told.ca,
      credentials: await Deno.readTextFile(join(cwd, "agent.creds")),
      timeoutMs: 2_000,
    });
    const { releaseKeys, rolloutKeys } = told;
    await using agent = new FleetAgent({
      ...{ fleet: "home", agent: "nas-1", ring: "all", handler, registry },
      ...{ releaseKeys, rolloutKeys, pollMs: 2_000, heartbeatMs: 500 },
    });
    agent.start();

    const release = async (name: string, version: string) => {
      const manifest = { ...manifestOf("p", version), bundle: "p.js" };
      const plugins = { p: { manifest: "p.json", code: "p.js" } };
      const text = JSON.stringify(manifest);
      await Deno.writeTextFile(join(cwd, "p.json"), text);
      await Deno.writeTextFile(join(cwd, "p.js"), sourceOf(version));
      const file = JSON.stringify({ release: name, plugins });
      await Deno.writeTextFile(join(cwd, "release.json"), file);
      await cli("publish", "release.json");
      await cli("rollout", "start", name, "--ring", "all");
      await waitFor(`the rollout of ${name}`, async () => {
        const rollouts = await cli("rollout", "list");
        return rollouts.some(({ rollout, state }: Record<string, string>) =>
          rollout === name && state === "done"
        );
      });
      assertEquals(handler.getAll().map(({ version }) => version), [version]);
    };
    const controller = startCli(["fleet", "controller"], { cwd });
    undo.defer(async () => {
      controller.kill("SIGINT");
      await controller.output();
    });
    await release("v1", "1.0.0");

    // Two of three are a majority, and each of them has everything.
    await nodes[0]!.kill();
    await release("v2", "2.0.0");
    nodes[0]!.up();

    const { agents } = await cli("status");
    assertEquals(agents.length, 1);
    await cli("revoke", "nas-1", "--key", publicKey);
    await waitFor(
      "the end of the connection",
      async () =>
        await registry.desired("ring:all").catch(() => "refused") === "refused",
    );
    // What the agent has, it keeps.
    assertEquals(handler.getLoadedPlugins().length, 1);
    const log = await Deno.readTextFile(join(cwd, "n2.log"));
    assert(log.includes("TLS required for client connections"), log);
  },
);

/** The first of three ports side by side that nobody listened on just now. */
function clusterPort(): number {
  for (;;) {
    const [port] = freePorts(1);
    if (port! > 65_000) continue;
    try {
      const taken = [port!, port! + 1, port! + 2]
        .map((port) => Deno.listen({ hostname: "127.0.0.1", port }));
      for (const listener of taken) listener.close();
      return port!;
    } catch { /* others, then */ }
  }
}

Deno.test("fleet init refuses a cluster port that is none, with 2", async () => {
  await using folder = await scratch();
  for (const port of ["0", "many", "65534"]) {
    const { code, err } = await runCli(
      ["fleet", "init", "home", "--server", "a:1", "--cluster-port", port],
      { cwd: folder.path, flags: ["--allow-read", "--allow-write=."] },
    );
    assertEquals(code, 2);
    assertStringIncludes(err, "--cluster-port");
  }
  assertEquals([...Deno.readDirSync(folder.path)], []);
});
