/**
 * Knows the containers of one engine: remembers what the list and the events
 * tell, and inspects a container once when it is made or started. Where events
 * are missing, the list shows by what it differs in what must have happened.
 *
 * @module
 */
import type { ContainerInfo } from "../../plugin/plugin.ts";
import {
  type ContainerFacts,
  exitCodeOf,
  factsOfEvent,
  factsOfListed,
  statusText,
} from "./container_facts.ts";
import {
  advance,
  complete,
  type ContainerEntry,
  isLate,
} from "./container_entry.ts";
import { type ContainerEventInfo, detailsOf } from "./container_event_info.ts";
import { inferredEvent, isUp, missedActions } from "./missed_events.ts";
import { bareAction } from "../stream/docker_event_names.ts";
import { type DockerEvent, millisOf } from "../stream/docker_event.ts";
import {
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

/** What the container list shows beyond what was known. */
export interface SyncResult {
  /** Containers that run and were never reported. */
  readonly seen: readonly ContainerInfo[];
  /** What happened unreported to the others. */
  readonly inferred: readonly DockerEvent[];
}

/** How many ids of inferred removals are remembered, for late reports. */
const MAX_GONE = 1024;
/** Ports and networks are other than before only after these. */
const INSPECTED = new Set(["create", "start"]);
/** After an answer that did not come in time, the engine is asked no more for a while. */
const REST_MS = 5_000;

/** The containers of one engine. */
export class KnownContainers implements AsyncDisposable {
  readonly #client: EngineClient;
  readonly #host: HostIdentity;
  readonly #timeoutMs: number;
  readonly #limit: TokenBucket;
  readonly #entries = new Map<string, ContainerEntry>();
  readonly #asking = new Set<Promise<void>>();
  readonly #ending = new AbortController();
  readonly #gone = new Set<string>();

  constructor(client: EngineClient, options: HostIdentity & InspectOptions) {
    this.#client = client;
    this.#host = { hostId: options.hostId, clientId: options.clientId };
    this.#timeoutMs = options.timeoutMs ?? 2_000;
    this.#limit = new TokenBucket(options.perSecond ?? 20, options.burst ?? 64);
  }

  /** The ids of those that run or are paused, as far as is known. */
  active(): string[] {
    return [...this.#entries]
      .filter(([, { state }]) => state === "running" || state === "paused")
      .map(([id]) => id);
  }

  /** The ids of those of which anything is known. */
  known(): string[] {
    return [...this.#entries.keys()];
  }

  /** What is known of one, or `undefined` where that is nothing. */
  info(id: string): ContainerInfo | undefined {
    const entry = this.#entries.get(id);
    if (entry?.facts === undefined) return undefined;
    return this.#info(entry, entry.facts, Date.now());
  }

  /**
   * Takes the container list.
   *
   * @param list All containers, stopped ones too.
   * @param before What was {@linkcode known} before the list was asked for.
   * @returns What is new. Reporting it is left to the caller, and counts as done.
   */
  sync(
    list: readonly ListedContainer[],
    before: readonly string[],
  ): SyncResult {
    const listed = new Set(list.map(({ Id }) => Id));
    const seen: ContainerInfo[] = [];
    const inferred = before.filter((id) => !listed.has(id))
      .flatMap((id) => this.#vanished(id));
    for (const container of list) {
      const entry = this.#entry(container.Id);
      const missed = this.#missed(entry, container);
      inferred.push(...missed);
      entry.facts = factsOfListed(container);
      // The events will tell, one after another.
      if (entry.coming !== undefined || missed.length > 0) continue;
      entry.state = container.State;
      if (entry.isReported || !isUp(container.State)) continue;
      entry.isReported = true;
      const status = container.Status;
      seen.push({ ...entry.facts, ...this.#host, status });
    }
    return { seen, inferred };
  }

  /**
   * Hears of an event as soon as it arrives, so that a container is inspected
   * while it exists.
   */
  notice(event: DockerEvent): void {
    const { id } = event.actor;
    if (this.#gone.has(id)) return;
    const entry = this.#entry(id);
    entry.coming = event;
    if (!INSPECTED.has(event.action)) return;
    // The event itself will report the container.
    entry.isReported = true;
    this.#inspect(id, entry);
  }

  /**
   * Makes the payload of a container's event, in the order of events.
   *
   * @returns The payload, or `undefined` where the event was inferred before
   * the engine reported it.
   */
  async describe(event: DockerEvent): Promise<ContainerEventInfo | undefined> {
    const { id } = event.actor;
    if (this.#gone.has(id)) return undefined;
    const action = bareAction(event);
    const entry = this.#entry(id);
    entry.isReported = true;
    if (entry.coming === event) entry.coming = undefined;
    if (isLate(entry, action)) return undefined;
    const isAsked = entry.isInspected || entry.pending !== undefined;
    if (action !== "destroy" && !isAsked) this.#inspect(id, entry);
    if (entry.pending !== undefined) await entry.pending;
    return this.#advance(entry, event, action);
  }

  /** Makes the payload of what {@linkcode sync} has inferred. */
  describeInferred(event: DockerEvent): ContainerEventInfo {
    const { action, actor } = event;
    const entry = this.#entry(actor.id);
    entry.inferred = action;
    if (action === "destroy") this.#forget(actor.id);
    return { ...this.#advance(entry, event, action), inferred: true };
  }

  /** @returns When the questions under way have been given up. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await Promise.all(this.#asking);
  }

  /** What has gone without a word; a container that ran has died first. */
  #vanished(id: string): DockerEvent[] {
    const entry = this.#entry(id);
    if (entry.coming !== undefined) return [];
    const actions = isUp(entry.state) ? ["die"] : [];
    return [...actions, "destroy"].map((action) => inferredEvent(id, action));
  }

  #missed(
    entry: ContainerEntry,
    { Id, State, Status }: ListedContainer,
  ): DockerEvent[] {
    if (entry.coming !== undefined || !entry.isReported) return [];
    const exitCode = exitCodeOf(Status);
    return missedActions(entry.state, State).map((action) =>
      inferredEvent(Id, action, action === "die" ? exitCode : undefined)
    );
  }

  #forget(id: string): void {
    this.#gone.add(id);
    const [oldest] = this.#gone;
    if (this.#gone.size > MAX_GONE && oldest) this.#gone.delete(oldest);
  }

  #advance(
    entry: ContainerEntry,
    event: DockerEvent,
    action: string,
  ): ContainerEventInfo {
    advance(entry, event, action);
    if (action === "destroy") this.#entries.delete(event.actor.id);
    return this.#payload(entry, event, action);
  }

  #payload(
    entry: ContainerEntry,
    event: DockerEvent,
    action: string,
  ): ContainerEventInfo {
    const time = millisOf(event);
    const own = factsOfEvent(event);
    const containerInfo = this.#info(entry, {
      ...own,
      ...entry.facts,
      // What the event says is of its moment; an inspection is of a later one.
      name: own.name || entry.facts?.name || "",
      state: action === "destroy" ? "removing" : "running",
    }, time);
    return {
      ...containerInfo,
      containerId: event.actor.id,
      containerInfo,
      action,
      time,
      timeNano: event.timeNano,
      ...detailsOf(event, action),
    };
  }

  #info(
    entry: ContainerEntry,
    facts: ContainerFacts,
    time: number,
  ): ContainerInfo {
    const state = entry.state ?? facts.state;
    const forSeconds = (time - (entry.since ?? time)) / 1000;
    return {
      ...facts,
      ...this.#host,
      state,
      status: statusText({ ...entry, state, forSeconds }),
    };
  }

  #entry(id: string): ContainerEntry {
    const known = this.#entries.get(id);
    if (known !== undefined) return known;
    const entry: ContainerEntry = {};
    this.#entries.set(id, entry);
    return entry;
  }

  #inspect(id: string, entry: ContainerEntry): void {
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
