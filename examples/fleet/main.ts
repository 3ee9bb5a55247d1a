/**
 * A fleet on this machine: three NATS servers, a controller and five agents,
 * through one rollout that works and one that is halted, with a console that
 * shows it until Ctrl-C.
 *
 * `deno task start:fleet`; it needs a `nats-server`, see `.ci/nats_server.sh`.
 * With `--once` it ends with the last rollout.
 *
 * @module
 */
import { PluginHandler } from "@dockstat/plugin-handler";
import {
  agentCredentials,
  createAgentKey,
  createFleetAccounts,
  digestOfCode,
  enrolAgent,
  FleetAgent,
  FleetController,
  FleetView,
  listRollouts,
  NatsAgentRegistry,
  NatsControlRegistry,
  publishRelease,
  serverConfig,
  startRollout,
} from "@dockstat/plugin-handler/fleet";
import { createServer } from "@dockstat/plugin-handler/server";

const FLEET = "example";
const AGENTS = { canary: ["nas-1"], rest: ["nas-2", "nas-3", "pi-1", "pi-2"] };

const program = Deno.env.get("NATS_SERVER") || "nats-server";
await using stack = new AsyncDisposableStack();
const { accounts, secrets } = await createFleetAccounts(FLEET);
const servers = await startServers();
const credentials = secrets.controllerCredentials;
const control = stack.use(await openControl());
const [releaseKey, rolloutKey] = [await makeKey("rel"), await makeKey("roll")];
const releaseKeys = { rel: releaseKey.publicKey };
const rolloutKeys = { roll: rolloutKey.publicKey };
const handlers = new Map<string, PluginHandler>();
for (const [ring, names] of Object.entries(AGENTS)) {
  for (const name of names) handlers.set(name, await startAgent(name, ring));
}
const controller = stack.use(
  new FleetController({
    ...{ fleet: FLEET, registry: control, rolloutKey, rolloutKeys },
    releaseKeys,
  }),
);
controller.start();
serveConsole();
await rollOut("1.0.0", "export default { config: {} };");
await rollOut("2.0.0", "export default { config: {} }; // better");
await rollOut("3.0.0", 'throw new Error("a broken build");');
if (!Deno.args.includes("--once")) {
  console.log("\nCtrl-C ends it");
  await new Promise<void>((resolve) =>
    Deno.addSignalListener("SIGINT", resolve)
  );
}

/** Whoever is on this machine may look and steer. */
function serveConsole(): void {
  const view = stack.use(
    new FleetView({ fleet: FLEET, registry: control, rolloutKeys }),
  );
  const handler = stack.use(new PluginHandler(":memory:"));
  const server = stack.use(
    createServer(handler, { fleet: view, authentication: "none" }),
  );
  const http = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    server.fetch,
  );
  stack.defer(() => http.shutdown());
  console.log(`Console: http://127.0.0.1:${http.addr.port}/console/fleet`);
}

/** Three servers on free ports, as `fleet init` would configure them. */
async function startServers(): Promise<string[]> {
  const folder = await Deno.makeTempDir({ prefix: "fleet_" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const ports = freePorts(6);
  const routes = ports.slice(3).map((port) => `127.0.0.1:${port}`);
  for (const index of [0, 1, 2]) {
    const file = `${folder}/${index}.conf`;
    const config = serverConfig({
      ...{ name: `n${index}`, listen: `127.0.0.1:${ports[index]}` },
      folder: `${folder}/${index}`,
      cluster: { listen: routes[index]!, routes },
    }, accounts);
    await Deno.writeTextFile(file, config);
    const child = new Deno.Command(program, {
      ...{ args: ["-c", file], stdout: "null", stderr: "null" },
    }).spawn();
    stack.defer(async () => {
      child.kill("SIGKILL");
      await child.status;
    });
  }
  console.log(`Three servers run on ports ${ports.slice(0, 3).join(", ")}`);
  return ports.slice(0, 3).map((port) => `127.0.0.1:${port}`);
}

/** A cluster elects a leader before it takes anything. */
async function openControl(): Promise<NatsControlRegistry> {
  for (let attempt = 1;; attempt++) {
    try {
      return await NatsControlRegistry.open({ servers, credentials });
    } catch (error) {
      if (attempt === 30) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}

async function startAgent(name: string, ring: string): Promise<PluginHandler> {
  const { seed, publicKey } = await createAgentKey();
  const token = await enrolAgent(secrets, { agent: name, ring, publicKey });
  const handler = stack.use(new PluginHandler(":memory:"));
  const registry = stack.use(
    new NatsAgentRegistry(name, {
      servers,
      credentials: await agentCredentials(token, seed),
    }),
  );
  const agent = stack.use(
    new FleetAgent({
      ...{ fleet: FLEET, agent: name, ring, handler, registry },
      ...{ releaseKeys, rolloutKeys, heartbeatMs: 1_000 },
    }),
  );
  agent.start();
  return handler;
}

/** Publishes a version, brings it to both rings, and shows what happens. */
async function rollOut(version: string, source: string): Promise<void> {
  const repository = "https://example.com/greeter";
  const manifest = {
    ...{ name: "greeter", version, repository, author: {} },
    manifest: `${repository}/manifest.json`,
  };
  const name = `v${version.replaceAll(".", "-")}`;
  const digest = digestOfCode(source);
  const greeter = { version, digest, manifest, state: "enabled" as const };
  const release = { fleet: FLEET, release: name, plugins: { greeter } };
  const code = { greeter: source };
  const signed = await publishRelease(control, { release, code }, releaseKey);
  const rings = Object.keys(AGENTS);
  await startRollout(control, { rollout: name, release: signed, rings });
  console.log(`\nRollout of greeter ${version}`);
  for (let last = "";;) {
    const all = await listRollouts(control);
    const rollout = all.find(({ rollout }) => rollout === name)!;
    const versions = [...handlers].map(([name, handler]) =>
      `${name} ${handler.getAll()[0]?.version ?? "-"}`
    );
    const line = `  ${rollout.state.padEnd(8)} ${versions.join("  ")}`;
    if (line !== last) console.log(line);
    last = line;
    if (rollout.state === "halted") console.log(`  ${rollout.reason}`);
    if (rollout.state !== "running") return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function makeKey(keyId: string) {
  const pair = await crypto.subtle.generateKey("Ed25519", true, [
    "sign",
    "verify",
  ]) as CryptoKeyPair;
  return { keyId, ...pair };
}

function freePorts(count: number): number[] {
  const options = { hostname: "127.0.0.1", port: 0 };
  const listeners = Array.from({ length: count }, () => Deno.listen(options));
  const ports = listeners.map(({ addr }) => (addr as Deno.NetAddr).port);
  for (const listener of listeners) listener.close();
  return ports;
}
