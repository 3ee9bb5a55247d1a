import {
  collectBundles,
  haltRollout,
  listRollouts,
  MemoryRegistry,
  pauseRollout,
  promoteRollout,
  publishRelease,
  resumeRollout,
  type RolloutPlan,
  startRollout,
} from "@dockstat/plugin-handler/fleet";
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { PluginError } from "@dockstat/plugin-handler";
import { waitFor } from "../wait_for.ts";
import { controllerOf, FleetParty } from "./fleet_party.ts";
import { FleetWorld, sourceOf } from "./fleet_world.ts";

const CANARY = ["c1", "c2"];
const REST = ["r1", "r2", "r3"];

/** Two rings that run version 1.0.0 of a plugin. */
async function open() {
  const registry = new MemoryRegistry();
  const world = await FleetWorld.open(registry);
  const party = new FleetParty(world, (agent) => registry.agent(agent));
  const one = await world.release(await world.plugin("p", "1.0.0"));
  await world.point({ scope: "ring:canary", release: one });
  await world.point({ scope: "ring:rest", release: one });
  party.join("canary", CANARY);
  party.join("rest", REST);
  await party.all("p", "1.0.0");
  await waitFor(
    "the reports",
    async () => (await registry.reports(0)).length >= 5,
  );
  const plan = (release: string, rollout = "t1"): RolloutPlan => ({
    ...{ release, rollout, rings: ["canary", "rest"], shares: [0.5, 1] },
  });
  return {
    ...{ registry, world, party, plan, one },
    [Symbol.asyncDispose]: () => party[Symbol.asyncDispose](),
  };
}

async function stateOf(registry: MemoryRegistry, name = "t1") {
  const all = await listRollouts(registry);
  return all.find(({ rollout }) => rollout === name);
}

Deno.test("a FleetController brings a release to all rings, one after the other", async () => {
  await using it = await open();
  const two = await it.world.release(await it.world.plugin("p", "2.0.0"));
  const order: string[] = [];
  for (const { name, handler } of it.party.members) {
    handler.on("plugin:updated", () => order.push(name));
  }
  await using controller = controllerOf(it.world);
  controller.start();
  await startRollout(it.registry, it.plan(two));
  await waitFor(
    "the end",
    async () => (await stateOf(it.registry))?.state === "done",
  );
  await it.party.all("p", "2.0.0");
  assertEquals(order.length, 5);
  assertEquals(order.slice(0, 2).sort(), CANARY);
  assertEquals(controller.agents().map(({ agent }) => agent), [
    ...CANARY,
    ...REST,
  ]);
});

Deno.test("a FleetController halts a rollout that fails, and puts the rings back", async () => {
  await using it = await open();
  // Loads on trial, and fails where it runs: only some agents notice.
  const source = sourceOf(
    "2.0.0",
    `if (!globalThis.fleetTestMayLoad) {
    throw new Error("broken build"); }`,
  );
  const plugins = await it.world.plugin("p", "2.0.0", { source });
  const good = await it.world.plugin("q", "1.0.0");
  const bad = await it.world.release({ ...plugins, ...good });
  await using controller = controllerOf(it.world);
  controller.start();
  await startRollout(it.registry, it.plan(bad));
  await waitFor(
    "the halt",
    async () => (await stateOf(it.registry))?.state === "halted",
  );
  assertStringIncludes((await stateOf(it.registry))?.reason ?? "", "failed");
  await waitFor("the way back", () => {
    const reports = controller.agents().filter(({ ring }) => ring === "canary");
    return reports.every(({ report }) =>
      report?.scopes[0]?.release === it.one &&
      report.plugins.every(({ outcome }) => outcome === "applied")
    );
  });
  assertEquals(Object.values(it.party.versions("p")), Array(5).fill("1.0.0"));
  // The ring that was not touched has never heard of it.
  const rest = it.party.members.filter(({ name }) => REST.includes(name));
  assert(rest.every(({ handler }) => handler.getAll().length === 1));
});

