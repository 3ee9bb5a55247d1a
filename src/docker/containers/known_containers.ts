/**
 * Knows the containers of one engine: remembers what the list and the events
 * tell, and inspects a container once when it is made or started.
 *
 * @module
 */
import type { ContainerInfo } from "../../plugin/plugin.ts";
import {
  type ContainerFacts,
  factsOfEvent,
  factsOfInspected,
  factsOfListed,
  statusText,
} from "./container_facts.ts";
import { bareAction } from "../stream/docker_event_names.ts";
import { type DockerEvent, millisOf } from "../stream/docker_event.ts";
import {
  type InspectedContainer,
  type ListedContainer,
  readInspected,
} from "../engine/engine_answers.ts";
import { type EngineClient, EngineRefusal } from "../engine/engine_client.ts";
import { TokenBucket } from "../../async/token_bucket.ts";

/** How containers are looked up. */
export interface InspectOptions {
  /** How many containers are inspected each second, at most. @default 20 */
  readonly perSecond?: number;
  /** How many are inspected at once after a quiet time. @default 64 */
  readonly burst?: number;
  /** Milliseconds that an answer may take before the event goes on without it. @default 2000 */
  readonly timeoutMs?: number;
}

/** Which host the containers run on. */
export interface HostIdentity {
  /** The host. */
  readonly hostId: number;
  /** The client that watches it. */
  readonly clientId: number;
}

/** What a container event carries beside the container. */
export interface ContainerEventInfo extends ContainerInfo {
  /** The engine's name of what happened. */
  action: string;
  /** When, in Unix milliseconds. */
  time: number;
  /** When, in Unix nanoseconds, as digits. */
  timeNano: string;
  /** `die`: how the process ended. */
  exitCode?: number;
  /** `kill`: the signal's number. */
  signal?: string;
  /** `rename`: the name before. */
  oldName?: string;
  /** `health_status`: what the health check found. */
  health?: string;
}

interface Entry {
  facts?: ContainerFacts;
  pending?: Promise<void>;
  state?: string;
  /** Whether asking again would tell nothing new. */
  isInspected?: boolean;
  /** Since when it runs, or does not, in Unix milliseconds. */
  since?: number;
  exitCode?: number;
  health?: string;
  isReported?: boolean;
}

const STATES: Readonly<Record<string, string>> = {
  create: "created",
  start: "running",
  restart: "running",
  unpause: "running",
  pause: "paused",
  die: "exited",
  stop: "exited",
};
const RUNNING = new Set(["running", "paused", "restarting"]);
/** Ports and networks are other than before only after these. */
const INSPECTED = new Set(["create", "start"]);
/** After an answer that did not come in time, the engine is left in peace. */
const REST_MS = 5_000;

/** The containers of one engine. */
export class KnownContainers implements AsyncDisposable {
  readonly #client: EngineClient;
  readonly #host: HostIdentity;
  readonly #timeoutMs: number;
  readonly #limit: TokenBucket;
  readonly #entries = new Map<string, Entry>();
  readonly #asking = new Set<Promise<void>>();
  readonly #ending = new AbortController();

  /**
   * @param client The engine.
   * @param options The host, and how containers are looked up.
   */
  constructor(client: EngineClient, options: HostIdentity & InspectOptions) {
    this.#client = client;
    this.#host = { hostId: options.hostId, clientId: options.clientId };
    this.#timeoutMs = options.timeoutMs ?? 2_000;
    this.#limit = new TokenBucket(options.perSecond ?? 20, options.burst ?? 64);
  }

