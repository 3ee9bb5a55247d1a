/** The fleet behind `/api/v1/fleet`, with agents and a controller of its own. */
import { createServer } from "@dockstat/plugin-handler/server";
import { PluginError, PluginHandler } from "@dockstat/plugin-handler";
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { controllerOf, openViewedFleet } from "../fleet/fleet_party.ts";
import { sourceOf } from "../fleet/fleet_world.ts";
import { waitFor } from "../wait_for.ts";
import { openServer, problemOf } from "./open_server.ts";

/** Two rings that run version 1.0.0 of a plugin, and a server that shows it. */
async function open() {
  const stack = new AsyncDisposableStack();
  const fleet = stack.use(
    await openViewedFleet("p", { canary: ["c1"], rest: ["r1", "r2"] }),
  );
  const server = stack.use(openServer({ fleet: fleet.view }));
  const token = await server.admin();
  return {
    ...fleet,
    ...{ server, token },
    overview: async () =>
      await (await server.ask("/api/v1/fleet", { token })).json(),
    act: (act: string, rollout: string, as = token) =>
      server.ask(`/api/v1/fleet/rollouts/${rollout}/${act}`, {
        ...{ method: "POST", token: as, json: {} },
      }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

Deno.test("GET /fleet tells of agents, rings and a rollout to its end", async () => {
  await using it = await open();
  await waitFor("all reported", async () => {
    const { agents } = await it.overview();
    return agents.length === 3 &&
      agents.every(({ gen }: { gen: number }) => gen === 1);
  });
  const before = await it.overview();
  assertEquals(before.fleet, it.world.fleet);
  assertEquals(before.rollouts, []);
  const [first] = before.agents;
  assertEquals([first.agent, first.ring, first.stale, first.refused], [
    ...["c1", "canary", false],
    [],
  ]);
  assertEquals(first.plugins, [{
    ...{ plugin: "p", wanted: "1.0.0", running: "1.0.0", outcome: "applied" },
  }]);
  assert(Date.now() - Date.parse(first.seen) < 60_000);
  assertEquals(
    before.scopes.map((
      { scope, trusted, gen }: Record<string, unknown>,
    ) => [scope, trusted, gen]),
    [["ring:canary", true, 1], ["ring:rest", true, 1]],
  );

  await using controller = controllerOf(it.world);
  controller.start();
  await it.rollOut("t1", "2.0.0");
  await waitFor(
    "the rollout is done, and all have told",
    async () => {
      const [rollout] = (await it.overview()).rollouts;
      return rollout?.state === "done" && rollout.rings[1].done === 2;
    },
  );
  const { rollouts } = await it.overview();
  assertEquals(rollouts[0].rings, [
    { ring: "canary", agents: 1, done: 1, failed: 0 },
    { ring: "rest", agents: 2, done: 2, failed: 0 },
  ]);
});

Deno.test("GET /fleet tells why an agent failed, and why a rollout was halted", async () => {
  await using it = await open();
  await using controller = controllerOf(it.world);
  controller.start();
  const broken = sourceOf("2.0.0", `throw new Error("broken build");`);
  await it.rollOut("bad", "2.0.0", broken);
  let reason: string | undefined;
  await waitFor("the rollout is halted", async () => {
    const { agents, rollouts } = await it.overview();
    reason ??= agents[0].plugins
      .find(({ outcome }: { outcome: string }) => outcome === "failed")
      ?.message;
    return rollouts[0]?.state === "halted";
  });
  const { rollouts: [halted] } = await it.overview();
  assertMatch(
    halted.reason,
    /^1 of 1 agents of ring "canary" failed; c1 says of "p": .*broken build/s,
  );
  // It may be back at the release before when somebody looks.
  assert(reason === undefined || reason.includes("broken build"), reason);
});

Deno.test("operators pause, resume, promote and halt a rollout, viewers do not", async () => {
  await using it = await open();
  await it.rollOut("t1", "2.0.0");
  const operator = await it.server.userOf("operator", it.token);
  const viewer = await it.server.userOf("viewer", it.token);
  for (const act of ["pause", "resume", "halt", "promote"]) {
    assertEquals(await problemOf(await it.act(act, "t1", viewer)), [
      403,
      "ROLE_REQUIRED",
    ]);
  }
  const stateAfter = async (act: string) => {
    const response = await it.act(act, "t1", operator);
    assertEquals(response.status, 200, act);
    return (await response.json()).rollouts[0].state;
  };
  assertEquals(await problemOf(await it.act("resume", "t1")), [
    409,
    "CONFLICT",
  ]);
  assertEquals(await stateAfter("pause"), "paused");
  assertEquals(await problemOf(await it.act("pause", "t1")), [409, "CONFLICT"]);
  assertEquals(await stateAfter("resume"), "running");
  assertEquals(await stateAfter("promote"), "running");
  assertEquals(await stateAfter("halt"), "halted");
  const { rollouts: [halted] } = await it.overview();
  assertEquals(halted.reason, "operator halted it");
  const noted = it.server.handler.getAudit({ limit: 4 }).map((
    { actor, action, plugin, detail, outcome },
  ) => [actor, action, plugin, detail, outcome]);
  assertEquals(
    noted,
    ["halt", "promote", "resume", "pause"].map((
      act,
    ) => ["operator", "rollout", "t1", act, "done"]),
  );
  assertEquals(await problemOf(await it.act("halt", "t1")), [409, "CONFLICT"]);
  assertEquals(await problemOf(await it.act("halt", "none")), [
    404,
    "NOT_FOUND",
  ]);
});

Deno.test("/fleet of a server without one says how to give it one", async () => {
  await using open = openServer();
  const token = await open.admin();
  const response = await open.ask("/api/v1/fleet", { token });
  const { status, detail } = await response.json();
  assertEquals(status, 404);
  assert(detail.includes("pass the option fleet to createServer()"), detail);
  const path = "/api/v1/fleet/rollouts/x/halt";
  const halt = await open.ask(path, { method: "POST", token, json: {} });
  assertEquals(await problemOf(halt), [404, "NOT_FOUND"]);
});

Deno.test("GET /fleet answers 502 where the registry does not answer", async () => {
  const failing = () =>
    Promise.reject(new PluginError("FLEET_FAILED", "Cannot reach the servers"));
  const fleet = {
    ...{ read: failing, pause: failing, resume: failing },
    ...{ halt: failing, promote: failing },
  };
  await using open = openServer({ fleet });
  const token = await open.admin();
  const response = await open.ask("/api/v1/fleet", { token });
  assertEquals(await problemOf(response), [502, "FLEET_FAILED"]);
});

Deno.test("createServer() refuses a fleet that is none", async () => {
  await using handler = new PluginHandler(":memory:");
  for (const fleet of [{}, "home", null, { read() {} }]) {
    const error = assertThrows(
      () => createServer(handler, { fleet } as never),
      PluginError,
    );
    assertEquals(error.code, "INVALID_OPTIONS");
  }
});
