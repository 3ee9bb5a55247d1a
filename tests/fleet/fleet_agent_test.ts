import { PluginHandler } from "@dockstat/plugin-handler";
import {
  FleetAgent,
  type FleetAgentOptions,
  MemoryRegistry,
} from "@dockstat/plugin-handler/fleet";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { waitFor } from "../wait_for.ts";
import {
  answered,
  FleetWorld,
  handlerInMemory,
  makeKey,
  manifestOf,
  sourceOf,
} from "./fleet_world.ts";

/** A fleet with one agent. */
async function open(more: Partial<FleetAgentOptions> = {}) {
  const registry = new MemoryRegistry();
  const world = await FleetWorld.open(registry);
  const handler = more.handler ?? handlerInMemory();
  const options: FleetAgentOptions = {
    fleet: world.fleet,
    agent: "a1",
    ring: "all",
    handler,
    registry: registry.agent("a1"),
    ...world.trust,
    ...more,
  };
  const agent = new FleetAgent(options);
  return {
    ...{ registry, world, handler, agent, options },
    async [Symbol.asyncDispose]() {
      await agent.close();
      await handler.close();
    },
  };
}

Deno.test("sync() installs and loads what a signed state wants", async () => {
  await using it = await open();
  const release = await it.world.release(await it.world.plugin("p", "1.0.0"));
  await it.world.point({ release });

  const report = await it.agent.sync();
  assertEquals(report.plugins, [
    { plugin: "p", wanted: "1.0.0", running: "1.0.0", outcome: "applied" },
  ]);
  assertEquals(report.scopes[0]?.gen, 1);
  assertEquals(await answered(it.handler, "p"), "1.0.0");
  assertEquals(it.handler.getAudit()[0]?.actor, "fleet-agent");
});

Deno.test("sync() updates a running plugin when the generation is higher", async () => {
  await using it = await open();
  const one = await it.world.release(await it.world.plugin("p", "1.0.0"));
  await it.world.point({ release: one });
  await it.agent.sync();
  const two = await it.world.release(await it.world.plugin("p", "2.0.0"));
  await it.world.point({ gen: 2, release: two, prev: one });
  await it.agent.sync();
  assertEquals(await answered(it.handler, "p"), "2.0.0");

  // A halt: the release before, under a new generation.
  await it.world.point({ gen: 3, release: one, prev: one });
  await it.agent.sync();
  assertEquals(await answered(it.handler, "p"), "1.0.0");
});

Deno.test("sync() takes no generation that is older, nor another one of the same", async () => {
  await using it = await open();
  const one = await it.world.release(await it.world.plugin("p", "1.0.0"));
  const two = await it.world.release(await it.world.plugin("p", "2.0.0"));
  const old = await it.world.sign({ gen: 1, release: one });
  await it.world.point({ gen: 2, release: two });
  await it.agent.sync();

  await it.world.write("ring:all", old);
  const replayed = await it.agent.sync();
  assertStringIncludes(replayed.refused[0]!, "older than what the agent has");
  await it.world.point({ gen: 2, release: one });
  const other = await it.agent.sync();
  assertStringIncludes(other.refused[0]!, "another one than the agent has");
  assertEquals(await answered(it.handler, "p"), "2.0.0");
});

Deno.test("sync() refuses what the wrong key signed, and keeps what it has", async () => {
  await using it = await open();
  const one = await it.world.release(await it.world.plugin("p", "1.0.0"));
  await it.world.point({ release: one });
  await it.agent.sync();
  const plugins = await it.world.plugin("p", "6.6.6");
  const stranger = await makeKey("rollout");
  const { rolloutKey, releaseKey } = it.world;

  // A desired state of a stranger, of the release key, and not signed at all.
  await it.world.point({ gen: 5, release: one }, stranger);
  assertStringIncludes((await it.agent.sync()).refused[0]!, "did not sign it");
  await it.world.point({ gen: 6, release: one }, releaseKey);
  assertStringIncludes((await it.agent.sync()).refused[0]!, "unknown");
  await it.world.write("ring:all", '{"gen":7}');
  assertStringIncludes((await it.agent.sync()).refused[0]!, "no signed");

  // A release that the rollout key signed: a stolen controller.
  const forged = await it.world.release(plugins, { key: rolloutKey });
  await it.world.point({ gen: 8, release: forged });
  const report = await it.agent.sync();
  assertStringIncludes(report.refused[0]!, "Cannot trust release");
  assertEquals(report.scopes[0]?.gen, 1);
  assertEquals(await answered(it.handler, "p"), "1.0.0");
});

