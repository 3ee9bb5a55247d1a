/**
 * What every registry does, whatever is behind it.
 *
 * @module
 */
import type {
  AgentRegistry,
  AgentReport,
  ControlRegistry,
} from "@dockstat/plugin-handler/fleet";
import { assert, assertEquals } from "@std/assert";
import { waitFor } from "../wait_for.ts";

/** A registry, as both sides see it. */
export interface BothSides extends AsyncDisposable {
  readonly control: ControlRegistry;
  agent(agent: string): AgentRegistry;
}

/** A report that says little. */
export function reportOf(agent: string, at = 1): AgentReport {
  const [scopes, plugins, refused] = [[], [], []];
  return { fleet: "f1", agent, ring: "all", at, scopes, plugins, refused };
}

function bytesOf(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i += 65_536) {
    crypto.getRandomValues(bytes.subarray(i, i + 65_536));
  }
  return bytes;
}

const HEX = "0123456789abcdef".repeat(4);

/** The checks, by what they show. */
export const CONFORMANCE: Readonly<
  Record<string, (sides: BothSides) => Promise<void>>
> = {
  "desired() gives what was written last, and nothing where nothing was":
    async (
      { control, agent },
    ) => {
      await using a1 = agent("a1");
      assertEquals(await a1.desired("ring:all"), undefined);
      assertEquals(await control.readDesired("ring:all"), undefined);
      assert(await control.writeDesired("ring:all", "one", 0));
      const { revision } = (await control.readDesired("ring:all"))!;
      assert(await control.writeDesired("ring:all", "two", revision));
      assertEquals(await a1.desired("ring:all"), "two");
      assertEquals(await a1.desired("agent:all"), undefined);
    },
  "writeDesired() refuses a revision that is not the last": async (
    { control },
  ) => {
    assert(await control.writeDesired("agent:a1", "one", 0));
    assertEquals(await control.writeDesired("agent:a1", "two", 0), false);
    const { revision } = (await control.readDesired("agent:a1"))!;
    const tries = ["three", "four"].map((text) =>
      control.writeDesired("agent:a1", text, revision)
    );
    assertEquals((await Promise.all(tries)).filter(Boolean).length, 1);
  },
  "bundle() gives the bytes that were kept, of any length": async (
    { control, agent },
  ) => {
    await using a1 = agent("a1");
    assertEquals(await a1.bundle(HEX), undefined);
    const [small, large] = [bytesOf(10), bytesOf(2_000_000)];
    const other = HEX.replace("0", "f");
    await control.putBundle(HEX, small);
    await control.putBundle(other, large);
    // What is there stays: the digest says what it is.
    await control.putBundle(HEX, bytesOf(10));
    assertEquals(await a1.bundle(HEX), small);
    assertEquals(await a1.bundle(other), large);
    const listed = await control.listBundles();
    assertEquals(listed.map(({ digest }) => digest).sort(), [HEX, other]);
    await control.deleteBundle(other);
    assertEquals(await control.bundle(other), undefined);
    assertEquals(await a1.bundle(HEX), small);
    await control.putBundle(other, large);
    assertEquals(await control.bundle(other), large);
  },
  "hints() tells of the scopes that were asked for": async (
    { control, agent },
  ) => {
    await using a1 = agent("a1");
    let hints = 0;
    const end = a1.hints(["ring:all", "agent:a1"], () => hints++);
    await a1.desired("ring:all");
    await control.writeDesired("ring:all", "one", 0);
    await waitFor("a hint of the ring", () => hints > 0);
    // The first may have been the connection's.
    let seen = hints;
    await control.writeDesired("agent:a1", "one", 0);
    await waitFor("a hint of the agent", () => hints > seen);
    seen = hints;
    end();
    const { revision } = (await control.readDesired("ring:all"))!;
    await control.writeDesired("ring:all", "two", revision);
    await a1.desired("ring:all");
    assertEquals(hints, seen);
  },
  "reports() gives each report once, in order, with who sent it": async (
    { control, agent },
  ) => {
    await using a1 = agent("a1");
    await using a2 = agent("a2");
    assertEquals(await control.reports(0), []);
    await a1.report("m1", reportOf("a1", 1));
    await a1.report("m1", reportOf("a1", 1));
    await a2.report("m2", reportOf("a1", 2));
    await a1.report("m3", reportOf("a1", 3));
    const all = [];
    for (let after = 0;;) {
      const some = await control.reports(after);
      if (some.length === 0) break;
      all.push(...some);
      after = some.at(-1)!.sequence;
    }
    assertEquals(all.map(({ agent }) => agent), ["a1", "a2", "a1"]);
    assertEquals(all.map(({ report }) => (report as AgentReport).at), [
      1,
      2,
      3,
    ]);
    const later = await control.reports(all[1]!.sequence);
    assertEquals(later.map(({ sequence }) => sequence), [all[2]!.sequence]);
  },
  "write() keeps documents apart by kind, and lists them": async (
    { control },
  ) => {
    const first = await control.write("rollouts", "t1", {
      text: "{}",
      revision: 0,
    });
    assert(first !== undefined);
    assertEquals(
      await control.write("rollouts", "t1", { text: "x", revision: first + 7 }),
      undefined,
    );
    await control.write("agents", "a1", { text: "[]", revision: 0 });
    assertEquals((await control.read("rollouts", "t1"))?.text, "{}");
    assertEquals(await control.read("agents", "t1"), undefined);
    assertEquals(await control.keys("rollouts"), ["t1"]);
    assertEquals(await control.keys("releases"), []);
  },
  "heartbeats() tells who lives": async ({ control, agent }) => {
    await using a1 = agent("a1");
    const heard: unknown[] = [];
    const end = control.heartbeats((...beat) => heard.push(beat));
    const beat = { ring: "all", plugins: { active: 1 }, waiting: 0 };
    await waitFor("a heartbeat", async () => {
      a1.heartbeat(beat);
      await a1.desired("ring:all");
      return heard.length > 0;
    });
    assertEquals(heard[0], ["a1", beat]);
    end();
  },
};
