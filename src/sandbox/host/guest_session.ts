/**
 * The host's end of one child's life: the handshake, the calls under way, what
 * the guest asks for, and what becomes of all that when the child ends.
 *
 * @module
 */
import { isLimit, Timer } from "../../async/timer.ts";
import type { PluginContributions } from "../../plugin/contributions.ts";
import { messageOf, type PluginError } from "../../shared/errors.ts";
import type { PluginIdentity, PluginLogger } from "../../plugin/plugin.ts";
import { Decoder } from "../wire/decoder.ts";
import { FrameSplitter, guestFrame } from "../wire/frames.ts";
import { type ChildExit, GuestChild } from "../process/guest_child.ts";
import { hostBound } from "../wire/host_bound.ts";
import type { LaunchOptions } from "../process/launcher.ts";
import { LogGate } from "./log_gate.ts";
import { type CallWatch, PendingCall } from "./pending_call.ts";
import { PendingCalls } from "./pending_calls.ts";
import {
  type CallWork,
  type GuestBoundMessage,
  type HostBoundMessage,
  type OpenMessage,
  PROTOCOL_VERSION,
  SECRET_BYTES,
  type StreamMessage,
} from "../wire/protocol.ts";
import { Pulse } from "../process/pulse.ts";
import { reviveError } from "./revive_error.ts";
import {
  crashed,
  howItEnded,
  protocolBroken,
  TIMED_OUT,
  unloaded,
} from "./session_errors.ts";
import type { StatementServer } from "./statement_server.ts";
import { StreamHub } from "./stream_hub.ts";

/** What a session works with. */
export interface SessionOptions {
  /** How the child is started. */
  readonly launch: LaunchOptions;
  /** What the guest is told first. */
  readonly open: Omit<OpenMessage, "type" | "protocol" | "secret">;
  /** Receives what the plugin logs. */
  readonly logger: PluginLogger;
  /** Receives errors that the plugin's code caused outside of any call. */
  readonly onFault: (error: unknown) => void;
  /** Called whenever nothing is under way any more. */
  readonly onIdle: () => void;
}

/** One child's life. */
export class GuestSession {
  /** Settles when the guest runs and begins to import, or is over already. */
  readonly ready: Promise<void>;
  /** What the plugin contributes, once its code is imported. */
  readonly loaded: Promise<PluginContributions>;
  /** Why it is over, once it is. */
  readonly over: Promise<PluginError>;
  /** Runs the guest's statements; it has no table before. */
  statements: StatementServer | undefined;
  readonly #options: SessionOptions;
  readonly #child: GuestChild;
  readonly #streams: StreamHub;
  readonly #calls = new PendingCalls((call) => void this.#overdue(call));
  readonly #booting = Promise.withResolvers<void>();
  readonly #loading = Promise.withResolvers<PluginContributions>();
  readonly #logs: LogGate;
  readonly #pulse = new Pulse(() => this.#send({ type: "ping" }));
  #nextId = 1;
  #reason: PluginError | undefined;

  /**
   * Starts a child.
   *
   * @param options What to run, and who listens.
   * @throws {PluginError} `SANDBOX_CRASHED` where it cannot be started.
   */
  constructor(options: SessionOptions) {
    this.#options = options;
    this.#logs = new LogGate(options.logger, options.open.logLinesPerSecond);
    this.#streams = new StreamHub(
      (message) => this.#send(message),
      () => this.#checkIdle(),
    );
    const secret = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
    const frames = new FrameSplitter(secret);
    this.#child = new GuestChild(options.launch, (bytes) => {
      try {
        frames.push(bytes, this.#receive);
      } catch (error) {
        this.end(crashed(this.#plugin, messageOf(error), error));
        throw error;
      }
    });
    this.ready = this.#booting.promise;
    this.loaded = this.#loading.promise;
    this.loaded.catch(() => {});
    this.over = this.#child.exited.then((exit) => this.#ended(exit));
    const { open } = options;
    this.#send({ ...open, type: "open", protocol: PROTOCOL_VERSION, secret });
  }

  /** Whether calls can be made. */
  get alive(): boolean {
    return this.#reason === undefined;
  }

  /** Whether nothing is under way. */
  get idle(): boolean {
    return this.#calls.size === 0 && this.#streams.idle;
  }

  /** How many bytes of memory the child occupies, where that can be told. */
  get residentBytes(): number | undefined {
    return this.#child.residentBytes();
  }

  /** The child's process number. */
  get pid(): number {
    return this.#child.pid;
  }

  /**
   * Makes a call.
   *
   * @param work What it asks for.
   * @param watch Told where it is.
   * @param signal Aborts the call's own signal on the other side.
   * @returns The call.
   */
  call(work: CallWork, watch: CallWatch, signal?: AbortSignal): PendingCall {
    const id = this.#nextId++;
    const call = new PendingCall(work, watch);
    this.#calls.add(id, call);
    try {
      this.#send({ type: "call", id, work });
    } catch (error) {
      this.#settle(id, call).reject(error);
      return call;
    }
    if (signal !== undefined) this.#forward(signal, id, call);
    return call;
  }

