/**
 * From publishing to applied, over a real NATS server on loopback: a fleet's
 * agents, each with a handler of its own, against bare clients that hear of the
 * change and read it by direct gets, and against the same updates with the code
 * in hand. The aim is one and a half times the first, and the second.
 *
 * `deno run -A bench/fleet_bench.ts [agents…]`; 1, 50 and 200 by default.
 *
 * @module
 */
import {
  NatsAgentRegistry,
  NatsControlRegistry,
} from "@dockstat/plugin-handler/fleet";
import { FleetParty } from "../tests/fleet/fleet_party.ts";
import {
  FleetWorld,
  handlerInMemory,
  manifestOf,
  sourceOf,
} from "../tests/fleet/fleet_world.ts";
import { NATS_SERVER, NatsServers } from "../tests/fleet/nats_servers.ts";

const COUNTS = Deno.args.length > 0 ? Deno.args.map(Number) : [1, 50, 200];
const SIZES = [10_000, 500_000];
const ROUNDS = 5;

if (NATS_SERVER === undefined) {
  console.error(
    "Cannot measure: there is no nats-server; see .ci/nats_server.sh",
  );
  Deno.exit(1);
}
console.log("agents  bytes    who        p50 ms  p95 ms");
for (const agents of COUNTS) {
  for (const bytes of SIZES) {
    const bare = await measureBare(agents, bytes);
    const update = await measureUpdate(agents, bytes);
    const fleet = await measureFleet(agents, bytes);
    const at = (times: number[]) => [at50(times), at95(times)] as const;
    const row = `${String(agents).padEnd(8)}${String(bytes).padEnd(9)}`;
    report(`${row}bare  `, at(bare));
    report(`${row}update`, at(update));
    report(`${row}aim   `, [
      1.5 * at50(bare) + at50(update),
      1.5 * at95(bare) + at95(update),
    ]);
    report(`${row}fleet `, at(fleet));
  }
}

/** Code of about a length that gzip cannot shorten much. */
function sourceOfLength(version: string, bytes: number): string {
  const noise = new Uint8Array(Math.ceil(bytes * 0.75));
  for (let i = 0; i < noise.length; i += 65_536) {
    crypto.getRandomValues(noise.subarray(i, i + 65_536));
  }
  return sourceOf(version, `// ${noise.toBase64()}`);
}

async function openWorld() {
  const nats = await NatsServers.start();
  const { servers } = nats;
  const control = await NatsControlRegistry.open({ servers, replicas: 1 });
  const world = await FleetWorld.open(control);
  return { nats, servers, control, world };
}

async function publish(world: FleetWorld, gen: number, bytes: number) {
  const version = `${gen}.0.0`;
  const source = sourceOfLength(version, bytes);
  const plugins = await world.plugin("p", version, { source });
  return { version, release: await world.release(plugins), plugins };
}

async function measureFleet(agents: number, bytes: number): Promise<number[]> {
  const { nats, servers, control, world } = await openWorld();
  const party = new FleetParty(
    world,
    (agent) => new NatsAgentRegistry(agent, { servers, timeoutMs: 30_000 }),
  );
  const { release } = await publish(world, 1, bytes);
  await world.point({ release });
  party.join("all", Array.from({ length: agents }, (_, i) => `a${i}`));
  await party.all("p", "1.0.0");
  const times: number[] = [];
  let [begun, left] = [0, 0];
  let done = Promise.withResolvers<void>();
  for (const { handler } of party.members) {
    handler.on("plugin:updated", () => {
      times.push(performance.now() - begun);
      if (--left === 0) done.resolve();
    });
  }
  for (let gen = 2; gen < ROUNDS + 2; gen++) {
    const { release } = await publish(world, gen, bytes);
    [begun, left, done] = [performance.now(), agents, Promise.withResolvers()];
    await world.point({ gen, release });
    await done.promise;
  }
  await party[Symbol.asyncDispose]();
  await control[Symbol.asyncDispose]();
  await nats[Symbol.asyncDispose]();
  return times;
}

/** The same reads by bare clients: the state, the release and the code. */
async function measureBare(agents: number, bytes: number): Promise<number[]> {
  const { nats, servers, control, world } = await openWorld();
  const { connect } = await import("@nats-io/transport-node");
  const { jetstreamManager } = await import("@nats-io/jetstream");
  const times: number[] = [];
  let [begun, left] = [0, 0];
  let [release, code] = ["", ""];
  let done = Promise.withResolvers<void>();
  const connections = [];
  async function hear(
    get: (bucket: string, key: string) => Promise<unknown>,
  ): Promise<void> {
    await get("desired", "ring.all");
    for (const digest of [release, code]) {
      await get("bundles", digest);
      await get("bundles", `${digest}.0`);
    }
    times.push(performance.now() - begun);
    if (--left === 0) done.resolve();
  }
  for (let i = 0; i < agents; i++) {
    const connection = await connect({ servers, timeout: 30_000 });
    connections.push(connection);
    const { direct } = await jetstreamManager(connection, { timeout: 30_000 });
    const get = (bucket: string, key: string) =>
      direct.getMessage(`KV_${bucket}`, {
        last_by_subj: `$KV.${bucket}.${key}`,
      });
    connection.subscribe("fleet.live.ring.all", {
      callback: () => void hear(get),
    });
    await connection.flush();
  }
  for (let gen = 1; gen <= ROUNDS; gen++) {
    const made = await publish(world, gen, bytes);
    [release, code] = [made.release, made.plugins.p!.digest];
    [begun, left, done] = [performance.now(), agents, Promise.withResolvers()];
    await world.point({ gen, release });
    await done.promise;
  }
  for (const connection of connections) await connection.close();
  await control[Symbol.asyncDispose]();
  await nats[Symbol.asyncDispose]();
  return times;
}

/** What the handlers take by themselves, with the code in hand. */
async function measureUpdate(agents: number, bytes: number): Promise<number[]> {
  const handlers = Array.from({ length: agents }, () => handlerInMemory());
  const times: number[] = [];
  for (let gen = 1; gen <= ROUNDS + 1; gen++) {
    const version = `${gen}.0.0`;
    const plugin = sourceOfLength(version, bytes);
    const begun = performance.now();
    await Promise.all(handlers.map(async (handler) => {
      const metadata = { ...manifestOf("p", version), plugin };
      const installed = await handler.installPlugin(metadata, {
        update: gen > 1,
      });
      if (!installed.success) throw installed.cause;
      if (gen > 1) times.push(performance.now() - begun);
      else await handler.loadPlugin(installed.id);
    }));
  }
  for (const handler of handlers) await handler.close();
  return times;
}

function at50(times: readonly number[]): number {
  return at(times, 0.5);
}

function at95(times: readonly number[]): number {
  return at(times, 0.95);
}

function at(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[
    Math.min(sorted.length - 1, Math.floor(sorted.length * share))
  ]!;
}

function report(row: string, [p50, p95]: readonly [number, number]) {
  const show = (ms: number) => ms.toFixed(1).padStart(8);
  console.log(`${row}    ${show(p50)}${show(p95)}`);
}
