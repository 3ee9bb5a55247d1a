/**
 * Children that are started ahead, for the next plugins that run without
 * permissions: what a process takes to start, and to touch the runtime's parts
 * for the first time, is over by then.
 *
 * @module
 */
import type { LaunchOptions } from "./launcher.ts";
import type { ProcessSlots, Tenant } from "./process_slots.ts";
import { SandboxChild } from "./sandbox_child.ts";
import { newScratchFolder } from "./scratch_folder.ts";

/** A child that waits for a plugin, and makes room for one that it is not for. */
export interface SpareChild extends Tenant {
  /** How it was started. */
  readonly launch: LaunchOptions;
  /** The child. */
  readonly child: SandboxChild;
}

/** The children that wait for plugins. */
export class SpareChildren {
  readonly #limit: number;
  readonly #slots: ProcessSlots;
  readonly #clear: (launch: LaunchOptions) => Promise<void>;
  readonly #waiting = new Set<SpareChild>();
  readonly #taken = new WeakSet<SpareChild>();
  readonly #gone = new Set<Promise<void>>();
  #isClosed = false;

  /**
   * @param limit How many there may be.
   * @param slots The processes that there may be at all.
   */
  constructor(
    limit: number,
    slots: ProcessSlots,
    clear: (launch: LaunchOptions) => Promise<void>,
  ) {
    this.#limit = limit;
    this.#slots = slots;
    this.#clear = clear;
  }

  /**
   * Takes a child that was started as a plugin's has to be.
   *
   * @returns The child; undefined where none waits.
   */
  take(
    wanted: LaunchOptions,
  ): Pick<SpareChild, "launch" | "child"> | undefined {
    if (!isPlain(wanted)) return undefined;
    for (const spare of this.#waiting) {
      if (!isAlike(spare.launch, wanted)) continue;
      this.#waiting.delete(spare);
      this.#taken.add(spare);
      this.#slots.release(spare);
      const { permissions } = wanted;
      return { launch: { ...spare.launch, permissions }, child: spare.child };
    }
  }

  /** Starts children for plugins like the last one. */
  refill(last: LaunchOptions): void {
    if (!isPlain(last)) return;
    while (!this.#isClosed && this.#waiting.size < this.#limit) {
      if (!this.#slots.hasSpare) return;
      try {
        this.#start(last);
      } catch {
        // Whoever needs a child is told what is wrong.
        return;
      }
    }
  }

  /** Ends them, and waits until they are gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { child } of this.#waiting) child.kill();
    await Promise.all(this.#gone);
  }

  #start(last: LaunchOptions): void {
    const launch = {
      ...last,
      permissions: {},
      ...last.pipes === undefined ? {} : { pipes: newScratchFolder() },
    };
    const child = SandboxChild.ahead(launch);
    const spare: SpareChild = {
      launch,
      child,
      // Whoever needs its slot comes first.
      idleSince: 0,
      makeRoom: () => {
        this.#waiting.delete(spare);
        child.kill();
      },
    };
    this.#slots.takeSpare(spare);
    this.#waiting.add(spare);
    this.#watch(spare);
  }

  #watch(spare: SpareChild): void {
    const gone = spare.child.exited.then(async () => {
      // Whoever took it clears up behind it.
      if (this.#taken.has(spare)) return;
      this.#waiting.delete(spare);
      this.#slots.release(spare);
      await this.#clear(spare.launch);
    }).finally(() => this.#gone.delete(gone));
    this.#gone.add(gone);
  }
}

/** Whether a plugin has nothing granted: the headers are the host's matter. */
function isPlain({ permissions, cache }: LaunchOptions): boolean {
  return cache === undefined &&
    Object.entries(permissions).every(([kind, granted]) =>
      kind === "headers" || granted === undefined
    );
}

function isAlike(a: LaunchOptions, b: LaunchOptions): boolean {
  return a.denoPath === b.denoPath && a.memoryMb === b.memoryMb &&
    a.confinement === b.confinement && a.role === b.role &&
    a.denied === b.denied &&
    (a.pipes === undefined) === (b.pipes === undefined);
}
