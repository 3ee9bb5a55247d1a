/**
 * What a console shows of a fleet, and what its operators do with rollouts.
 *
 * @module
 */
import type { TrustedKeys } from "../install/mod.ts";
import type {
  AgentView,
  FleetOverview,
  FleetSource,
  RolloutView,
  ScopeView,
} from "../shared/fleet_overview.ts";
import {
  AgentBook,
  type AgentStatus,
  outcomeOf,
} from "./controller/agent_book.ts";
import type { DesiredState } from "./documents/desired.ts";
import type { Rollout } from "./documents/rollout.ts";
import { readReleaseNames, readRings, type ScopeState } from "./read_fleet.ts";
import type { ControlRegistry } from "./registry.ts";
import {
  haltRollout,
  listRollouts,
  pauseRollout,
  promoteRollout,
  resumeRollout,
} from "./rollouts.ts";

/** What a view reads, and whom it believes. */
export interface FleetViewOptions {
  /** The fleet. */
  readonly fleet: string;
  /** Where its state is. */
  readonly registry: ControlRegistry;
  /** The keys that may sign desired states. */
  readonly rolloutKeys: TrustedKeys;
}

/**
 * Shows a fleet, as the option `fleet` of `createServer()` takes it. It hears
 * agents from the moment on that it was made.
 *
 * @example A fleet without agents
 * ```ts
 * import { FleetView, MemoryRegistry } from "@dockstat/plugin-handler/fleet";
 * import { assertEquals } from "@std/assert";
 *
 * await using registry = new MemoryRegistry();
 * using view = new FleetView({ fleet: "home", registry, rolloutKeys: {} });
 * assertEquals(await view.read(), {
 *   fleet: "home",
 *   agents: [],
 *   scopes: [],
 *   rollouts: [],
 * });
 * ```
 */
export class FleetView implements FleetSource, Disposable {
  readonly #options: FleetViewOptions;
  readonly #book: AgentBook;
  #reading: Promise<FleetOverview> | undefined;

  /**
   * Makes a view, and begins to hear agents.
   *
   * @param options What it reads, and whom it believes.
   */
  constructor(options: FleetViewOptions) {
    this.#options = options;
    this.#book = new AgentBook(options.registry, Date.now);
  }

  /**
   * Reads the fleet; who asks at the same time shares an answer.
   *
   * @throws {PluginError} `FLEET_FAILED` where the registry does not answer.
   */
  read(): Promise<FleetOverview> {
    return this.#reading ??= this.#read()
      .finally(() => this.#reading = undefined);
  }

  /**
   * Keeps a rollout where it is.
   *
   * @throws {PluginError} `FLEET_FAILED` where it does not run.
   */
  async pause(rollout: string): Promise<void> {
    await pauseRollout(this.#options.registry, rollout);
  }

  /**
   * Lets a paused rollout go on.
   *
   * @throws {PluginError} `FLEET_FAILED` where it is not paused.
   */
  async resume(rollout: string): Promise<void> {
    await resumeRollout(this.#options.registry, rollout);
  }

  /**
   * Puts the rings that a rollout touched back to what they had.
   *
   * @throws {PluginError} `FLEET_FAILED` where it is over.
   */
  async halt(rollout: string, reason?: string): Promise<void> {
    await haltRollout(this.#options.registry, rollout, reason);
  }

  /**
   * Has a rollout take its next step without waiting for reports.
   *
   * @throws {PluginError} `FLEET_FAILED` where it is over.
   */
  async promote(rollout: string): Promise<void> {
    await promoteRollout(this.#options.registry, rollout);
  }

  /** Hears agents no more. */
  [Symbol.dispose](): void {
    this.#book.close();
  }

  async #read(): Promise<FleetOverview> {
    const { fleet, registry, rolloutKeys } = this.#options;
    await this.#book.readRevoked();
    await this.#book.refresh();
    const [scopes, rollouts, names] = await Promise.all([
      readRings(registry, { fleet, rolloutKeys }),
      listRollouts(registry),
      readReleaseNames(registry),
    ]);
    const agents = this.#book.list();
    const nameOf = (digest: string) => names.get(digest) ?? digest.slice(0, 12);
    const states = new Map(scopes.map(({ scope, state }) => [scope, state]));
    return {
      fleet,
      agents: agents.map(agentView),
      scopes: scopes.map((scope) => scopeView(scope, nameOf)),
      rollouts: rollouts.sort((a, b) => b.since - a.since)
        .map((rollout) => rolloutView(rollout, { agents, states, nameOf })),
    };
  }
}

function agentView({ agent, ring, seen, report }: AgentStatus): AgentView {
  const scopes = report?.scopes ?? [];
  return {
    agent,
    ring,
    seen,
    gen: scopes.find(({ scope }) => scope === `ring:${ring}`)?.gen ?? 0,
    stale: scopes.some(({ stale }) => stale),
    plugins: report?.plugins ?? [],
    refused: report?.refused ?? [],
  };
}

function scopeView(
  { scope, state }: ScopeState,
  nameOf: (digest: string) => string,
): ScopeView {
  if (state === undefined) return { scope, trusted: false };
  const { gen, release, rollout, share = 1, expiresAt } = state;
  return {
    ...{ scope, trusted: true, gen, rollout, share, expiresAt },
    release: release === null ? null : nameOf(release),
  };
}

/** What is known beside a rollout. */
interface RolloutSurroundings {
  readonly agents: readonly AgentStatus[];
  readonly states: ReadonlyMap<string, DesiredState | undefined>;
  readonly nameOf: (digest: string) => string;
}

function rolloutView(
  rollout: Rollout,
  { agents, states, nameOf }: RolloutSurroundings,
): RolloutView {
  const { state, since, reason, shares, ring, share, release } = rollout;
  return {
    ...{ rollout: rollout.rollout, state, since, shares, ring, share },
    ...(reason === undefined ? {} : { reason }),
    release: nameOf(release),
    rings: rollout.rings.map((ring) => {
      const scope = `ring:${ring}`;
      const gen = states.get(scope)?.gen ?? 1;
      const ours = agents.filter((it) => it.ring === ring);
      const asked = ours.filter(({ report }) =>
        report?.scopes.some((it) =>
          it.scope === scope && it.release === release
        )
      );
      const failed = asked.filter(({ report }) =>
        outcomeOf(report, scope, gen) === "failed"
      ).length;
      return {
        ...{ ring, agents: ours.length, failed },
        done: asked.length - failed,
      };
    }),
  };
}