Deno.test("a halt by an operator restores the version before", async () => {
  await using it = await open();
  const two = await it.world.release(await it.world.plugin("p", "2.0.0"));
  // One agent says nothing, so that the rollout waits for it.
  await it.party.members[0]!.agent.close();
  await using controller = controllerOf(it.world);
  controller.start();
  await startRollout(it.registry, { ...it.plan(two), shares: [1] });
  await waitFor("one update", () => it.party.versions("p").c2 === "2.0.0");
  await haltRollout(it.registry, "t1", "the graphs look odd");
  await waitFor("the way back", () => it.party.versions("p").c2 === "1.0.0");
  const { state, reason } = (await stateOf(it.registry))!;
  assertEquals([state, reason], ["halted", "the graphs look odd"]);
  const error = await assertRejects(
    () => resumeRollout(it.registry, "t1"),
    PluginError,
  );
  assertStringIncludes(error.message, "it is halted");
});

Deno.test("pauseRollout() keeps a rollout where it is, promoteRollout() does not wait", async () => {
  await using it = await open();
  const two = await it.world.release(await it.world.plugin("p", "2.0.0"));
  for (const { name, agent } of it.party.members) {
    if (CANARY.includes(name)) await agent.close();
  }
  await using controller = controllerOf(it.world);
  await startRollout(it.registry, { ...it.plan(two), shares: [1] });
  await pauseRollout(it.registry, "t1");
  const before = await it.registry.readDesired("ring:canary");
  for (let i = 0; i < 5; i++) await controller.tick();
  assertEquals(await it.registry.readDesired("ring:canary"), before);
  await promoteRollout(it.registry, "t1");
  controller.start();
  await waitFor("the other ring", () => it.party.versions("p").r1 === "2.0.0");
  assertEquals(it.party.versions("p").c1, "1.0.0");
});

Deno.test("a FleetController goes on where another one ended", async () => {
  await using it = await open();
  const two = await it.world.release(await it.world.plugin("p", "2.0.0"));
  await startRollout(it.registry, it.plan(two));
  {
    await using first = controllerOf(it.world);
    for (let i = 0; i < 3; i++) assert(await first.tick());
    await using other = controllerOf(it.world);
    assertEquals(await other.tick(), false);
  }
  await using second = controllerOf(it.world);
  second.start();
  await waitFor(
    "the end",
    async () => (await stateOf(it.registry))?.state === "done",
  );
  await it.party.all("p", "2.0.0");
});

Deno.test("a FleetController writes above what agents have when its registry was put back", async () => {
  await using it = await open();
  const two = await it.world.release(await it.world.plugin("p", "2.0.0"));
  await it.world.point({ scope: "ring:canary", gen: 41, release: it.one });
  await waitFor(
    "generation 41",
    async () =>
      (await it.registry.reports(0)).some(({ report }) =>
        JSON.stringify(report).includes('"gen":41')
      ),
  );
  await it.world.point({ scope: "ring:canary", gen: 1, release: it.one });
  await using controller = controllerOf(it.world);
  controller.start();
  await startRollout(it.registry, { ...it.plan(two), rings: ["canary"] });
  await waitFor("the update", () => it.party.versions("p").c1 === "2.0.0");
});

Deno.test("a FleetController writes a state anew before it expires", async () => {
  await using it = await open();
  const later = Date.now() + 20 * 86_400_000;
  await using controller = controllerOf(it.world, { now: () => later });
  await controller.tick();
  await waitFor(
    "the new generation",
    async () =>
      (await it.registry.reports(0)).some(({ report }) =>
        JSON.stringify(report).includes('"gen":2')
      ),
  );
  assertEquals(it.party.versions("p").c1, "1.0.0");
});

Deno.test("startRollout() refuses two rollouts in one ring, and plans that are none", async () => {
  const registry = new MemoryRegistry();
  const plan = { rollout: "t1", release: "0".repeat(64), rings: ["a", "b"] };
  await startRollout(registry, plan);
  const wrong: [Partial<RolloutPlan>, string][] = [
    [{}, "under way"],
    [{ rollout: "t2", rings: ["b"] }, "under way in ring"],
    [{ rollout: "a b" }, "no name"],
    [{ rollout: "t2", rings: [] }, "no names"],
    [{ rollout: "t2", rings: ["x", "x"] }, "listed twice"],
    [{ rollout: "t2", release: "x" }, "no digest"],
    [{ rollout: "t2", rings: ["x"], shares: [0.5] }, "do not grow"],
    [{ rollout: "t2", rings: ["x"], shares: [0.5, 0.5, 1] }, "do not grow"],
  ];
  for (const [change, state] of wrong) {
    const error = await assertRejects(
      () => startRollout(registry, { ...plan, ...change }),
      PluginError,
    );
    assertStringIncludes(error.message, state);
  }
  await haltRollout(registry, "t1");
  await startRollout(registry, { ...plan, rollout: "t2" });
});

