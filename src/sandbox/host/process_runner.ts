/**
 * Runs a plugin in a process of its own: starts it at the first use, stops it
 * when it has nothing to do, and starts another one after a crash.
 *
 * @module
 */
import type { RouteContribution } from "../../plugin/contributions.ts";
import { PluginError } from "../../shared/errors.ts";
import type { PluginDefinition, StandardIssue } from "../../plugin/plugin.ts";
import {
  settingsMissing,
  type StoredSettings,
} from "../../execution/settle_settings.ts";
import { Admission } from "../../async/admission.ts";
import type {
  ChainInput,
  DisposeOptions,
  PluginRunner,
  RunChain,
  RunHook,
} from "../../execution/plugin_runner.ts";
import { withinLoadTime } from "./session/boot_session.ts";
import { CallLimits, GRACE_MS } from "./call/call_limits.ts";
import {
  type ChainCallOptions,
  type MakeCall,
  runChain,
} from "./call/chain_call.ts";
import { Departure } from "../process/drain.ts";
import type { GuestSession } from "./session/process_session.ts";
import { Idleness } from "../../async/idle_timer.ts";
import type { CallWatch } from "./call/pending_call.ts";
import type { CallWork } from "../wire/protocol.ts";
import type { Tenant } from "../process/process_slots.ts";
import { RestartDelay } from "../process/restart_delay.ts";
import { toldSettingIssues, toldSettings } from "./session/told_settings.ts";
import { busy, unloaded } from "./session/session_errors.ts";
import {
  loadPlugin,
  type ProcessRunnerOptions,
  startSession,
} from "./session/start_session.ts";

/** What a call takes beside its body, for those that have none. */
const CALL_BYTES = 1024;
/** Parsed, a body takes several times its size. */
const SHARE_OF_MEMORY = 1 / 8;
/** What a plugin's clients send while it is busy, and the host keeps. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** The way of running that trusts the plugin with nothing. */
export class ProcessRunner implements PluginRunner, Tenant {
  /** Where the code runs. */
  readonly isolation = "process";
  readonly #options: ProcessRunnerOptions;
  readonly #limits: CallLimits;
  readonly #admission: Admission;
  readonly #restarts = new RestartDelay();
  #starting: Promise<GuestSession> | undefined;
  /** The session from the start of its process, before it takes calls. */
  #spawned: GuestSession | undefined;
  #session: GuestSession | undefined;
  /** What its latest process may do, as JSON. */
  #permitted = "";
  #definition: PluginDefinition | undefined;
  #performing = 0;
  /** Whether its process has answered a request. */
  #served = false;
  /** What was under way when its process crashed. */
  readonly #tookAlong = new Set<CallWork["kind"]>();
  readonly #idleness: Idleness;
  #departure: Departure | undefined;
  #disposed = false;