  /**
   * Lets the plugin clean up, then ends the child.
   *
   * @param limitMs Milliseconds that cleaning up may take; 0 and `Infinity` for no
   * limit.
   */
  async close(limitMs: number): Promise<void> {
    const end = () => this.end(unloaded(this.#plugin));
    const timer = isLimit(limitMs) ? new Timer(limitMs, end) : undefined;
    this.#send({ type: "close" });
    await this.over;
    timer?.stop();
  }

  /**
   * Ends the child at once.
   *
   * @param reason What every call under way rejects with.
   */
  end(reason: PluginError): void {
    this.#reason ??= reason;
    this.#child.kill();
  }

  get #plugin(): PluginIdentity {
    return this.#options.open.plugin;
  }

  readonly #receive = (bytes: Uint8Array): void => {
    const decoder = new Decoder(bytes, this.#streams.receive);
    this.#handle(hostBound(decoder.decode()));
  };

  #handle(message: HostBoundMessage): void {
    switch (message.type) {
      case "ready":
        return this.#accept(message.protocol);
      case "loaded":
        return this.#loading.resolve(message.contributions);
      case "refused":
        return this.#loading.reject(
          reviveError(message.error, this.#plugin.id),
        );
      case "step":
        if (this.#begin(message)) return;
        throw protocolBroken(`call ${message.id} has no step ${message.index}`);
      case "reply":
        return this.#settle(message.id).resolve(message.value);
      case "failure":
        return this.#settle(message.id)
          .reject(reviveError(message.error, this.#plugin.id));
      case "statements":
        return this.#answer(message);
      case "log":
        return this.#logs.take(message.level, message.text);
      case "fault":
        return this.#options.onFault(message.error);
      case "pong":
        return this.#pulse.heard();
      case "closed":
        this.#reason ??= unloaded(this.#plugin);
        return;
      default:
        return this.#streams.handle(message);
    }
  }

  #accept(protocol: number): void {
    if (protocol !== PROTOCOL_VERSION) {
      throw protocolBroken(`it speaks version ${protocol} of the protocol`);
    }
    this.#booting.resolve();
  }

  #answer(
    { id, mode, statements, expected }: HostBoundMessage & {
      type: "statements";
    },
  ): void {
    const server = this.statements;
    if (server === undefined) throw protocolBroken("it has no table");
    if (statements.length === 0) throw protocolBroken("it asks for nothing");
    const answer = server.answer(mode, statements, expected);
    try {
      this.#send({ type: "outcomes", id, ...answer });
    } catch (error) {
      const outcomes = statements.map(() => ({ error: error as PluginError }));
      this.#send({ type: "outcomes", id, outcomes, committed: false });
    }
  }

  #begin(
    { id, index, timeoutMs }: HostBoundMessage & { type: "step" },
  ): boolean {
    const call = this.#call(id);
    const begun = call.begin(index, timeoutMs);
    this.#calls.watch(call);
    return begun;
  }

  #call(id: number): PendingCall {
    const call = this.#calls.get(id);
    if (call === undefined) throw protocolBroken(`there is no call ${id}`);
    return call;
  }

  #settle(id: number, call: PendingCall = this.#call(id)): PendingCall {
    this.#calls.delete(id);
    // Only once whoever waits for the answer has it.
    call.answer.catch(() => {}).then(() => this.#checkIdle());
    return call;
  }

  #forward(signal: AbortSignal, id: number, call: PendingCall): void {
    const abort = () => {
      if (this.#calls.get(id) === undefined) return;
      this.#send({ type: "abort", id, reason: messageOf(signal.reason) });
    };
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    const forget = () => signal.removeEventListener("abort", abort);
    call.answer.then(forget, forget);
  }

  /** A step took too long: either the guest no longer listens, or it stalls. */
  async #overdue(call: PendingCall): Promise<void> {
    // An action has the same limit inside, so that its time is over for good.
    const isOver = call.work.kind === "chain" && call.step >= 0;
    if (!isOver && await this.#pulse.listens()) return this.#calls.rearm(call);
    if (!this.#calls.has(call)) return;
    const culprit = isOver ? call : this.#calls.oldestSilent ?? call;
    culprit.suspect = true;
    if (culprit.work.kind === "chain") culprit.reject(TIMED_OUT);
    this.end(
      crashed(this.#plugin, "it did not come back from a call in time"),
    );
  }

  #checkIdle(): void {
    if (this.idle && this.alive) this.#options.onIdle();
  }

  #ended(exit: ChildExit): PluginError {
    const reason = this.#reason ??= crashed(this.#plugin, howItEnded(exit));
    this.#booting.resolve();
    this.#loading.reject(reason);
    this.#streams.close(reason);
    this.#calls.close(reason);
    return reason;
  }

  #send(message: GuestBoundMessage | StreamMessage): void {
    this.#child.write(guestFrame(message, this.#streams.send));
  }
}
