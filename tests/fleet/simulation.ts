/**
 * A model of a fleet in simulated time: agents, a registry and a controller
 * that decide by the code that the real ones decide by, and a network that
 * loses, repeats, reorders and cuts off.
 *
 * @module
 */
import {
  isInShare,
  judge,
  releaseFor,
} from "../../src/fleet/agent/acceptance.ts";
import type { DesiredState } from "../../src/fleet/documents/desired.ts";
import {
  nextStep,
  type Rollout,
  type Tally,
} from "../../src/fleet/documents/rollout.ts";

/** What the network and the agents do. */
export interface SimulationPlan {
  /** How many agents there are. */
  readonly agents: number;
  /** In how many rings, one after the other. */
  readonly rings: number;
  /** The part of all messages that is lost. */
  readonly loss: number;
  /** The part of all messages that arrives twice. */
  readonly repeats: number;
  /** The longest way of a message in milliseconds; it is drawn for each. */
  readonly delayMs: number;
  /** The part of the agents that is cut off for the first half. */
  readonly cut: number;
  /** The part of the agents on which the release fails. */
  readonly failing: number;
  /** Where the chances come from. */
  readonly seed: number;
}

/** What came of it. */
export interface SimulationResult {
  /** Where the rollout ended. */
  readonly state: Rollout["state"];
  /** The simulated time in milliseconds. */
  readonly ms: number;
  /** Agents whose release is not the one of their ring's newest state. */
  readonly astray: number;
  /** How often an agent took an older generation, or lost its plugin. */
  readonly wrongs: number;
  /** Reports that were made, and those that arrived. */
  readonly reports: { readonly made: number; readonly arrived: number };
  /** All messages that agents sent or received, hints included. */
  readonly messages: number;
  /** Their bytes. */
  readonly bytes: number;
  /** Writes by the controller. */
  readonly writes: number;
  /** Rings that the rollout touched. */
  readonly touched: number;
}

const POLL_MS = 300_000;
const TICK_MS = 1_000;
const RETRY_MS = 5_000;
const STEP_MS = 400;
/** As long as the real ones, measured by `signDocument` and `JSON`. */
const SIZES = { hint: 480, get: 120, state: 480, report: 420, ack: 60 };
const OLD = "0".repeat(64);
const NEW = "1".repeat(64);

interface SimulatedAgent {
  readonly name: string;
  readonly ring: number;
  readonly fails: boolean;
  readonly isCut: boolean;
  held: { gen: number; text: string; state: DesiredState } | undefined;
  installed: string | null;
  /** Reports that are not acknowledged, by number. */
  readonly outbox: Map<number, { gen: number; ok: boolean }>;
}

