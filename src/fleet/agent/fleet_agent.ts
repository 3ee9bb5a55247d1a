/**
 * An agent of a fleet: takes what is signed for it, applies it to a handler,
 * and reports what became of it. Cut off, it goes on with what it has.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { Backoff } from "../../async/backoff.ts";
import { sleep, Timer } from "../../async/timer.ts";
import { messageOf, PluginError } from "../../shared/errors.ts";
import { clip } from "../../shared/text/clip.ts";
import { isExpired, judge, releaseFor } from "./acceptance.ts";
import {
  type FleetAgentOptions,
  resolveAgentOptions,
  type ResolvedAgentOptions,
} from "./agent_options.ts";
import { unpack } from "../documents/bundle.ts";
import {
  parseDesiredState,
  parseRelease,
  type Release,
} from "../documents/desired.ts";
import { HeldStates, type TakenState } from "./held_states.ts";
import { Outbox } from "./outbox.ts";
import { PluginApplier } from "./plugin_applier.ts";
import type { AgentReport, ScopeReport } from "../documents/report.ts";
import { openSigned } from "../documents/signing.ts";
import { wishesOf } from "./wishes.ts";

/**
 * An agent of a fleet. It looks at the registry when it starts, at every hint,
 * when the connection is back, and every few minutes.
 *
 * The fleet's tables are made in the handler's database. The permissions are
 * those of the registry (`--allow-net` for the servers), beside the handler's.
 */
export class FleetAgent implements AsyncDisposable {
  readonly #options: ResolvedAgentOptions;
  readonly #scopes: readonly string[];
  readonly #held: HeldStates;
  readonly #outbox: Outbox;
  readonly #applier: PluginApplier;
  readonly #ended = new AbortController();
  readonly #backoff = new Backoff({ minMs: 1_000, maxMs: 120_000 });
  #again = new Timer(Infinity, () => {});
  #unhint: (() => void) | undefined;
  #running: Promise<AgentReport> | undefined;
  #next: Promise<AgentReport> | undefined;
  #beating: Promise<void> | undefined;
  #polling: Promise<void> | undefined;

