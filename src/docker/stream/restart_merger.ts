/**
 * Tells a restart from a stop followed by a start.
 *
 * The engine reports a restart as `kill`, `die`, `stop`, `start`, `restart`,
 * and only the last of them says that it was one. So what may belong to a
 * restart is held back until that is known:
 *
 * - `die` after a `kill` waits for `stop`; a `die` of its own accord cannot be
 *   part of a restart, and passes at once.
 * - `stop` waits for `start`. When the engine connects the container to its
 *   network again, it is starting it, and the wait is prolonged; without that
 *   it ends after the window.
 * - `start` waits a moment for `restart`, which the engine reports right after.
 * - `restart` swallows the `die`, `stop` and `start` that wait.
 *
 * Where a wait ends without `restart`, what was held goes on as it is. Other
 * events of the container queue up behind what is held, so that the order of
 * one container's events is always the engine's; other containers' events
 * pass. A wait ends by the clock, or when a later event shows that the
 * engine's clock is past it: a replay needs no more time than it takes to read.
 *
 * @module
 */
import { Timer } from "../../async/timer.ts";
import { type DockerEvent, millisOf } from "./docker_event.ts";

/** How a {@linkcode RestartMerger} waits. */
export interface RestartOptions {
  /**
   * Milliseconds that a stop, or a death after a kill, is held back.
   *
   * @default 500
   */
  readonly windowMs?: number;
}

type Phase = "died" | "stopped" | "starting" | "started";

interface Held {
  events: DockerEvent[];
  phase: Phase;
  /** By this process's clock. */
  until: number;
  /** By the engine's clock. */
  engineUntil: number;
}

/** `start` and `restart` are reported by the same call, microseconds apart. */
const START_WINDOW_MS = 100;
/** Longer than an engine takes from the network to the running process. */
const STARTING_WINDOW_MS = 10_000;
const MERGED = new Set(["die", "stop", "start"]);