  /**
   * Makes a runner; its process is started by the first call.
   *
   * @param options The plugin, its code and its limits.
   */
  constructor(options: ProcessRunnerOptions) {
    this.#options = {
      ...options,
      permissions: () => {
        const permitted = options.permissions();
        this.#permitted = JSON.stringify(permitted);
        return permitted;
      },
    };
    const { idleMs, maxCallMs, memoryMb } = options.sandbox;
    this.#admission = new Admission({
      inside: memoryMb * 2 ** 20 * SHARE_OF_MEMORY,
      waiting: MAX_WAITING_BYTES,
      onFull: () => busy(options.plugin),
    });
    this.#limits = new CallLimits(options.actionTimeoutMs, maxCallMs);
    this.#idleness = new Idleness(idleMs, () => this.makeRoom());
  }

  /** Whether the code has been imported; its process may be stopped since. */
  get active(): boolean {
    return this.#definition !== undefined;
  }

  /** Since when its process has had nothing to do. */
  get idleSince(): number | undefined {
    return this.#idleness.since;
  }

  /** How many bytes of memory its process occupies, where that can be told. */
  get residentBytes(): number | undefined {
    return this.#session?.residentBytes;
  }

  /** Whether its process may do other things than are permitted now. */
  isOutdated(permitted: object): boolean {
    return this.#session !== undefined &&
      this.#permitted !== JSON.stringify(permitted);
  }

  /** The number of its process; undefined while there is none. */
  get pid(): number | undefined {
    return this.#session?.pid;
  }

  /**
   * Starts the process, imports the code and calls `init()`, where that has
   * not happened yet.
   *
   * @returns The definition, with functions that call into the process.
   */
  async activate(): Promise<PluginDefinition> {
    if (this.#definition === undefined) {
      await this.#perform(() => Promise.resolve());
    }
    return this.#definition!;
  }

  /** Compiles the chain of a route. */
  chain(route: RouteContribution): RunChain {
    const { health, plugin } = this.#options;
    const options = {
      health,
      plugin,
      limits: this.#limits,
      call: this.#call,
    };
    return (input) => this.#admitted(route, input, options);
  }

  /** The hook of an event by the name that the plugin gave it. */
  hook(event: string): RunHook {
    const watch = this.#watchOfOne();
    return async (payload, extra) => {
      const work = { kind: "hook", event, payload, extra } as const;
      return await this.#call(work, watch);
    };
  }

  /** What is wrong with settings, as the schema in the plugin's process says. */
  async checkSettings(
    settings: StoredSettings,
  ): Promise<readonly StandardIssue[]> {
    const work = { kind: "settings", act: "check", settings } as const;
    return toldSettingIssues(await this.#call(work, this.#watchOfOne()));
  }

  /** Hands the plugin other settings. */
  async configure(settings: StoredSettings): Promise<void> {
    // What is not there yet reads them when it starts, or has done so.
    await this.#starting?.catch(() => {});
    if (this.#definition === undefined) return;
    const work = { kind: "settings", act: "apply", settings } as const;
    const told = await this.#call(work, this.#watchOfOne());
    this.#options.health.settings = toldSettings(told, this.#options);
  }

  /**
   * Stops the process as soon as what is under way is done; calls that come
   * meanwhile wait for the next one.
   */
  makeRoom(): void {
    // Calls end in their time, but the response of one may stream for ever.
    const { actionTimeoutMs, cleanupTimeoutMs } = this.#options;
    void this.#depart(actionTimeoutMs && actionTimeoutMs + cleanupTimeoutMs);
  }

  /**
   * Starts a new process with what is permitted now; what the old one does may
   * take as long as cleaning up.
   */
  async restart(): Promise<void> {
    if (this.#session === undefined && this.#starting === undefined) return;
    await this.#depart(this.#options.cleanupTimeoutMs);
  }

  /** Calls `cleanup()`, and ends the process. */
  async dispose(options: DisposeOptions = {}): Promise<void> {
    this.#disposed = true;
    this.#idleness.stop();
    if (!options.drain) this.#admission.close(unloaded(this.#options.plugin));
    const { cleanupTimeoutMs, plugin, sandbox } = this.#options;
    const isBusy = this.#performing > 0 || this.#session?.idle === false;
    if (options.drain && isBusy) {
      await this.#depart(cleanupTimeoutMs);
    }
    if (this.#session === undefined && this.#starting !== undefined) {
      sandbox.slots.giveUp(this);
      this.#spawned?.end(unloaded(plugin));
      await this.#starting.catch(() => {});
    }
    await this.#session?.close(cleanupTimeoutMs + GRACE_MS);
  }

  /** As for one action. */
  #watchOfOne(): CallWatch {
    const limitMs = this.#limits.waitMs(this.#limits.actionMs(undefined));
    const maxMs = this.#limits.callMs(1);
    return { steps: 1, limitMs: () => limitMs, maxMs };
  }

  /** What is sent and not answered yet is in the guest's memory. */
  async #admitted(
    route: RouteContribution,
    input: ChainInput,
    options: ChainCallOptions,
  ): Promise<unknown> {
    if (this.#definition === undefined) await this.activate();
    const { missing } = this.#options.health.settings;
    if (missing.length > 0) throw settingsMissing(options.plugin, missing);
    const size = CALL_BYTES + (input.raw?.length ?? 0);
    const turn = this.#admission.enter(size, input.request.signal);
    if (turn !== undefined) await turn;
    try {
      return await runChain(route, input, options);
    } finally {
      this.#admission.leave(size);
    }
  }

  /** Makes a call, on a second process where the first broke before it. */
  readonly #call: MakeCall = (work, watch, signal) =>
    this.#perform(async (session) => {
      this.#served ||= work.kind === "chain";
      const call = session.call(work, watch, signal);
      try {
        return await call.answer;
      } catch (error) {
        if (!session.alive) this.#tookAlong.add(work.kind);
        const canRepeat = call.untouched && !session.alive && !this.#disposed &&
          !(work.kind === "chain" &&
            work.request.body instanceof ReadableStream);
        if (!canRepeat) throw error;
      }
      await session.over;
      return await (await this.#running()).call(work, watch, signal).answer;
    });

  async #perform<R>(act: (session: GuestSession) => Promise<R>): Promise<R> {
    while (this.#departure !== undefined) await this.#departure.left;
    this.#performing++;
    this.#idleness.end();
    try {
      return await act(await this.#running());
    } finally {
      this.#performing--;
      this.#rest();
    }
  }

  async #running(): Promise<GuestSession> {
    for (;;) {
      if (this.#disposed) throw unloaded(this.#options.plugin);
      this.#starting ??= this.#start().catch((error) => {
        this.#starting = undefined;
        throw error;
      });
      const session = await this.#starting;
      if (session.alive) return session;
      // It is ending, and the next one waits for that.
      await session.over;
    }
  }

  async #start(): Promise<GuestSession> {
    const { sandbox, plugin } = this.#options;
    await this.#restarts.wait(plugin);
    await sandbox.slots.take(this);
    try {
      const session = await startSession(this.#options, {
        onSpawn: (spawned) => {
          this.#restarts.started();
          this.#spawned = spawned;
        },
        onIdle: () => this.#rest(),
        isWanted: () => !this.#disposed,
        // The process does not tell whether a request made it happen.
        onFault: (error) =>
          this.#options.health.failedLate(error, { ofRequest: this.#served }),
      });
      await this.#load(session);
      this.#session = session;
      session.over.then((reason) => this.#ended(reason));
      return session;
    } catch (error) {
      await this.#notStarted(error);
      throw error;
    } finally {
      this.#spawned = undefined;
    }
  }

  async #load(session: GuestSession): Promise<void> {
    const { plugin, loadTimeoutMs: limitMs, health } = this.#options;
    const started = performance.now();
    const pending = loadPlugin(session, this.#options, this);
    const load = { session, pending, limitMs };
    const definition = await withinLoadTime(plugin, load);
    const took = performance.now() - started;
    // A restart says nothing about the calls that made it necessary.
    if (this.#definition === undefined) health.loadFinished(took);
    else health.loadMs = took;
    this.#definition ??= definition;
  }

  async #notStarted(error: unknown): Promise<void> {
    const { plugin, health, sandbox } = this.#options;
    const session = this.#spawned;
    session?.end(unloaded(plugin));
    const reason = await session?.over;
    sandbox.slots.release(this);
    if (reason?.code === "SANDBOX_CRASHED") {
      this.#restarts.crashed(reason);
      health.loadFinished(reason);
    } else if (
      error instanceof PluginError && error.code !== "PLUGIN_NOT_LOADED"
    ) health.loadFinished(error);
  }

  /** Nothing may be left to do: then leaves, or waits for its time. */
  #rest(): void {
    if (this.#performing > 0 || this.#session?.idle === false) return;
    if (this.#departure !== undefined) return this.#leaveIfIdle();
    if (this.#session === undefined || this.#disposed) return;
    this.#idleness.begin();
  }

  #depart(limitMs: number): Promise<void> {
    const departure = this.#departure ??= new Departure(() => this.#leave());
    departure.limit(limitMs);
    this.#leaveIfIdle();
    return departure.left;
  }

  #leaveIfIdle(): void {
    if (this.#performing > 0 || this.#session?.idle === false) return;
    this.#leave();
  }

  #leave(): void {
    const session = this.#session;
    this.#idleness.stop();
    if (session === undefined) return this.#left();
    session.close(this.#options.cleanupTimeoutMs + GRACE_MS)
      .then(() => this.#left());
  }

  #left(): void {
    this.#departure?.done();
    this.#departure = undefined;
  }

  #ended(reason: PluginError): void {
    this.#idleness.stop();
    this.#session = undefined;
    this.#starting = undefined;
    if (reason.code === "SANDBOX_CRASHED") {
      this.#restarts.crashed(reason);
      this.#options.health.crashed(reason, {
        ofRequest: this.#madeByRequest(),
      });
    }
    this.#tookAlong.clear();
    this.#served = false;
    this.#options.sandbox.slots.release(this);
    if (this.#performing === 0) this.#left();
  }

  /**
   * Whether a request may have ended the process. What a request left behind may
   * end it long after the answer: only a hook is a better explanation.
   */
  #madeByRequest(): boolean {
    if (this.#tookAlong.has("chain")) return true;
    return this.#served && !this.#tookAlong.has("hook");
  }
}