  /**
   * Makes an agent; it does nothing before {@linkcode FleetAgent.start} or
   * {@linkcode FleetAgent.sync}.
   *
   * @param options Whose agent it is, and what it believes.
   * @throws {PluginError} `INVALID_OPTIONS`.
   */
  constructor(options: FleetAgentOptions) {
    this.#options = resolveAgentOptions(options);
    const { fleet, agent, ring, handler, registry, maxGrants } = this.#options;
    const { driver } = handler.database;
    this.#scopes = [`ring:${ring}`, `agent:${agent}`];
    this.#held = new HeldStates(driver, fleet);
    this.#outbox = new Outbox(
      driver,
      (id, report) => registry.report(id, report),
    );
    this.#applier = new PluginApplier({
      ...{ handler, maxGrants, held: this.#held },
      code: (digest) => this.#text(digest),
    });
  }

  /** How many reports wait to be handed in. */
  get waitingReports(): number {
    return this.#outbox.waiting;
  }

  /**
   * Begins to look at the registry, and to say that the agent lives. It does
   * not wait for the registry, which may be out of reach.
   */
  start(): void {
    if (this.#unhint !== undefined || this.#ended.signal.aborted) return;
    const look = () => void this.#look();
    this.#unhint = this.#options.registry.hints(this.#scopes, look);
    look();
    void this.#outbox.flush(this.#ended.signal);
    this.#polling = this.#every(this.#options.pollMs, look);
    this.#beating = this.#every(this.#options.heartbeatMs, () => this.#beat());
    this.#beat();
  }

  /**
   * Looks at the registry now, and applies what is new. Calls while one is
   * under way share the next one.
   *
   * @returns What the agent reports; that it was handed in is not waited for.
   * @throws {PluginError} `FLEET_FAILED` where the agent is closed.
   */
  sync(): Promise<AgentReport> {
    if (this.#ended.signal.aborted) {
      const message =
        "Cannot look at the fleet's registry: the agent is closed";
      return Promise.reject(new PluginError("FLEET_FAILED", message));
    }
    if (this.#running === undefined) return this.#run();
    this.#next ??= this.#running.catch(() => {}).then(() => {
      this.#next = undefined;
      return this.sync();
    });
    return this.#next;
  }

  /**
   * Ends the agent: what is under way is waited for, what was not handed in
   * stays for the next one. The handler and the registry stay open.
   */
  async close(): Promise<void> {
    this.#ended.abort();
    this.#again.stop();
    this.#unhint?.();
    await Promise.allSettled([
      ...[this.#running, this.#next, this.#polling, this.#beating],
      this.#outbox.flush(this.#ended.signal),
    ]);
  }

  /** The same as {@linkcode FleetAgent.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Looks, and looks again soon where something could not be read. */
  async #look(): Promise<void> {
    const { signal } = this.#ended;
    this.#again.stop();
    const report = await this.sync().catch(() => undefined);
    if (report?.refused.length === 0) this.#backoff.reset();
    else if (!signal.aborted) {
      this.#again.stop();
      this.#again = new Timer(this.#backoff.next(), () => void this.#look());
    }
  }

  #run(): Promise<AgentReport> {
    const running = this.#sync().finally(() => {
      this.#running = undefined;
    });
    this.#running = running;
    return running;
  }

  async #sync(): Promise<AgentReport> {
    const refused: string[] = [];
    for (const scope of this.#scopes) {
      await this.#take(scope).catch((error) =>
        refused.push(clip(`${scope}: ${messageOf(error)}`, 1_000))
      );
    }
    const taken = this.#scopes.map((scope) => this.#held.get(scope))
      .filter((state) => state !== undefined);
    const plugins = [];
    for (const wish of wishesOf(taken.map(({ release }) => release))) {
      if (this.#ended.signal.aborted) break;
      plugins.push(await this.#applier.apply(wish));
    }
    return this.#report({
      scopes: taken.map((state) => this.#scopeReport(state)),
      ...{ plugins, refused },
    });
  }

  /** Takes a scope's state where it is newer. Absence means nothing. */
  async #take(scope: string): Promise<void> {
    const { registry, fleet, agent, rolloutKeys, now } = this.#options;
    const text = await registry.desired(scope);
    const held = this.#held.get(scope);
    if (text === undefined || text === held?.text) return;
    const document = await openSigned("desired state", text, rolloutKeys);
    const state = parseDesiredState(document);
    if (state.fleet !== fleet || state.scope !== scope) {
      throw refusal(`it is for ${state.fleet} and ${state.scope}`);
    }
    const latest = now() - this.#options.clockSkewMs;
    const verdict = judge(held, { state, text }, latest);
    if (verdict === "same") return;
    if (verdict !== "newer") {
      throw refusal(`generation ${state.gen} is ${REFUSED[verdict]}`);
    }
    const release = await this.#release(releaseFor(state, agent));
    this.#held.take({ state, text, release });
  }

  async #release(digest: string | null): Promise<Release | null> {
    if (digest === null) return null;
    const { fleet, releaseKeys } = this.#options;
    const text = await this.#text(digest);
    const release = parseRelease(
      await openSigned("release", text, releaseKeys),
    );
    if (release.fleet === fleet) return release;
    throw refusal(`its release is for ${release.fleet}`);
  }

  async #text(digest: string): Promise<string> {
    const packed = await this.#options.registry.bundle(digest);
    if (packed !== undefined) return await unpack(digest, packed);
    const message = `Cannot read bundle "${digest}" of the fleet: ` +
      "the registry has none";
    throw new PluginError("FLEET_FAILED", message);
  }

  #scopeReport({ state }: TakenState): ScopeReport {
    const { scope, gen, rollout } = state;
    const { agent, now, clockSkewMs } = this.#options;
    return {
      ...{ scope, gen, rollout },
      release: releaseFor(state, agent),
      stale: isExpired(state, now() - clockSkewMs),
    };
  }

  /** Reports what is other than what was reported last. */
  #report(
    what: Pick<AgentReport, "scopes" | "plugins" | "refused">,
  ): AgentReport {
    const { fleet, agent, ring, now } = this.#options;
    const at = now();
    const report = { ...{ fleet, agent, ring, at }, ...what };
    const key = createHash("sha256").update(JSON.stringify(what)).digest("hex");
    if (this.#ended.signal.aborted) return report;
    this.#options.handler.database.driver.transaction(() => {
      if (!this.#held.noteReported(key)) return;
      const gens = what.scopes.map(({ gen }) => gen).join(".");
      // What is told again after something else was is another message.
      this.#outbox.add(`${agent}.${gens}.${key.slice(0, 16)}.${at}`, report);
    });
    void this.#outbox.flush(this.#ended.signal);
    return report;
  }

  #beat(): void {
    const { registry, handler, ring } = this.#options;
    const plugins: Record<string, number> = {};
    for (const { state } of handler.getAll()) {
      plugins[state] = (plugins[state] ?? 0) + 1;
    }
    registry.heartbeat({ ring, plugins, waiting: this.#outbox.waiting });
  }

  /** Draws each rest anew, so that agents do not come at one moment. */
  async #every(ms: number, work: () => void): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      await sleep(ms * (0.75 + Math.random() / 2), signal).catch(() => {});
      // The host may have closed its database before the agent.
      if (signal.aborted || this.#options.handler.database.driver.closed) {
        return;
      }
      work();
    }
  }
}

const REFUSED = {
  older: "older than what the agent has",
  conflicting: "another one than the agent has",
  expired: "expired",
} as const;

function refusal(state: string): PluginError {
  const message = `Cannot take desired state: ${state}`;
  return new PluginError("FLEET_FAILED", message);
}