/** Merges the events of one engine. */
export class RestartMerger implements Disposable {
  readonly #emit: (event: DockerEvent) => void;
  readonly #windowMs: number;
  readonly #held = new Map<string, Held>();
  /** Who is in which phase. Within one phase all wait equally long, so that the first is due first. */
  readonly #lines: Record<Phase, Set<string>> = {
    died: new Set(),
    stopped: new Set(),
    starting: new Set(),
    started: new Set(),
  };
  readonly #killed = new Set<string>();
  #timer: Timer | undefined;
  #timerAt = Infinity;
  #engineNext = Infinity;

  /** @param emit Takes the merged events, in order. */
  constructor(
    emit: (event: DockerEvent) => void,
    options: RestartOptions = {},
  ) {
    this.#emit = emit;
    this.#windowMs = options.windowMs ?? 500;
  }

  /**
   * Takes the engine's next event.
   *
   * @param event The event, of whatever type.
   */
  push(event: DockerEvent): void {
    const now = millisOf(event);
    if (now > this.#engineNext) this.#release((held) => held.engineUntil < now);
    if (event.type === "container") this.#container(event);
    else {
      if (event.type === "network") this.#network(event);
      this.#emit(event);
    }
  }

  /** Lets everything go that is held back, since it will not be continued. */
  flush(): void {
    this.#killed.clear();
    this.#release(() => true);
  }

  /** Lets everything go, and stops the clock. */
  [Symbol.dispose](): void {
    this.flush();
    this.#timer?.stop();
  }

  #container(event: DockerEvent): void {
    const { id } = event.actor;
    switch (event.action) {
      case "kill":
        this.#killed.add(id);
        return this.#pass(event);
      case "die":
        return this.#die(event);
      case "stop":
        return this.#stop(event);
      case "start":
        return this.#hold(event, "started", START_WINDOW_MS);
      case "restart":
        return this.#restart(event);
      case "destroy":
        this.#killed.delete(id);
        this.#letGo(id);
        return this.#emit(event);
      default:
        return this.#pass(event);
    }
  }

  #die(event: DockerEvent): void {
    const phase = this.#held.get(event.actor.id)?.phase;
    // Not every engine waits for the death before it reports the stop.
    if (phase === "stopped" || phase === "starting") return this.#pass(event);
    this.#letGo(event.actor.id);
    if (this.#killed.delete(event.actor.id)) {
      this.#hold(event, "died", this.#windowMs);
    } else this.#emit(event);
  }

  #stop(event: DockerEvent): void {
    if (this.#held.get(event.actor.id)?.phase === "started") {
      this.#letGo(event.actor.id);
    }
    this.#hold(event, "stopped", this.#windowMs);
  }

  #restart(event: DockerEvent): void {
    this.#killed.delete(event.actor.id);
    for (const waiting of this.#take(event.actor.id)) {
      if (!MERGED.has(waiting.action)) this.#emit(waiting);
    }
    this.#emit(event);
  }

  #network({ action, actor }: DockerEvent): void {
    const held = this.#held.get(actor.attributes.container ?? "");
    if (held === undefined) return;
    if (action === "connect" && held.phase === "stopped") {
      this.#enter(actor.attributes.container ?? "", held, "starting");
      held.until += STARTING_WINDOW_MS;
      held.engineUntil += STARTING_WINDOW_MS;
    } else if (action === "disconnect" && held.phase === "starting") {
      // The start failed.
      this.#letGo(actor.attributes.container ?? "");
    }
  }

  #pass(event: DockerEvent): void {
    const held = this.#held.get(event.actor.id);
    if (held === undefined) this.#emit(event);
    else held.events.push(event);
  }

  #hold(event: DockerEvent, phase: Phase, windowMs: number): void {
    const { id } = event.actor;
    const held = this.#held.get(id) ??
      { events: [], phase, until: 0, engineUntil: 0 };
    held.events.push(event);
    held.until = Date.now() + windowMs;
    held.engineUntil = millisOf(event) + windowMs;
    this.#held.set(id, held);
    this.#enter(id, held, phase);
    this.#engineNext = Math.min(this.#engineNext, held.engineUntil);
    this.#wakeAt(held.until);
  }

  #enter(id: string, held: Held, phase: Phase): void {
    this.#lines[held.phase].delete(id);
    this.#lines[phase].add(id);
    held.phase = phase;
  }

  #take(id: string): DockerEvent[] {
    const held = this.#held.get(id);
    if (held === undefined) return [];
    this.#held.delete(id);
    this.#lines[held.phase].delete(id);
    return held.events;
  }

  #letGo(id: string): void {
    for (const event of this.#take(id)) this.#emit(event);
  }

  #release(isDue: (held: Held) => boolean): void {
    this.#engineNext = Infinity;
    let next = Infinity;
    for (const line of Object.values(this.#lines)) {
      const first = this.#releaseLine(line, isDue);
      next = Math.min(next, first?.until ?? Infinity);
      this.#engineNext = Math.min(
        this.#engineNext,
        first?.engineUntil ?? Infinity,
      );
    }
    this.#wakeAt(next);
  }

  /** Returns who is first in the line and must wait on. */
  #releaseLine(
    line: Set<string>,
    isDue: (held: Held) => boolean,
  ): Held | undefined {
    for (const id of line) {
      const held = this.#held.get(id);
      if (held === undefined) continue;
      if (!isDue(held)) return held;
      this.#letGo(id);
    }
    return undefined;
  }

  #wakeAt(time: number): void {
    if (this.#held.size === 0) {
      this.#timer?.stop();
      this.#timerAt = Infinity;
      return;
    }
    if (time >= this.#timerAt) return;
    this.#timer?.stop();
    this.#timerAt = time;
    this.#timer = new Timer(Math.max(0, time - Date.now()), () => {
      this.#timerAt = Infinity;
      const now = Date.now();
      this.#release((held) => held.until <= now);
    });
  }
}
