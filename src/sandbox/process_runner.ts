/**
 * Runs a plugin in a process of its own: starts it at the first use, stops it
 * when it has nothing to do, and starts another one after a crash.
 *
 * @module
 */
import type { RouteContribution } from "../contributions.ts";
import { PluginError } from "../errors.ts";
import type { PluginDefinition } from "../plugin.ts";
import type {
  ChainInput,
  DisposeOptions,
  PluginRunner,
  RunChain,
  RunHook,
} from "../runtime/plugin_runner.ts";
import { withinLimit } from "../runtime/within_limit.ts";
import { ChainWatch } from "./chain_watch.ts";
import type { GuestSession } from "./guest_session.ts";
import { Idleness } from "./idleness.ts";
import { packBlobs } from "./packed_blob.ts";
import type { CallWatch } from "./pending_call.ts";
import type { Tenant } from "./process_slots.ts";
import type { CallWork } from "./protocol.ts";
import { RestartDelay } from "./restart_delay.ts";
import { unloaded } from "./session_errors.ts";
import {
  loadPlugin,
  type ProcessRunnerOptions,
  startSession,
} from "./start_session.ts";
import { takeApart } from "./wire_request.ts";

/** A guest keeps the limits itself; one that does not has this much longer. */
const GRACE_MS = 250;

/** The way of running that trusts the plugin with nothing. */
export class ProcessRunner implements PluginRunner, Tenant {
  /** Where the code runs. */
  readonly isolation = "process";
  readonly #options: ProcessRunnerOptions;
  readonly #restarts = new RestartDelay();
  #starting: Promise<GuestSession> | undefined;
  /** The session from the start of its process, before it takes calls. */
  #spawned: GuestSession | undefined;
  #session: GuestSession | undefined;
  #definition: PluginDefinition | undefined;
  #performing = 0;
  readonly #idleness: Idleness;
  #leaving: PromiseWithResolvers<void> | undefined;
  #disposed = false;

  /**
   * Makes a runner; its process is started by the first call.
   *
   * @param options The plugin, its code and its limits.
   */
  constructor(options: ProcessRunnerOptions) {
    this.#options = options;
    const { idleMs } = options.sandbox;
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
    await this.#perform(() => Promise.resolve());
    return this.#definition!;
  }

  /** Compiles the chain of a route. */
  chain(route: RouteContribution): RunChain {
    return (input) => this.#runChain(route, input);
  }

  /** The hook of an event by the name that the plugin gave it. */
  hook(event: string): RunHook {
    const limitMs = this.#limit(this.#options.actionTimeoutMs);
    const watch: CallWatch = { steps: 1, limitMs: () => limitMs };
    return async (payload) => {
      const work = { kind: "hook", event, payload } as const;
      return await this.#call(work, watch);
    };
  }

  /**
   * Stops the process as soon as what is under way is done; calls that come
   * meanwhile wait for the next one.
   */
  makeRoom(): void {
    this.#leaving ??= Promise.withResolvers();
    this.#leaveIfIdle();
  }

  /** Stops the process gracefully; the next call starts one anew. */
  async restart(): Promise<void> {
    if (this.#session === undefined && this.#starting === undefined) return;
    this.makeRoom();
    await this.#leaving?.promise;
  }

  /** Calls `cleanup()`, and ends the process. */
  async dispose(options: DisposeOptions = {}): Promise<void> {
    this.#disposed = true;
    this.#idleness.stop();
    const { cleanupTimeoutMs } = this.#options;
    if (options.drain && this.#performing > 0) {
      this.makeRoom();
      const left = this.#leaving!.promise;
      await withinLimit(left, cleanupTimeoutMs, () => undefined)
        .catch(() => {});
    }
    if (this.#session === undefined && this.#starting !== undefined) {
      this.#options.sandbox.slots.giveUp(this);
      this.#spawned?.end(unloaded(this.#options.plugin));
      await this.#starting.catch(() => {});
    }
    await this.#session?.close(cleanupTimeoutMs + GRACE_MS);
  }

  async #runChain(
    route: RouteContribution,
    input: ChainInput,
  ): Promise<unknown> {
    const { request, body, params } = input;
    const reading = packBlobs(body);
    if (reading !== undefined) await reading;
    const { health, plugin, actionTimeoutMs } = this.#options;
    const watch = new ChainWatch({
      route,
      health,
      plugin,
      actionTimeoutMs,
      limitOf: (ms) => this.#limit(ms),
    });
    try {
      const wire = takeApart(request);
      const work = {
        kind: "chain",
        route,
        request: wire,
        body,
        params,
      } as const;
      const value = await this.#call(work, watch, request.signal);
      watch.succeeded();
      return value;
    } catch (error) {
      throw watch.failed(error, request.signal.aborted);
    }
  }

