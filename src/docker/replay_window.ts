/**
 * Remembers the latest events, so that a stream can be resumed without losing
 * an event, without repeating one, and knowing whether the engine replays
 * everything.
 *
 * The engine keeps its last 256 events in memory and replays those not older
 * than `since`. It stamps an event before it publishes it, so that two events
 * may arrive a moment out of the order of their stamps: a resume asks for a
 * second more than it needs, and drops what it has had.
 *
 * The event received last is the anchor. The engine still holds everything
 * that followed it if and only if it still holds the anchor.
 *
 * @module
 */
import { type DockerEvent, engineTime } from "./docker_event.ts";

const CAPACITY = 4096;
const OVERLAP_NANOS = 1_000_000_000n;

/** Whether a replay is complete. */
export type ReplayState = "unknown" | "complete" | "broken";

/** The window of one engine's stream, kept over its connections. */
export class ReplayWindow {
  #recent: (DockerEvent | undefined)[] = [];
  #next = 0;
  #start: string | undefined;
  readonly #startIsEvent: boolean;
  #repeats: Set<string> | undefined;
  #repeatsEnd = 0n;
  #replay: ReplayState = "complete";

  /** @param since Where the stream starts: what happened then was had already. */
  constructor(since?: string) {
    this.#start = since;
    this.#startIsEvent = since !== undefined;
  }

  /**
   * The time of the event received last, or the start of the stream.
   *
   * @returns Unix nanoseconds, or `undefined` where nothing is known.
   */
  get anchor(): string | undefined {
    return this.#last()?.timeNano ?? this.#start;
  }

  /**
   * Whether the replay has shown to be complete since {@linkcode resume}.
   *
   * @returns `"unknown"` until the anchor or something newer has arrived.
   */
  get replay(): ReplayState {
    return this.#replay;
  }

  /**
   * Whether no event is known, not even as the start of the stream.
   *
   * @returns Whether a replay has nothing to be checked against.
   */
  get isEmpty(): boolean {
    return this.#last() === undefined && !this.#startIsEvent;
  }

  /**
   * Sets where a stream starts of which no event is known.
   *
   * @param nanos Unix nanoseconds by the engine's clock.
   */
  startAt(nanos: string): void {
    this.#start ??= nanos;
  }

  /**
   * Prepares for a new connection.
   *
   * @returns The value of `since` to ask with; `undefined` where nothing is known.
   */
  resume(): string | undefined {
    const anchor = this.anchor;
    if (anchor === undefined) return undefined;
    const held = this.#held();
    this.#repeats = new Set(held.map(keyOf));
    this.#repeatsEnd = BigInt(anchor) + OVERLAP_NANOS;
    this.#replay = this.isEmpty ? "complete" : "unknown";
    const wanted = BigInt(anchor) - (held.length > 0 ? OVERLAP_NANOS : 0n);
    // No older than what is remembered, or old events would pass for new ones.
    const oldest = this.#recent.length < CAPACITY
      ? undefined
      : held[CAPACITY / 4];
    const floor = BigInt(oldest?.timeNano ?? 0);
    return engineTime(
      floor > wanted && floor <= BigInt(anchor) ? floor : wanted,
    );
  }

  /**
   * Takes an event that arrived.
   *
   * @param event The event.
   * @returns Whether it is new.
   */
  accept(event: DockerEvent): boolean {
    if (this.#repeats !== undefined && this.#isRepeat(event)) return false;
    if (this.#replay === "unknown") this.#replay = "broken";
    this.remember(event);
    return true;
  }

  /** Settles an undecided replay: the engine no longer holds the anchor. */
  giveUp(): void {
    if (this.#replay === "unknown") this.#replay = "broken";
  }

  /** Forgets the verdict on the replay, once it has been reported. */
  settle(): void {
    if (this.#replay === "broken") this.#replay = "complete";
  }

  /**
   * Puts an event into the window.
   *
   * @param event The event.
   */
  remember(event: DockerEvent): void {
    this.#recent[this.#next] = event;
    this.#next = (this.#next + 1) % CAPACITY;
  }

  #isRepeat(event: DockerEvent): boolean {
    const isAnchor = event.timeNano === this.anchor;
    const last = this.#last();
    if (isAnchor && (last === undefined || keyOf(last) === keyOf(event))) {
      this.#replay = "complete";
      return true;
    }
    if (this.#repeats?.has(keyOf(event))) return true;
    // Past the overlap nothing can repeat, and the set has done its work.
    if (BigInt(event.timeNano) > this.#repeatsEnd) this.#repeats = undefined;
    return false;
  }

  #last(): DockerEvent | undefined {
    return this.#recent[(this.#next + CAPACITY - 1) % CAPACITY];
  }

  /** The remembered events, oldest first. */
  #held(): DockerEvent[] {
    const turned = [
      ...this.#recent.slice(this.#next),
      ...this.#recent.slice(0, this.#next),
    ];
    return turned.filter((event) => event !== undefined);
  }
}

function keyOf({ timeNano, type, action, actor }: DockerEvent): string {
  return `${timeNano} ${type} ${action} ${actor.id}`;
}
