/**
 * Brings one rollout a step further: what the registry says it is, the desired
 * states are made to be. Any controller can go on where another one ended.
 *
 * @module
 */
import type { AgentBook } from "./agent_book.ts";
import type { CurrentState, DesiredWriter } from "./desired_writer.ts";
import type { ControlRegistry } from "../registry.ts";
import { nextStep, parseRollout, type Rollout } from "../documents/rollout.ts";

/** What rollouts are driven with. */
export interface RolloutDriverParts {
  /** Where they are kept. */
  readonly registry: ControlRegistry;
  /** What writes desired states. */
  readonly writer: DesiredWriter;
  /** What the agents reported. */
  readonly book: AgentBook;
  /** Since when an agent must have been heard of to be waited for. */
  readonly aliveSince: () => number;
  /** The clock. */
  readonly now: () => number;
}

/**
 * For how long a halted rollout is looked at: longer than a controller that
 * lost its lease can be late with what it had begun.
 */
const WATCH_MS = 60_000;

/** Drives rollouts. */
export class RolloutDriver {
  readonly #parts: RolloutDriverParts;
  /** The rollouts that need nothing any more. */
  readonly #over = new Set<string>();
  /** Since when halted rollouts are back at what was before. */
  readonly #backSince = new Map<string, number>();

  constructor(parts: RolloutDriverParts) {
    this.#parts = parts;
  }

  /** Does what is to be done now. What others did meanwhile is seen next time. */
  async drive(name: string): Promise<void> {
    if (this.#over.has(name)) return;
    const kept = await this.#parts.registry.read("rollouts", name);
    const rollout = kept && parseRollout(kept.text);
    if (rollout === undefined) return;
    const { revision } = kept!;
    if (rollout.state === "done") this.#over.add(name);
    if (rollout.state === "halted") await this.#keepBack(rollout);
    if (rollout.state === "running") await this.#forward(rollout, revision);
  }

  /** A controller that was late may have written over a halt. */
  async #keepBack(rollout: Rollout): Promise<void> {
    const { rollout: name } = rollout;
    const now = performance.now();
    if (await this.#putBack(rollout)) this.#backSince.delete(name);
    else if (!this.#backSince.has(name)) this.#backSince.set(name, now);
    else if (now - this.#backSince.get(name)! > WATCH_MS) this.#over.add(name);
  }

  /** Tells whether anything was to be written. */
  async #putBack(rollout: Rollout): Promise<boolean> {
    let isWritten = false;
    for (const [ring, prev] of Object.entries(rollout.before)) {
      const current = await this.#read(ring);
      const { state } = current;
      // Another rollout has the ring by now, or it is back already.
      if (state !== undefined && state.rollout !== rollout.rollout) continue;
      if (state?.release === prev && state.prev === prev) continue;
      isWritten = true;
      await this.#write(ring, current, {
        ...{ release: prev, prev, rollout: rollout.rollout },
      });
    }
    return isWritten;
  }

  async #forward(rollout: Rollout, revision: number): Promise<void> {
    const ring = rollout.rings[rollout.ring]!;
    const current = await this.#read(ring);
    if (!Object.hasOwn(rollout.before, ring)) {
      // Noted before the ring is touched, so that a halt knows it.
      const before = { ...rollout.before };
      before[ring] = current.state?.release ?? null;
      await this.#save({ ...rollout, before }, revision);
      return;
    }
    const share = rollout.shares[rollout.share]!;
    const { state } = current;
    if (
      state?.rollout !== rollout.rollout ||
      state.release !== rollout.release || (state.share ?? 1) !== share
    ) {
      await this.#write(ring, current, {
        release: rollout.release,
        prev: rollout.before[ring]!,
        ...{ rollout: rollout.rollout, share },
      });
      return;
    }
    await this.#step(rollout, { revision, gen: state.gen });
  }

  async #step(
    rollout: Rollout,
    { revision, gen }: { readonly revision: number; readonly gen: number },
  ): Promise<void> {
    const { book, now, aliveSince } = this.#parts;
    const ring = rollout.rings[rollout.ring]!;
    const tally = book.tally({
      ring,
      share: rollout.shares[rollout.share]!,
      ...{ gen, rollout: rollout.rollout, aliveSince: aliveSince() },
    });
    const next = nextStep(rollout, tally, now());
    if (next.kind === "wait") return;
    const change: Partial<Rollout> = next.kind === "halt"
      ? {
        state: "halted",
        // The agents have other things to report once they are back.
        reason: [next.reason, book.firstFailure(ring, gen)]
          .filter((it) => it !== undefined).join("; "),
      }
      : next.kind === "finish"
      ? { state: "done" }
      : { ring: next.ring, share: next.share };
    const since = now();
    await this.#save(
      { ...rollout, promoted: false, since, ...change },
      revision,
    );
  }

  async #save(rollout: Rollout, revision: number): Promise<void> {
    const text = JSON.stringify(rollout);
    const { registry } = this.#parts;
    await registry.write("rollouts", rollout.rollout, { text, revision });
  }

  #read(ring: string): Promise<CurrentState> {
    return this.#parts.writer.read(`ring:${ring}`);
  }

  async #write(
    ring: string,
    current: CurrentState,
    next: Omit<Parameters<DesiredWriter["write"]>[2], "highestGen">,
  ): Promise<void> {
    const { writer, book } = this.#parts;
    const scope = `ring:${ring}`;
    const highestGen = book.highestGen(scope);
    await writer.write(scope, current, { ...next, highestGen });
  }
}
