import {
  listRollouts,
  NatsAgentRegistry,
  NatsControlRegistry,
  startRollout,
} from "@dockstat/plugin-handler/fleet";
import { assert, assertEquals } from "@std/assert";
import { connect } from "@nats-io/transport-node";
import { waitFor } from "../wait_for.ts";
import { controllerOf, FleetParty } from "./fleet_party.ts";
import { answered, FleetWorld, makeKey } from "./fleet_world.ts";
import { NatsServers, natsTest } from "./nats_servers.ts";

/** A minute of kills by hand; a short one everywhere else. */
const KILLS = Number(Deno.env.get("FLEET_KILLS") ?? 2);

/** Servers, a registry on them, and agents in one ring that run 1.0.0. */
async function open(count: 1 | 3, agents: number) {
  const nats = await NatsServers.start(count);
  const { servers } = nats;
  // A cluster elects a leader first.
  const control = await patiently(
    "the registry",
    () => NatsControlRegistry.open({ servers, replicas: count }),
  );
  const world = await FleetWorld.open(control);
  const party = new FleetParty(
    world,
    (agent) => new NatsAgentRegistry(agent, { servers, timeoutMs: 2_000 }),
  );
  const one = await world.release(await world.plugin("p", "1.0.0"));
  await world.point({ release: one });
  const names = Array.from({ length: agents }, (_, i) => `a${i}`);
  party.join("all", names, 1_000);
  await party.all("p", "1.0.0");
  return {
    ...{ nats, control, world, party },
    async [Symbol.asyncDispose]() {
      await party[Symbol.asyncDispose]();
      await control[Symbol.asyncDispose]();
      await nats[Symbol.asyncDispose]();
    },
  };
}

/** Does something that fails while servers are away until it succeeds. */
async function patiently<T>(what: string, work: () => Promise<T>): Promise<T> {
  const done = await waitFor(what, async () => {
    try {
      return { value: await work() };
    } catch {
      return undefined;
    }
  });
  return (done as { value: T }).value;
}

/** The agents that reported a generation. */
async function reportedGen(
  control: NatsControlRegistry,
  gen: number,
): Promise<Set<string>> {
  const found = new Set<string>();
  for (let after = 0;;) {
    const some = await control.reports(after);
    if (some.length === 0) return found;
    for (const { agent, report } of some) {
      const { scopes } = report as { scopes: { gen: number }[] };
      if (scopes[0]?.gen === gen) found.add(agent);
    }
    after = some.at(-1)!.sequence;
  }
}

natsTest(
  "fifty agents take what is published, go on while the server is down, and come back",
  async () => {
    await using it = await open(1, 50);
    const { world, party, nats, control } = it;
    const two = await world.release(await world.plugin("p", "2.0.0"));
    await world.point({ gen: 2, release: two });
    await party.all("p", "2.0.0");
    await waitFor(
      "all reports",
      async () => (await reportedGen(control, 2)).size === 50,
    );

    await nats.kill(0);
    for (const { handler } of party.members) {
      assertEquals(await answered(handler, "p"), "2.0.0");
    }
    // What happens meanwhile is told later.
    party.members[0]!.handler.disablePlugin(1, "cut off", { actor: "ada" });
    const report = await party.members[0]!.agent.sync();
    assertEquals(report.plugins[0]?.outcome, "held");
    assert(report.refused.length > 0);
    await nats.up(0);
    await nats.ready();
    await patiently("the third version", async () => {
      const three = await world.release(await world.plugin("p", "3.0.0"));
      await world.point({ gen: 3, release: three });
    });
    await waitFor(
      "the others' update",
      () =>
        Object.values(party.versions("p")).filter((found) => found === "3.0.0")
          .length === 49,
    );
    assertEquals(party.versions("p").a0, "2.0.0");
    await waitFor(
      "all reports",
      async () => (await reportedGen(control, 3)).size === 50,
    );
    await waitFor(
      "empty outboxes",
      () => party.members.every(({ agent }) => agent.waitingReports === 0),
    );
  },
);

natsTest(
  "a forged hint and a forged state change nothing, and a real one comes through",
  async () => {
    await using it = await open(1, 2);
    const { world, party, nats, control } = it;
    const two = await world.release(await world.plugin("p", "2.0.0"));
    const stranger = await makeKey("rollout");
    const forged = await world.sign({ gen: 9, release: two }, stranger);
    const raw = await connect({ servers: nats.servers });
    raw.publish("fleet.live.ring.all", forged);
    await raw.flush();
    const unchanged = async () => {
      for (const { agent } of party.members) {
        assertEquals((await agent.sync()).scopes[0]?.gen, 1);
      }
      assertEquals(party.versions("p"), { a0: "1.0.0", a1: "1.0.0" });
    };
    await unchanged();
    // Whoever can write the bucket itself has no key either.
    await world.write("ring:all", forged);
    await unchanged();
    await world.write("ring:all", "no JSON at all");
    await unchanged();
    await world.point({ gen: 2, release: two });
    await party.all("p", "2.0.0");
    await waitFor("what was refused is reported", async () => {
      const reports = await control.reports(0);
      return JSON.stringify(reports).includes("did not sign it");
    });
    await raw.close();
  },
);

natsTest(
  "rollouts end as they should while servers and controllers are killed",
  async () => {
    await using it = await open(3, 4);
    const { world, party, nats, control } = it;
    const { servers } = nats;
    for (let round = 0; round < KILLS; round++) {
      const version = `${round + 2}.0.0`;
      const release = await patiently(
        "a release",
        async () => world.release(await world.plugin("p", version)),
      );
      const rollout = `r${round}`;
      await using other = await patiently(
        "another connection",
        () => NatsControlRegistry.open({ servers }),
      );
      const otherWorld = new FleetWorld(other, [
        world.releaseKey,
        world.rolloutKey,
      ]);
      const first = controllerOf(world);
      await using second = controllerOf(otherWorld);
      first.start();
      second.start();
      const plan = { rollout, release, rings: ["all"], shares: [0.25, 0.5, 1] };
      await startRollout(control, plan);
      await waitFor(
        "a beginning",
        () => Object.values(party.versions("p")).includes(version),
      );
      const node = round % 3;
      await nats.kill(node);
      await first.close();
      await waitFor(`the end of ${rollout}`, async () => {
        const all = await patiently("a list", () => listRollouts(control));
        return all.find((one) => one.rollout === rollout)?.state === "done";
      });
      await party.all("p", version);
      await nats.up(node);
      await nats.ready();
    }
    await waitFor(
      "empty outboxes",
      () => party.members.every(({ agent }) => agent.waitingReports === 0),
    );
    for (const { handler } of party.members) {
      assertEquals(handler.getAll().length, 1);
      const refused = handler.getAudit()
        .filter(({ outcome, action }) =>
          outcome === "refused" || action === "delete"
        );
      assertEquals(refused, []);
    }
  },
);