  /** Makes a call, on a second process where the first broke before it. */
  #call(
    work: CallWork,
    watch: CallWatch,
    signal?: AbortSignal,
  ): Promise<unknown> {
    return this.#perform(async (session) => {
      const call = session.call(work, watch, signal);
      try {
        return await call.answer;
      } catch (error) {
        const canRepeat = call.untouched && !session.alive && !this.#disposed &&
          !(work.kind === "chain" && work.request.body !== null);
        if (!canRepeat) throw error;
      }
      await session.over;
      return await (await this.#running()).call(work, watch, signal).answer;
    });
  }

  async #perform<R>(act: (session: GuestSession) => Promise<R>): Promise<R> {
    while (this.#leaving !== undefined) await this.#leaving.promise;
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
    const { sandbox, plugin, loadTimeoutMs, health } = this.#options;
    await this.#restarts.wait(plugin);
    await sandbox.slots.take(this);
    let session: GuestSession | undefined;
    try {
      if (this.#disposed) throw unloaded(this.#options.plugin);
      this.#restarts.started();
      const started = performance.now();
      session = await startSession(this.#options, () => this.#rest());
      this.#spawned = session;
      await withinLimit(this.#load(session), loadTimeoutMs, () => {
        const error = this.#loadTimeout();
        session?.end(error);
        return error;
      });
      health.loadMs = performance.now() - started;
      this.#session = session;
      session.over.then((reason) => this.#ended(reason));
      return session;
    } catch (error) {
      session?.end(unloaded(this.#options.plugin));
      await session?.over.then((reason) => this.#countCrash(reason));
      sandbox.slots.release(this);
      throw error;
    }
  }

  async #load(session: GuestSession): Promise<void> {
    this.#definition = await loadPlugin(session, this.#options, this);
  }

  /** Nothing may be left to do: then leaves, or waits for its time. */
  #rest(): void {
    if (this.#performing > 0 || this.#session?.idle === false) return;
    if (this.#leaving !== undefined) return this.#leaveIfIdle();
    if (this.#session === undefined || this.#disposed) return;
    this.#idleness.begin();
  }

  #leaveIfIdle(): void {
    if (this.#performing > 0 || this.#session?.idle === false) return;
    const session = this.#session;
    this.#idleness.stop();
    if (session === undefined) return this.#left();
    session.close(this.#options.cleanupTimeoutMs + GRACE_MS)
      .then(() => this.#left());
  }

  #left(): void {
    this.#leaving?.resolve();
    this.#leaving = undefined;
  }

  #ended(reason: PluginError): void {
    this.#idleness.stop();
    this.#session = undefined;
    this.#starting = undefined;
    this.#countCrash(reason);
    this.#options.sandbox.slots.release(this);
    if (this.#performing === 0) this.#left();
  }

  #countCrash(reason: PluginError): void {
    if (reason.code !== "SANDBOX_CRASHED") return;
    this.#restarts.crashed();
    this.#options.health.failed(reason);
    this.#options.logger.error(reason.message);
  }

  #limit(ms: number): number {
    return ms > 0 ? ms + GRACE_MS : 0;
  }

  #loadTimeout(): PluginError {
    const { plugin: { id, name }, loadTimeoutMs } = this.#options;
    return new PluginError(
      "LOAD_TIMEOUT",
      `Cannot load plugin "${name}": import and init() took longer than ${loadTimeoutMs} ms; raise loadTimeoutMs, or look for a top-level await that does not end`,
      { pluginId: id },
    );
  }
}