/** Draws the same numbers from the same seed. */
function mulberry(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Events in the order of their moments. */
class Agenda {
  now = 0;
  readonly #heap: { at: number; order: number; run: () => void }[] = [];
  #order = 0;

  in(ms: number, run: () => void): void {
    const heap = this.#heap;
    heap.push({ at: this.now + ms, order: this.#order++, run });
    for (let i = heap.length - 1; i > 0;) {
      const up = (i - 1) >> 1;
      if (isBefore(heap[up]!, heap[i]!)) break;
      [heap[up], heap[i]] = [heap[i]!, heap[up]!];
      i = up;
    }
  }

  next(): boolean {
    const heap = this.#heap;
    const first = heap[0];
    if (first === undefined) return false;
    const last = heap.pop()!;
    if (heap.length > 0) heap[0] = last;
    for (let i = 0;;) {
      let least = i;
      for (const down of [2 * i + 1, 2 * i + 2]) {
        if (down < heap.length && isBefore(heap[down]!, heap[least]!)) {
          least = down;
        }
      }
      if (least === i) break;
      [heap[least], heap[i]] = [heap[i]!, heap[least]!];
      i = least;
    }
    this.now = first.at;
    first.run();
    return true;
  }
}

function isBefore(
  a: { at: number; order: number },
  b: { at: number; order: number },
): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** One run. */
export class Simulation {
  readonly #plan: SimulationPlan;
  readonly #agenda = new Agenda();
  readonly #random: () => number;
  readonly #agents: SimulatedAgent[];
  readonly #states: { text: string; state: DesiredState }[] = [];
  /** What the controller heard: generation and outcome, by agent. */
  readonly #heard = new Map<string, { gen: number; ok: boolean }>();
  readonly #arrived = new Set<string>();
  readonly #healAt: number;
  #endAt = 60 * POLL_MS;
  #rollout: Rollout;
  #made = 0;
  #messages = 0;
  #bytes = 0;
  #writes = 0;
  #wrongs = 0;

  constructor(plan: SimulationPlan) {
    this.#plan = plan;
    this.#random = mulberry(plan.seed);
    this.#healAt = 4 * POLL_MS;
    this.#agents = Array.from({ length: plan.agents }, (_, i) => ({
      name: `a${i}`,
      ring: i % plan.rings,
      fails: this.#random() < plan.failing,
      isCut: this.#random() < plan.cut,
      held: undefined,
      installed: null,
      outbox: new Map(),
    }));
    const rings = Array.from({ length: plan.rings }, (_, i) => `g${i}`);
    for (const ring of rings.keys()) this.#write(ring, { release: OLD });
    this.#rollout = {
      ...{ rollout: "t1", release: NEW, rings, shares: [0.1, 0.5, 1] },
      maxFailures: { count: 1e9, share: 0.05 },
      ...{ waitMs: 2 * POLL_MS, state: "running", ring: 0, share: 0 },
      ...{ since: 0, promoted: false, before: {} },
    };
  }

  /** Runs it to its end. */
  run(): SimulationResult {
    for (const agent of this.#agents) {
      // They have been there for a while before the rollout begins.
      this.#take(agent, 0);
      agent.outbox.clear();
      this.#poll(agent);
    }
    this.#made =
      this.#messages =
      this.#bytes =
      this.#writes =
        0;
    this.#tick();
    while (this.#agenda.now < this.#endAt && this.#agenda.next());
    return this.#result();
  }

  #result(): SimulationResult {
    const astray = this.#agents.filter((agent) => {
      const { state } = this.#states[agent.ring]!;
      const wanted = releaseFor(state, agent.name);
      const fails = agent.fails && wanted === NEW;
      return agent.held?.gen !== state.gen ||
        (!fails && agent.installed !== wanted);
    });
    return {
      state: this.#rollout.state,
      ms: this.#agenda.now,
      astray: astray.length,
      wrongs: this.#wrongs,
      reports: { made: this.#made, arrived: this.#arrived.size },
      messages: this.#messages,
      bytes: this.#bytes,
      writes: this.#writes,
      touched: Object.keys(this.#rollout.before).length,
    };
  }

  /** Carries a message: late, twice, or not at all. */
  #send(agent: SimulatedAgent, bytes: number, arrive: () => void): void {
    this.#messages++;
    this.#bytes += bytes;
    const { loss, repeats, delayMs } = this.#plan;
    if (agent.isCut && this.#agenda.now < this.#healAt) return;
    if (this.#random() < loss) return;
    const times = this.#random() < repeats ? 2 : 1;
    for (let i = 0; i < times; i++) {
      this.#agenda.in(this.#random() * delayMs, arrive);
    }
  }

  #poll(agent: SimulatedAgent): void {
    this.#agenda.in(POLL_MS * (0.75 + this.#random() / 2), () => {
      this.#look(agent);
      this.#poll(agent);
    });
  }

  /**
   * Asks for the state of the agent's ring, again where no answer comes; what
   * comes may be an old one.
   */
  #look(agent: SimulatedAgent): void {
    let isAnswered = false;
    this.#send(agent, SIZES.get, () => {
      const found = this.#states[agent.ring]!;
      this.#send(agent, SIZES.state, () => {
        isAnswered = true;
        this.#judge(agent, found);
      });
    });
    this.#agenda.in(this.#plan.delayMs * 2 + RETRY_MS, () => {
      if (!isAnswered) this.#look(agent);
    });
  }

  #judge(
    agent: SimulatedAgent,
    found: { text: string; state: DesiredState },
  ): void {
    if (judge(agent.held, found, this.#agenda.now) !== "newer") return;
    const before = agent.held?.gen ?? 0;
    agent.held = { gen: found.state.gen, ...found };
    if (agent.held.gen <= before) this.#wrongs++;
    this.#agenda.in(STEP_MS * this.#random(), () => {
      this.#apply(agent);
    });
  }

  #take(agent: SimulatedAgent, made: number): void {
    const found = this.#states[agent.ring]!;
    agent.held = { gen: found.state.gen, ...found };
    agent.installed = OLD;
    this.#made += made;
  }

  #apply(agent: SimulatedAgent): void {
    const wanted = releaseFor(agent.held!.state, agent.name);
    const ok = !(agent.fails && wanted === NEW);
    // No release wanted is no wish: what is there stays.
    if (wanted !== null && ok) agent.installed = wanted;
    if (agent.installed === null) this.#wrongs++;
    const number = this.#made++;
    agent.outbox.set(number, { gen: agent.held!.gen, ok });
    this.#report(agent, number);
  }

  #report(agent: SimulatedAgent, number: number): void {
    const report = agent.outbox.get(number);
    if (report === undefined) return;
    this.#send(agent, SIZES.report, () => {
      // The registry knows a message by its id.
      this.#arrived.add(`${number}`);
      const heard = this.#heard.get(agent.name);
      if ((heard?.gen ?? 0) <= report.gen) this.#heard.set(agent.name, report);
      this.#send(agent, SIZES.ack, () => agent.outbox.delete(number));
    });
    this.#agenda.in(RETRY_MS, () => this.#report(agent, number));
  }

  #write(ring: number, next: Partial<DesiredState>): void {
    const before = this.#states[ring]?.state;
    const state: DesiredState = {
      ...{ fleet: "f1", scope: `ring:g${ring}`, gen: (before?.gen ?? 0) + 1 },
      ...{ release: OLD, rollout: "t0", prev: null },
      expiresAt: "2099-01-01T00:00:00Z",
      ...next,
    };
    this.#states[ring] = { state, text: JSON.stringify(state) };
    this.#writes++;
    for (const agent of this.#agents) {
      if (agent.ring !== ring) continue;
      this.#send(agent, SIZES.hint, () => this.#look(agent));
    }
  }

  #tick(): void {
    this.#agenda.in(TICK_MS, () => {
      this.#drive();
      this.#tick();
    });
  }

  /** The steps of `RolloutDriver`, on what the simulated controller heard. */
  #drive(): void {
    const rollout = this.#rollout;
    if (rollout.state !== "running") {
      // What is on its way arrives, and who was not told looks by itself.
      const last = Math.max(this.#agenda.now, this.#healAt) + 4 * POLL_MS;
      this.#endAt = Math.min(this.#endAt, last);
      return;
    }
    const name = rollout.rings[rollout.ring]!;
    const share = rollout.shares[rollout.share]!;
    const { state } = this.#states[rollout.ring]!;
    if (!Object.hasOwn(rollout.before, name)) {
      const before = { ...rollout.before, [name]: state.release };
      this.#rollout = { ...rollout, before };
      return;
    }
    if (state.rollout !== "t1" || (state.share ?? 1) !== share) {
      const prev = rollout.before[name]!;
      this.#write(rollout.ring, {
        ...{ release: NEW, prev, rollout: "t1" },
        ...(share < 1 ? { share } : {}),
      });
      return;
    }
    const tally = this.#tally(rollout.ring, share, state.gen);
    const next = nextStep(rollout, tally, this.#agenda.now);
    if (next.kind === "wait") return;
    const since = this.#agenda.now;
    if (next.kind === "advance") {
      const { ring, share } = next;
      this.#rollout = { ...rollout, since, ring, share };
    } else if (next.kind === "finish") {
      this.#rollout = { ...rollout, state: "done" };
    } else {
      this.#rollout = { ...rollout, state: "halted", reason: next.reason };
      for (const [ring, prev] of Object.entries(rollout.before)) {
        const index = rollout.rings.indexOf(ring);
        this.#write(index, { release: prev, prev, rollout: "t1" });
      }
    }
  }

  /** Agents that are cut off send no heartbeats, and are not waited for. */
  #tally(ring: number, share: number, gen: number): Tally {
    let [asked, done, failed] = [0, 0, 0];
    for (const agent of this.#agents) {
      if (agent.ring !== ring || !isInShare(agent.name, "t1", share)) continue;
      if (agent.isCut && this.#agenda.now < this.#healAt) continue;
      asked++;
      const heard = this.#heard.get(agent.name);
      if (heard === undefined || heard.gen < gen) continue;
      if (heard.ok) done++;
      else failed++;
    }
    return { asked, done, failed };
  }
}
