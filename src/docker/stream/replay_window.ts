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
import {
  type DockerEvent,
  engineTime,
  ROUNDING_NANOS,
} from "./docker_event.ts";

const CAPACITY = 4096;
const OVERLAP_NANOS = 1_000_000_000n;

/** Whether a replay is complete. */
export type ReplayState = "unknown" | "complete" | "broken";

/** The window of one engine's stream, kept over its connections. */
export class ReplayWindow {
  readonly #recent: (DockerEvent | undefined)[] = [];
  readonly #resumesAfter: string | undefined;
  #next = 0;
  #start: string | undefined;
  #past: string | undefined;
  /** How often each event may come again. */
  #repeats: Map<string, number> | undefined;
  #repeatsEnd = 0n;
  /** Nothing older than this is new. */
  #floor = 0n;
  #replay: ReplayState = "complete";
  #expectsAnchor = false;

  /** @param since The last event of an earlier stream, which this one continues. */
  constructor(since?: string) {
    this.#resumesAfter = since;
  }

  /**
   * The time of the event received last, or of the last one before the start.
   *
   * @returns Unix nanoseconds, or `undefined` where no event is known.
   */
  get anchor(): string | undefined {
    return this.#position ?? this.#past;
  }

  /**
   * Where the stream can be taken up again.
   *
   * @returns Unix nanoseconds, or `undefined` where nothing is known.
   */
  get position(): string | undefined {
    return this.#position ?? this.#start;
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
   * Sets where a stream starts that continues no other.
   *
   * @param start Unix nanoseconds by the engine's clock.
   * @param past The last event before that, where the engine holds one.
   */
  startAt(start: string, past?: string): void {
    this.#start = start;
    this.#past = past;
  }

  /**
   * Prepares for a new connection.
   *
   * @returns The value of `since` to ask with; `undefined` where nothing is known.
   */
  resume(): string | undefined {
    this.#replay = this.anchor === undefined ? "complete" : "unknown";
    const position = this.#position;
    this.#expectsAnchor = position !== undefined;
    if (position === undefined) return this.#start && engineTime(this.#start);
    const held = this.#held();
    this.#repeats = countsOf(held.map(keyOf));
    this.#repeatsEnd = BigInt(position) + OVERLAP_NANOS;
    this.#floor = this.#resumeFrom(BigInt(position), held);
    return engineTime(this.#floor - ROUNDING_NANOS);
  }

  /**
   * Takes an event that arrived.
   *
   * @returns Whether it is new.
   */
  accept(event: DockerEvent): boolean {
    if (this.#repeats !== undefined && this.#isRepeat(event)) return false;
    // Where the anchor is to be replayed, nothing new comes before it.
    if (this.#replay === "unknown" && this.#expectsAnchor) {
      this.#replay = "broken";
    }
    this.#recent[this.#next] = event;
    this.#next = (this.#next + 1) % CAPACITY;
    return true;
  }

  /** Takes the engine's own word on an undecided replay. */
  decide(holdsAnchor: boolean): void {
    if (this.#replay !== "unknown") return;
    if (!holdsAnchor) this.#replay = "broken";
    else if (!this.#expectsAnchor) this.#replay = "complete";
  }

  /** Forgets that a replay was broken, once that has been reported. */
  settle(): void {
    if (this.#replay === "broken") this.#replay = "complete";
  }

  get #position(): string | undefined {
    return this.#last()?.timeNano ?? this.#resumesAfter;
  }

  /**
   * A second before the anchor, but no older than what is remembered, and not
   * from before the start: old events would pass for new ones.
   */
  #resumeFrom(position: bigint, held: readonly DockerEvent[]): bigint {
    const oldest = held.length < CAPACITY ? undefined : held[CAPACITY / 4];
    const floor = oldest?.timeNano ?? this.#start ?? this.#resumesAfter ?? 0;
    const wanted = position - OVERLAP_NANOS;
    if (wanted >= BigInt(floor)) return wanted;
    return BigInt(floor) < position ? BigInt(floor) : position;
  }

  #isRepeat(event: DockerEvent): boolean {
    const time = BigInt(event.timeNano);
    if (time < this.#floor) return true;
    // Past the overlap nothing can repeat, and the counts have done their work.
    if (time > this.#repeatsEnd) {
      this.#repeats = undefined;
      return false;
    }
    const last = this.#last();
    if (event.timeNano === this.#resumesAfter) {
      if (last === undefined) this.#replay = "complete";
      return true;
    }
    if (!this.#takeRepeat(keyOf(event))) return false;
    if (last !== undefined && keyOf(last) === keyOf(event)) {
      this.#replay = "complete";
    }
    return true;
  }

  /** An engine may report two events that nothing tells apart: each counts. */
  #takeRepeat(key: string): boolean {
    const left = this.#repeats?.get(key) ?? 0;
    if (left === 0) return false;
    this.#repeats?.set(key, left - 1);
    return true;
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

function countsOf(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function keyOf({ timeNano, type, action, actor }: DockerEvent): string {
  return `${timeNano} ${type} ${action} ${actor.id}`;
}
