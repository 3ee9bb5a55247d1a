/**
 * Runs the rest of a chain from the first action that returned a promise.
 *
 * @module
 */
import type { ChainCalls } from "./chain_calls.ts";
import { actionTimedOut, chainTimedOut } from "./chain_errors.ts";
import type { ChainOptions } from "./chain_options.ts";
import { Deadline } from "../async/deadline.ts";
import { isLimit, Timer } from "../async/timer.ts";
import { isThenable } from "../async/thenable.ts";

/** A chain that has something to wait for. */
export class PendingChain {
  readonly #options: ChainOptions;
  readonly #calls: ChainCalls;
  readonly #deadline: Deadline;
  #resolve!: (value: unknown) => void;
  #reject!: (error: unknown) => void;
  #timer: Timer | undefined;
  #over = false;

  /**
   * @param options The chain.
   * @param calls Its calls so far.
   */
  constructor(options: ChainOptions, calls: ChainCalls) {
    this.#options = options;
    this.#calls = calls;
    this.#deadline = new Deadline(() => this.#stepTimedOut());
  }

  /**
   * Runs the rest of the chain.
   *
   * @param pending What the action before returned.
   * @returns The value of the chain. Time limits reject it, whatever the
   * actions do.
   */
  run(pending: PromiseLike<unknown>): Promise<unknown> {
    const { running, timeoutMs } = this.#options;
    running.enter();
    if (isLimit(timeoutMs)) {
      this.#timer = new Timer(timeoutMs, () => this.#chainTimedOut());
    }
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#finish(pending);
    });
  }

  async #finish(first: unknown): Promise<void> {
    const calls = this.#calls;
    let value = first;
    try {
      for (;;) {
        if (isThenable(value)) {
          this.#deadline.start(calls.step.timeoutMs);
          value = await value;
          if (this.#over) return;
        }
        calls.measure();
        if (calls.isOver(value)) break;
        calls.throwIfAborted();
        value = calls.next(value);
      }
      this.#end();
      this.#resolve(calls.result(value));
    } catch (thrown) {
      if (!this.#over) this.#caught(thrown);
    }
  }

  #caught(thrown: unknown): void {
    this.#end();
    try {
      this.#resolve(this.#calls.caught(thrown));
    } catch (error) {
      this.#reject(error);
    }
  }

  #stepTimedOut(): void {
    const { name, timeoutMs } = this.#calls.step;
    this.#timedOut(actionTimedOut(this.#options.plugin.identity, {
      action: name,
      index: this.#calls.index,
      timeoutMs,
    }));
  }

  #chainTimedOut(): void {
    this.#timedOut(chainTimedOut(this.#options.plugin.identity, {
      action: this.#calls.step.name,
      index: this.#calls.index,
      timeoutMs: this.#options.timeoutMs,
    }));
  }

  #timedOut(error: ReturnType<typeof actionTimedOut>): void {
    this.#end();
    this.#calls.timedOut(error);
    this.#reject(error);
  }

  #end(): void {
    this.#over = true;
    this.#deadline.stop();
    this.#timer?.stop();
    this.#options.running.leave();
  }
}