  /**
   * The containers that run, as far as is known.
   *
   * @returns Their ids.
   */
  running(): string[] {
    return [...this.#entries]
      .filter(([, { state }]) => state === "running")
      .map(([id]) => id);
  }

  /**
   * The containers of which anything is known.
   *
   * @returns Their ids.
   */
  known(): string[] {
    return [...this.#entries.keys()];
  }

  /**
   * Takes the container list.
   *
   * @param list All containers, stopped ones too.
   * @param before What was {@linkcode known} before the list was asked for; what is gone from it is forgotten.
   * @returns Those that run and were never reported, which counts as reporting them.
   */
  sync(
    list: readonly ListedContainer[],
    before: readonly string[],
  ): ContainerInfo[] {
    const listed = new Set(list.map(({ Id }) => Id));
    for (const id of before) if (!listed.has(id)) this.#entries.delete(id);
    return list.flatMap((container) => {
      const entry = this.#entry(container.Id);
      entry.facts = factsOfListed(container);
      entry.state = container.State;
      if (entry.isReported || !RUNNING.has(container.State)) return [];
      entry.isReported = true;
      return [{ ...entry.facts, ...this.#host, status: container.Status }];
    });
  }

  /**
   * Hears of an event as soon as it arrives, so that a container is inspected
   * while it exists.
   *
   * @param event A container's event.
   */
  notice(event: DockerEvent): void {
    if (!INSPECTED.has(event.action)) return;
    const entry = this.#entry(event.actor.id);
    // The event itself will report the container.
    entry.isReported = true;
    this.#inspect(event.actor.id, entry);
  }

  /**
   * Makes the payload of a container's event, in the order of events.
   *
   * @param event The event.
   * @returns The payload.
   */
  async describe(event: DockerEvent): Promise<ContainerEventInfo> {
    const { id } = event.actor;
    const action = bareAction(event);
    const entry = this.#entry(id);
    entry.isReported = true;
    const isAsked = entry.isInspected || entry.pending !== undefined;
    if (action !== "destroy" && !isAsked) this.#inspect(id, entry);
    if (entry.pending !== undefined) await entry.pending;
    advance(entry, event, action);
    if (action === "destroy") this.#entries.delete(id);
    return this.#payload(entry, event, action);
  }

  /** @returns When the questions under way have been given up. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await Promise.all(this.#asking);
  }

  #payload(
    entry: Entry,
    event: DockerEvent,
    action: string,
  ): ContainerEventInfo {
    const own = factsOfEvent(event);
    const state = entry.state ??
      (action === "destroy" ? "removing" : "running");
    const time = millisOf(event);
    const forSeconds = (time - (entry.since ?? time)) / 1000;
    return {
      ...own,
      ...entry.facts,
      // What the event says is of its moment; an inspection is of a later one.
      name: own.name || entry.facts?.name || "",
      ...this.#host,
      state,
      status: statusText({ ...entry, state, forSeconds }),
      action,
      time,
      timeNano: event.timeNano,
      ...detailsOf(event, action),
    };
  }

  #entry(id: string): Entry {
    const known = this.#entries.get(id);
    if (known !== undefined) return known;
    const entry: Entry = {};
    this.#entries.set(id, entry);
    return entry;
  }

  #inspect(id: string, entry: Entry): void {
    if (!this.#limit.take()) return;
    const asked: Promise<void> = this.#client.json(
      `/containers/${encodeURIComponent(id)}/json`,
      readInspected,
      { timeoutMs: this.#timeoutMs, signal: this.#ending.signal },
    ).then((answer) => {
      if (entry.pending === asked) complete(entry, answer);
    }, (error) => {
      // Gone already is an answer; anything else is a reason to ask less.
      if (error instanceof EngineRefusal) entry.isInspected = true;
      else this.#limit.pause(REST_MS);
    }).finally(() => {
      this.#asking.delete(asked);
      if (entry.pending === asked) entry.pending = undefined;
    });
    this.#asking.add(asked);
    entry.pending = asked;
  }
}

function complete(entry: Entry, answer: InspectedContainer): void {
  entry.isInspected = true;
  entry.facts = factsOfInspected(answer);
  entry.state ??= entry.facts.state;
  const { StartedAt, FinishedAt } = answer.State;
  const since = Date.parse(RUNNING.has(entry.state) ? StartedAt : FinishedAt);
  if (since > 0) entry.since ??= since;
}

/** Moves a container into the state in which an event leaves it. */
function advance(entry: Entry, event: DockerEvent, action: string): void {
  const details = detailsOf(event, action);
  if (details.exitCode !== undefined) entry.exitCode = details.exitCode;
  if (details.health !== undefined) entry.health = details.health;
  const state = STATES[action];
  if (state === undefined) return;
  const staysUp = action === "pause" || action === "unpause";
  if (state !== entry.state || action === "restart") {
    if (!staysUp) entry.since = millisOf(event);
    if (state === "running" && !staysUp) entry.health = undefined;
  }
  entry.state = state;
}

function detailsOf(
  event: DockerEvent,
  action: string,
): Partial<ContainerEventInfo> {
  const { exitCode, signal, oldName } = event.actor.attributes;
  switch (action) {
    case "die":
      return exitCode === undefined ? {} : { exitCode: Number(exitCode) };
    case "kill":
      return signal === undefined ? {} : { signal };
    case "rename":
      return oldName === undefined
        ? {}
        : { oldName: oldName.replace(/^\//, "") };
    case "health_status":
      return { health: event.action.slice("health_status:".length).trim() };
    default:
      return {};
  }
}
