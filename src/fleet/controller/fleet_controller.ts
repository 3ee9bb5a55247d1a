/**
 * A controller of a fleet: brings rollouts further, one of several at a time.
 *
 * @module
 */
import { sleep } from "../../async/timer.ts";
import type { TrustedKeys } from "../../install/mod.ts";
import { messageOf, PluginError } from "../../shared/errors.ts";
import { AgentBook, type AgentStatus } from "./agent_book.ts";
import { collectBundles } from "../publish.ts";
import { isFleetId } from "../documents/desired.ts";
import { DesiredWriter } from "./desired_writer.ts";
import { Lease } from "./lease.ts";
import type { ControlRegistry } from "../registry.ts";
import { RolloutDriver } from "./rollout_driver.ts";
import type { SigningKey } from "../documents/signing.ts";

/** The settings of a {@linkcode FleetController}. */
export interface FleetControllerOptions {
  /** The fleet. */
  fleet: string;
  /** Where the fleet's state is. */
  registry: ControlRegistry;
  /** What signs desired states. */
  rolloutKey: SigningKey;
  /** The keys whose desired states are believed, that one's among them. */
  rolloutKeys: TrustedKeys;
  /**
   * The keys that sign releases. With them, code and releases that nothing has
   * named for 30 days are deleted, once a day.
   *
   * @default none; nothing is deleted
   */
  releaseKeys?: TrustedKeys;
  /** What this controller is called. @default a random name */
  name?: string;
  /**
   * How many milliseconds pass between two steps.
   *
   * @default 1000
   */
  tickMs?: number;
  /**
   * After how many milliseconds of silence a rollout waits for an agent no
   * longer; for as long a controller that just began waits for all.
   *
   * @default 120000
   */
  aliveMs?: number;
  /**
   * How many milliseconds a desired state holds; it is written anew when half
   * of them are over.
   *
   * @default 30 days
   */
  lifetimeMs?: number;
  /** The controller's clock. @default Date.now */
  now?: () => number;
  /** Hears of what failed; it is tried again. @default nothing */
  onError?: (error: PluginError) => void;
}

const DAY_MS = 86_400_000;

/**
 * A controller. Any number may run; the registry's lease lets one act, and
 * another one goes on where it ended.
 */
export class FleetController implements AsyncDisposable {
  readonly #registry: ControlRegistry;
  readonly #book: AgentBook;
  readonly #writer: DesiredWriter;
  readonly #driver: RolloutDriver;
  readonly #lease: Lease;
  readonly #options: ResolvedControllerOptions;
  readonly #ended = new AbortController();
  readonly #begun: number;
  /** When what nothing names was deleted last. */
  #collectedAt = -Infinity;
  #loop: Promise<unknown> | undefined;

  /**
   * Makes a controller; it does nothing before {@linkcode FleetController.start}.
   *
   * @param options What it works with.
   * @throws {PluginError} `INVALID_OPTIONS`.
   */
  constructor(options: FleetControllerOptions) {
    const resolved = resolve(options);
    const { registry, now, aliveMs, name } = resolved;
    this.#options = resolved;
    this.#registry = registry;
    this.#begun = now();
    this.#book = new AgentBook(registry, now);
    this.#lease = new Lease(registry, name);
    this.#writer = new DesiredWriter(resolved);
    this.#driver = new RolloutDriver({
      ...{ registry, now, writer: this.#writer, book: this.#book },
      // Whoever just began has heard of nobody yet, and waits for all.
      aliveSince: () =>
        now() - this.#begun < aliveMs ? -Infinity : now() - aliveMs,
    });
  }

  /** Whether this controller is the one that acts. */
  get leads(): boolean {
    return this.#lease.isHeld;
  }

  /** The agents that the controller has heard of, by name. */
  agents(): AgentStatus[] {
    return this.#book.list();
  }

  /** Begins to act. */
  start(): void {
    this.#loop ??= Promise.all([this.#renew(), this.#run()]);
  }

  /**
   * Does what is to be done now, where this controller has the lease or gets
   * it.
   *
   * @returns Whether it has.
   * @throws {PluginError} `FLEET_FAILED` where the registry fails.
   */
  async tick(): Promise<boolean> {
    if (!this.leads && !await this.#lease.hold()) return false;
    await this.#book.readRevoked();
    await this.#book.refresh();
    for (const rollout of await this.#registry.keys("rollouts")) {
      if (!this.leads) return false;
      await this.#driver.drive(rollout);
    }
    await this.#writeAnew();
    await this.#collect();
    return true;
  }

  /** Ends: another controller goes on. The registry stays open. */
  async close(): Promise<void> {
    this.#ended.abort();
    this.#book.close();
    await this.#loop;
  }

  /** The same as {@linkcode FleetController.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Renewed beside the work, which may take longer than the lease lasts. */
  async #renew(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      await this.#lease.hold();
      await sleep(900, signal).catch(() => {});
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      await sleep(this.#options.tickMs, signal).catch(() => {});
      if (signal.aborted || !this.leads) continue;
      await this.tick().catch((error) => this.#tell(error));
    }
  }

  /** A state that nobody writes anew would be stale one day. */
  async #writeAnew(): Promise<void> {
    const { now, lifetimeMs } = this.#options;
    for (const scope of await this.#registry.scopes()) {
      const current = await this.#writer.read(scope);
      const { state } = current;
      if (state === undefined || !this.leads) continue;
      if (Date.parse(state.expiresAt) - now() > lifetimeMs / 2) continue;
      const highestGen = this.#book.highestGen(scope);
      const { release, rollout, prev, share } = state;
      const next = { release, rollout, prev, highestGen };
      await this.#writer.write(scope, current, {
        ...next,
        ...(share === undefined ? {} : { share }),
      });
    }
  }

  /** What cannot be deleted is tried again the next day. */
  async #collect(): Promise<void> {
    const { releaseKeys, now } = this.#options;
    if (releaseKeys === undefined || !this.leads) return;
    if (now() - this.#collectedAt < DAY_MS) return;
    this.#collectedAt = now();
    await collectBundles(this.#registry, { releaseKeys, now: now() });
  }

  #tell(thrown: unknown): void {
    const error = thrown instanceof PluginError ? thrown : new PluginError(
      "FLEET_FAILED",
      `Cannot bring rollouts further: ${messageOf(thrown)}`,
      { cause: thrown },
    );
    this.#options.onError(error);
  }
}

type ResolvedControllerOptions =
  & Required<Omit<FleetControllerOptions, "releaseKeys">>
  & Pick<FleetControllerOptions, "releaseKeys">;

function resolve(given: FleetControllerOptions): ResolvedControllerOptions {
  if (!isFleetId(given.fleet)) {
    const message = 'Cannot use option "fleet" of the controller: it is no ' +
      "name of at most 64 letters, digits, _ and -";
    throw new PluginError("INVALID_OPTIONS", message);
  }
  return {
    name: crypto.randomUUID(),
    tickMs: 1_000,
    aliveMs: 120_000,
    lifetimeMs: 30 * DAY_MS,
    now: Date.now,
    onError: () => {},
    ...given,
  };
}