Deno.test("sync() refuses a signature for one scope or fleet in the place of another", async () => {
  await using it = await open();
  const release = await it.world.release(await it.world.plugin("p", "1.0.0"));
  const other = await it.world.sign({ scope: "ring:canary", release });
  await it.world.write("ring:all", other);
  assertStringIncludes((await it.agent.sync()).refused[0]!, "ring:canary");

  const foreign = await it.world.release({}, { fleet: "f2" });
  await it.world.point({ release: foreign });
  assertStringIncludes((await it.agent.sync()).refused[0]!, "for f2");
  assertEquals(it.handler.getAll(), []);
});

Deno.test("sync() refuses a bundle with another digest", async () => {
  await using it = await open();
  const wanted = await it.world.plugin("p", "1.0.0");
  const { packed } = { packed: await it.registry.bundle(wanted.p!.digest) };
  const bad = { ...wanted.p!, digest: "0".repeat(64) };
  await it.registry.putBundle(bad.digest, packed!);
  await it.world.point({ release: await it.world.release({ p: bad }) });

  const [outcome] = (await it.agent.sync()).plugins;
  assertEquals([outcome?.outcome, outcome?.code], [
    "failed",
    "INTEGRITY_MISMATCH",
  ]);
  assertEquals(it.handler.getAll(), []);
});

Deno.test("sync() uninstalls nothing by absence, and by removed only without its table", async () => {
  await using it = await open();
  const plugins = await it.world.plugin("p", "1.0.0");
  const source = `export default { config: { table: {
    name: "p_notes", columns: { id: { type: "INTEGER" } } } } };`;
  const kept = await it.world.plugin("q", "1.0.0", { source });
  await it.world.point({
    release: await it.world.release({ ...plugins, ...kept }),
  });
  await it.agent.sync();
  await it.world.point({ gen: 2, release: await it.world.release({}) });
  await it.agent.sync();
  await it.world.point({ gen: 3, release: null });
  await it.agent.sync();
  assertEquals(it.handler.getAll().map(({ name }) => name), ["p", "q"]);

  const removed = { ...kept.q!, state: "removed" as const };
  await it.world.point({
    gen: 4,
    release: await it.world.release({ q: removed }),
  });
  const report = await it.agent.sync();
  assertEquals(report.plugins, [
    { plugin: "q", wanted: null, running: null, outcome: "applied" },
  ]);
  assertEquals(it.handler.getStatus().orphans.length, 1);
  const purged = { ...removed, purge: true };
  await it.world.point({
    gen: 5,
    release: await it.world.release({ q: purged }),
  });
  await it.agent.sync();
  assertEquals(it.handler.getAll().map(({ name }) => name), ["p"]);
});

Deno.test("sync() prefers the agent's own state to its ring's, by plugin", async () => {
  await using it = await open();
  const p1 = await it.world.plugin("p", "1.0.0");
  const q1 = await it.world.plugin("q", "1.0.0");
  const p2 = await it.world.plugin("p", "2.0.0");
  await it.world.point({ release: await it.world.release({ ...p1, ...q1 }) });
  await it.world.point({
    scope: "agent:a1",
    release: await it.world.release(p2),
  });
  await it.agent.sync();
  assertEquals(
    it.handler.getAll().map(({ name, version }) => `${name} ${version}`),
    ["p 2.0.0", "q 1.0.0"],
  );
});

