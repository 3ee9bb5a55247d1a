import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ActionError } from "../../../src/shared/errors.ts";
import { compileChain } from "../../../src/execution/chain/chain.ts";
import { CallStats } from "../../../src/execution/health/call_stats.ts";
import { PluginHealth } from "../../../src/execution/health/plugin_health.ts";
import { RunningCalls } from "../../../src/async/in_flight.ts";
import { Deadline } from "../../../src/async/deadline.ts";

// The sanitizers would complain of the clock, which has a tick to go.
Deno.test.afterEach(() => Deadline.settle());

/** What one action does. */
type Deed =
  | "return"
  | "resolve"
  | "late"
  | "throw"
  | "reject"
  | "stop"
  | "hang";

interface Step {
  readonly deed: Deed;
  readonly value: number;
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    deed: fc.constantFrom<Deed>(
      ...["return", "return", "resolve", "late"] as const,
      ...["throw", "reject", "stop", "hang"] as const,
    ),
    value: fc.nat(9),
  }),
  { maxLength: 6 },
);

/** What becomes of a chain: its value or error, and who was called with what. */
interface Outcome {
  readonly end: unknown;
  readonly calls: unknown[];
}

function model(steps: readonly Step[]): Outcome {
  const calls: unknown[] = [];
  let previous: number | undefined;
  for (const [index, { deed, value }] of steps.entries()) {
    calls.push(previous);
    const sum = (previous ?? 0) + value;
    if (deed === "hang") return { end: ["ACTION_TIMEOUT", index], calls };
    if (deed === "throw" || deed === "reject") {
      return { end: ["ACTION_FAILED", index], calls };
    }
    if (deed === "stop") return { end: sum, calls };
    previous = sum;
  }
  return { end: previous, calls };
}

// deno-lint-ignore no-explicit-any
function act(step: Step, context: any, calls: unknown[]): unknown {
  const { previousAction, stop } = context;
  calls.push(previousAction);
  const sum = (previousAction ?? 0) + step.value;
  switch (step.deed) {
    case "return":
      return sum;
    case "resolve":
      return Promise.resolve(sum);
    case "late":
      return Promise.resolve().then(() => {}).then(() => sum);
    case "throw":
      throw new RangeError("boom");
    case "reject":
      return Promise.reject(new RangeError("boom"));
    case "stop":
      return stop(sum);
    case "hang":
      return new Promise(() => {});
  }
}

async function run(steps: readonly Step[]): Promise<Outcome> {
  const calls: unknown[] = [];
  const health = new PluginHealth();
  const chain = compileChain({
    plugin: {
      identity: { id: 1, name: "p", version: "1.0.0" },
      logger: { error() {}, warn() {}, info() {}, debug() {} },
      table: () => null,
      settings: {},
      emit() {},
      tables: {},
      unloaded: new AbortController().signal,
    },
    health,
    steps: steps.map((step, index) => ({
      name: `a${index}`,
      handler: (context) => act(step, context, calls),
      stats: new CallStats(),
      timeoutMs: 5,
    })),
    timeoutMs: 0,
    running: new RunningCalls(),
    streaming: new RunningCalls(),
  });
  const request = new Request("http://localhost/");
  try {
    const end = await chain({ request, body: undefined, params: {} });
    return { end, calls };
  } catch (error) {
    const { code, index } = error as ActionError;
    return { end: [code, index], calls };
  }
}

Deno.test("a chain does what its model says", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      assertEquals(await run(steps), model(steps));
    }),
    { numRuns: 400 },
  );
});
