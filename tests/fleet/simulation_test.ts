import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { isInShare } from "../../src/fleet/agent/acceptance.ts";
import { Simulation } from "./simulation.ts";

const RUNS = Number(Deno.env.get("FLEET_RUNS") ?? 40);

const plans = fc.record({
  agents: fc.integer({ min: 1, max: 120 }),
  rings: fc.integer({ min: 1, max: 4 }),
  loss: fc.double({ min: 0, max: 0.3, noNaN: true }),
  repeats: fc.double({ min: 0, max: 0.3, noNaN: true }),
  delayMs: fc.integer({ min: 0, max: 20_000 }),
  cut: fc.double({ min: 0, max: 0.5, noNaN: true }),
  failing: fc.constantFrom(0, 0, 0.02, 0.3, 1),
  seed: fc.integer(),
});

Deno.test("a fleet converges, uninstalls nothing and loses no report, whatever the network does", () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const result = new Simulation(plan).run();
      assertEquals(result.wrongs, 0);
      assertEquals(result.astray, 0);
      assertEquals(result.reports.arrived, result.reports.made);
      if (plan.failing === 0) assertEquals(result.state, "done");
      if (plan.failing === 1 && plan.cut === 0) {
        assertEquals([result.state, result.touched], ["halted", 1]);
      }
    }),
    { numRuns: RUNS },
  );
});

Deno.test("a fleet of 10,000 agents converges, and its cost stays what docs/fleet.md says", () => {
  const common = { agents: 10_000, rings: 4, delayMs: 2_000, seed: 7 };
  const network = { loss: 0.01, repeats: 0.01, cut: 0.02 };
  const rolled = new Simulation({ ...common, ...network, failing: 0 }).run();
  assertEquals([rolled.state, rolled.astray, rolled.wrongs], ["done", 0, 0]);
  assertEquals(rolled.reports.arrived, rolled.reports.made);
  const halted = new Simulation({ ...common, ...network, failing: 0.2 }).run();
  assertEquals([halted.state, halted.astray, halted.touched], ["halted", 0, 1]);

  const perAgent = (of: number) => (of / common.agents).toFixed(1);
  console.log(
    `10,000 agents, ${common.rings} rings, an hour of simulated time: ` +
      `${perAgent(rolled.messages)} messages and ${perAgent(rolled.bytes)} ` +
      `bytes an agent, ${rolled.reports.made} reports, ` +
      `${rolled.writes} writes by the controller`,
  );
  // Three shares in each ring, and nothing for each agent.
  assertEquals(rolled.writes, 3 * common.rings);
  assert(rolled.messages / common.agents < 100);
});

Deno.test("isInShare() gives shares of about their size, each within the larger ones", () => {
  const agents = Array.from({ length: 10_000 }, (_, i) => `agent-${i}`);
  for (const rollout of ["t1", "t2", "2026-11-26"]) {
    const shares = [0, 0.1, 0.5, 1].map((share) =>
      new Set(agents.filter((agent) => isInShare(agent, rollout, share)))
    );
    const sizes = shares.map(({ size }) => size);
    assertEquals([sizes[0], sizes[3]], [0, 10_000]);
    assert(Math.abs(sizes[1]! - 1_000) < 150, `${sizes[1]}`);
    assert(Math.abs(sizes[2]! - 5_000) < 250, `${sizes[2]}`);
    assert(shares[1]!.isSubsetOf(shares[2]!));
  }
});