Deno.test("sync() takes prev when the agent is outside of the share", async () => {
  await using it = await open();
  const prev = await it.world.release(await it.world.plugin("p", "1.0.0"));
  const release = await it.world.release(await it.world.plugin("p", "2.0.0"));
  await it.world.point({ release, prev, share: 0 });
  await it.agent.sync();
  assertEquals(await answered(it.handler, "p"), "1.0.0");
  await it.world.point({ gen: 2, release, prev, share: 1 });
  await it.agent.sync();
  assertEquals(await answered(it.handler, "p"), "2.0.0");
});

for (const hold of ["pin", "disable", "delete", "rollback"] as const) {
  Deno.test(`sync() reports a ${hold} of an operator, and applies over it when forced`, async () => {
    await using it = await open();
    const { world, handler } = it;
    const one = await world.release(await world.plugin("p", "1.0.0"));
    const two = await world.release(await world.plugin("p", "2.0.0"));
    await world.point({ release: one });
    await it.agent.sync();
    await world.point({ gen: 2, release: two });
    if (hold === "pin") handler.pinPlugin(1, "^1.0.0", { actor: "ada" });
    else await it.agent.sync();
    if (hold === "disable") handler.disablePlugin(1, "no", { actor: "ada" });
    if (hold === "delete") handler.deletePlugin(1, { actor: "ada" });
    if (hold === "rollback") {
      await handler.rollbackPlugin(1, "1.0.0", { actor: "ada" });
    }

    const before = handler.getAll();
    const [held] = (await it.agent.sync()).plugins;
    assertEquals(held?.outcome, "held", held?.message);
    assertEquals(handler.getAll(), before);

    const force = { reason: "CVE-2026-1" };
    const forced = await world.plugin("p", "2.0.0", { force });
    await world.point({ gen: 3, release: await world.release(forced) });
    const [outcome] = (await it.agent.sync()).plugins;
    assertEquals(outcome?.outcome, "applied", outcome?.message);
    assertEquals(await answered(handler, "p"), "2.0.0");
  });
}

Deno.test("sync() reports a version that cannot load, and leaves the old one", async () => {
  await using it = await open();
  await it.world.point({
    release: await it.world.release(await it.world.plugin("p", "1.0.0")),
  });
  await it.agent.sync();
  const source = `throw new Error("broken build");`;
  const broken = await it.world.plugin("p", "2.0.0", { source });
  await it.world.point({ gen: 2, release: await it.world.release(broken) });
  const [outcome] = (await it.agent.sync()).plugins;
  assertEquals([outcome?.outcome, outcome?.running], ["failed", "1.0.0"]);
  assertStringIncludes(outcome?.message ?? "", "broken build");
  assertEquals(await answered(it.handler, "p"), "1.0.0");
});

Deno.test("sync() grants within maxGrants, and nothing beyond", async () => {
  await using it = await open({ maxGrants: { net: ["a.example"] } });
  const within = await it.world.plugin("p", "1.0.0", {
    grants: { net: ["a.example"] },
  });
  const past = await it.world.plugin("q", "1.0.0", { grants: { env: true } });
  await it.world.point({
    release: await it.world.release({ ...within, ...past }),
  });
  const [p, q] = (await it.agent.sync()).plugins;
  assertEquals([p?.outcome, q?.outcome, q?.code], [
    "applied",
    "failed",
    "PERMISSION_REQUIRED",
  ]);
  assertEquals(it.handler.getPermissions(1).granted, { net: ["a.example"] });
});