Deno.test("publishRelease() refuses code that is not the release's, and a name twice", async () => {
  const registry = new MemoryRegistry();
  const world = await FleetWorld.open(registry);
  const plugins = await world.plugin("p", "1.0.0");
  const release = { fleet: "f1", release: "v1", plugins };
  const empty = new MemoryRegistry();
  const publish = (code: Record<string, string>, to = empty) =>
    publishRelease(to, { release, code }, world.releaseKey);
  const codeOf = async (promise: Promise<unknown>) =>
    (await assertRejects(() => promise, PluginError)).code;

  assertEquals(await codeOf(publish({ p: "other" })), "INTEGRITY_MISMATCH");
  assertEquals(await codeOf(publish({})), "FLEET_FAILED");
  const digest = await publish({ p: sourceOf("1.0.0") });
  // The same again is the same.
  assertEquals(await publish({}), digest);
  const other = { ...release, plugins: {} };
  const twice = publishRelease(
    empty,
    { release: other, code: {} },
    world.releaseKey,
  );
  assertEquals(await codeOf(twice), "FLEET_FAILED");
});

Deno.test("collectBundles() deletes what nothing names, once it is old", async () => {
  const registry = new MemoryRegistry();
  const world = await FleetWorld.open(registry);
  const { releaseKeys } = world.trust;
  const names = [];
  for (const version of ["1.0.0", "2.0.0", "3.0.0"]) {
    names.push(await world.release(await world.plugin("p", version)));
  }
  await world.point({ release: names[2]!, prev: names[1]! });
  const now = Date.now() + 31 * 86_400_000;
  assertEquals(await collectBundles(registry, { releaseKeys }), []);
  const gone = await collectBundles(registry, { releaseKeys, now });
  assertEquals(gone.length, 2);
  assert(gone.includes(names[0]!));
  assertEquals((await registry.listBundles()).length, 4);
});

/** A registry in which one bundle has been for 40 days. */
class AgedRegistry extends MemoryRegistry {
  aged = "";

  override async listBundles() {
    return (await super.listBundles()).map(({ digest, since }) => ({
      digest,
      since: digest === this.aged ? since - 40 * 86_400_000 : since,
    }));
  }
}

Deno.test("collectBundles() keeps old code that a young release names", async () => {
  const registry = new AgedRegistry();
  const world = await FleetWorld.open(registry);
  const { releaseKeys } = world.trust;
  const plugins = await world.plugin("p", "1.0.0");
  registry.aged = plugins.p!.digest;
  const release = { fleet: world.fleet, release: "v1", plugins };
  await publishRelease(registry, { release, code: {} }, world.releaseKey);
  // It is rolled out some other day.
  assertEquals(await collectBundles(registry, { releaseKeys }), []);
  const now = Date.now() + 31 * 86_400_000;
  const gone = await collectBundles(registry, { releaseKeys, now });
  assertEquals(gone.length, 2);
});

Deno.test("a FleetController with release keys deletes once a day what nothing names", async () => {
  const registry = new MemoryRegistry();
  const world = await FleetWorld.open(registry);
  const { releaseKeys } = world.trust;
  const old = await world.release(await world.plugin("p", "1.0.0"));
  const now = await world.release(await world.plugin("p", "2.0.0"));
  await world.point({ release: now });
  const days = 86_400_000;
  let at = Date.now();
  const clock = { now: () => at };
  await using idle = controllerOf(world, clock);
  at += 31 * days;
  await idle.tick();
  assertEquals((await registry.listBundles()).length, 4);
  await idle.close();
  at -= 31 * days;
  await using controller = controllerOf(world, { ...clock, releaseKeys });
  await waitFor("it leads", () => controller.tick());
  assertEquals((await registry.listBundles()).length, 4);
  at += 31 * days;
  await waitFor("it leads again", () => controller.tick());
  const left = (await registry.listBundles()).map(({ digest }) => digest);
  assertEquals(left.length, 2);
  assert(left.includes(now) && !left.includes(old));
});