Deno.test("sync() sets settings, and refuses secret ones", async () => {
  await using it = await open();
  const source = `export default { config: { settings: {
    greeting: { type: "string" }, token: { type: "secret" },
  } } };`;
  const p = await it.world.plugin("p", "1.0.0", {
    source,
    settings: { greeting: "Moin" },
  });
  const q = await it.world.plugin("q", "1.0.0", {
    source,
    settings: { token: "t" },
  });
  await it.world.point({ release: await it.world.release({ ...p, ...q }) });
  const [one, other] = (await it.agent.sync()).plugins;
  assertEquals(one?.outcome, "applied", one?.message);
  assertEquals(it.handler.getSettings(1).greeting, "Moin");
  assertEquals(other?.outcome, "failed");
  assertStringIncludes(other?.message ?? "", "it is a secret");
});

Deno.test("sync() keeps an expired state, and takes none", async () => {
  let now = Date.now();
  await using it = await open({ now: () => now });
  const release = await it.world.release(await it.world.plugin("p", "1.0.0"));
  const expiresAt = new Date(now + 60_000).toISOString();
  await it.world.point({ release, expiresAt });
  // Within an hour of skew it is not over yet.
  now += 3_600_000;
  assertEquals((await it.agent.sync()).scopes[0]?.stale, false);
  now += 120_000;
  assertEquals((await it.agent.sync()).scopes[0]?.stale, true);
  assertEquals(await answered(it.handler, "p"), "1.0.0");

  await it.world.point({ gen: 2, release, expiresAt });
  const report = await it.agent.sync();
  assertStringIncludes(report.refused[0]!, "expired");
  assertEquals(report.scopes[0]?.gen, 1);
});

Deno.test("a FleetAgent keeps its generation and its reports across a restart", async () => {
  const file = await Deno.makeTempFile({ suffix: ".db" });
  try {
    let handler = new PluginHandler(file);
    const it = await open({ handler });
    const release = await it.world.release(await it.world.plugin("p", "1.0.0"));
    const old = await it.world.sign({ gen: 1, release: null });
    await it.world.point({ gen: 2, release });
    await it.agent.sync();
    await waitFor("the report", () => it.agent.waitingReports === 0);
    it.registry.online = false;
    handler.deletePlugin(1, { actor: "ada" });
    const cut = await it.agent.sync();
    assertStringIncludes(cut.refused[0]!, "offline");
    assertEquals(cut.plugins[0]?.outcome, "held");
    assertEquals(it.agent.waitingReports, 1);
    await it.agent.close();
    await handler.close();

    handler = new PluginHandler(file);
    const agent = new FleetAgent({ ...it.options, handler });
    it.registry.online = true;
    await it.world.write("ring:all", old);
    const report = await agent.sync();
    assertEquals(report.scopes[0]?.gen, 2);
    await waitFor("the reports", () => agent.waitingReports === 0);
    const reports = await it.registry.reports(0);
    assert(reports.length >= 3, `${reports.length} reports`);
    await agent.close();
    await handler.close();
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("a FleetAgent that was started follows hints, and comes back after a cut of five versions", async () => {
  await using it = await open();
  const { world } = it;
  await world.point({
    release: await world.release(await world.plugin("p", "1.0.0")),
  });
  it.agent.start();
  await waitFor("the first version", () => it.handler.getLoadedPlugins()[0]);
  it.registry.online = false;
  it.registry.online = true;
  for (const gen of [2, 3, 4, 5, 6]) {
    const plugins = await world.plugin("p", `${gen}.0.0`);
    await world.point({ gen, release: await world.release(plugins) });
  }
  await waitFor(
    "the last version",
    async () => await answered(it.handler, "p") === "6.0.0",
  );
});

Deno.test("sync() leaves a plugin alone that is installed as it is wanted", async () => {
  await using it = await open();
  it.handler.savePlugin({
    ...manifestOf("p", "1.0.0"),
    plugin: sourceOf("1.0.0"),
  } as never);
  await it.world.point({
    release: await it.world.release(await it.world.plugin("p", "1.0.0")),
  });
  const entries = it.handler.getAudit().length;
  await it.agent.sync();
  assertEquals(it.handler.getAudit().length, entries);
  assertEquals(it.handler.getLoadedPlugins(), [1]);
});
