/**
 * What is said between the host and one guest: the handshake, the calls under
 * way, and what the guest says of its own accord. Nothing that a guest says is
 * believed, and none of it costs the host more than a bounded amount.
 *
 * @module
 */
import { TokenBucket } from "../../../async/token_bucket.ts";
import type { PluginIdentity, PluginLogger } from "../../../plugin/plugin.ts";
import type { PluginContributions } from "../../../plugin/contributions.ts";
import { clip, MAX_MESSAGE } from "../../../shared/text/clip.ts";
import { messageOf, type PluginError } from "../../../shared/errors.ts";
import { FAULTS_PER_SECOND, MAX_COST } from "../../wire/wire_limits.ts";
import { Decoder } from "../../wire/decoder.ts";
import { guestFrame } from "../../wire/frames.ts";
import { EMITS_PER_SECOND } from "../../../execution/plugin_emitter.ts";
import { hostBound } from "../../wire/host_bound.ts";
import {
  type CallWork,
  type GuestBoundMessage,
  type HostBoundMessage,
  PROTOCOL_VERSION,
  type StreamMessage,
} from "../../wire/protocol.ts";
import { toldError } from "../../wire/told_error.ts";
import { Pulse } from "../../process/heartbeat.ts";
import type { HeaderPolicy } from "../call/header_policy.ts";
import { CostPace } from "./cost_pace.ts";
import { LogGate } from "./log_limit.ts";
import { type CallWatch, PendingCall } from "../call/pending_call.ts";
import { PendingCalls } from "../call/call_table.ts";
import { readAnswer, readValue } from "../call/read_answer.ts";
import { reviveError } from "./revive_error.ts";
import {
  protocolBroken,
  stalled,
  TIMED_OUT,
  unsendable,
} from "./session_errors.ts";
import { StreamHub } from "../call/stream_hub.ts";

/** A guest's clock may differ, and its messages come in bursts. */
const TOLERANCE = 3;
/** A guest that leaves more hooks unanswered than this is of no use. */
const MAX_ABANDONED = 100;

/** What a dialogue is held with. */
export interface DialogueOptions {
  /** Whose guest it is. */
  readonly plugin: PluginIdentity;
  /** Which headers go in and out. */
  readonly headers: HeaderPolicy;
  /** Receives what the plugin logs. */
  readonly logger: PluginLogger;
  /** How many lines the plugin may log in a second. */
  readonly logLinesPerSecond: number;
  /** Takes what the plugin emits; throws for what it may not. */
  readonly onEmit: (event: string, json: string | undefined) => void;
  /** Receives errors that the plugin's code caused outside of any call. */
  readonly onFault: (error: unknown) => void;
  /** Called whenever nothing is under way any more. */
  readonly onIdle: () => void;
  /** Milliseconds after which a stream that nobody reads is given up. */
  readonly unreadMs: number;
  /** Writes to the guest. */
  readonly write: (bytes: Uint8Array) => void;
  /** Hands a frame on to the store of the plugin's table. */
  readonly ask: (frame: Uint8Array) => void;
  /** Ends the guest. */
  readonly end: (reason: PluginError) => void;
}

/** The host's end of what is said. */
export class GuestDialogue {
  readonly #options: DialogueOptions;
  readonly #streams: StreamHub;
  readonly #calls = new PendingCalls((call) => void this.#overdue(call));
  /** Hooks that took too long, and may still be answered. */
  readonly #abandoned = new Set<number>();
  readonly #booting = Promise.withResolvers<void>();
  readonly #loading = Promise.withResolvers<PluginContributions>();
  readonly #logs: LogGate;
  readonly #faults = new TokenBucket(
    FAULTS_PER_SECOND * TOLERANCE,
    FAULTS_PER_SECOND * TOLERANCE,
  );
  readonly #pace = new CostPace();
  readonly #onCost = (cost: number) => this.#pace.spend(cost);
  readonly #emits = new TokenBucket(
    EMITS_PER_SECOND * TOLERANCE,
    EMITS_PER_SECOND * TOLERANCE,
  );
  readonly #pulse = new Pulse(() => this.send({ type: "ping" }));
  #heard: "nothing" | "ready" | "loaded" = "nothing";
  #closing = false;
  #nextId = 1;

  /**
   * @param options Who speaks, and who listens.
   */
  constructor(options: DialogueOptions) {
    this.#options = options;
    this.#logs = new LogGate(options.logger, options.logLinesPerSecond);
    this.#streams = new StreamHub((message) => this.send(message), {
      onIdle: options.onIdle,
      unreadMs: options.unreadMs,
    });
    this.#loading.promise.catch(() => {});
  }

  /** Settles when the guest runs and begins to import, or is over already. */
  get ready(): Promise<void> {
    return this.#booting.promise;
  }

  /** What the plugin contributes, once its code is imported. */
  get loaded(): Promise<PluginContributions> {
    return this.#loading.promise;
  }

  /** Whether nothing is under way. */
  get idle(): boolean {
    return this.#calls.size === 0 && this.#streams.idle;
  }

  /** Whether the guest has said goodbye, and was asked to. */
  get saidGoodbye(): boolean {
    return this.#goodbye;
  }

  #goodbye = false;

  /**
   * Sends a message to the guest.
   *
   * @returns The numbers of the streams that it opens.
   */
  send(message: GuestBoundMessage | StreamMessage): number[] {
    const opened: number[] = [];
    const bytes = guestFrame(message, (stream) => {
      const id = this.#streams.send(stream);
      opened.push(id);
      return id;
    });
    if (message.type === "close") this.#closing = true;
    this.#options.write(bytes);
    return opened;
  }

  /**
   * Makes a call.
   *
   * @param watch Told where it is.
   * @param signal Aborts the call's own signal on the other side.
   */
  call(work: CallWork, watch: CallWatch, signal?: AbortSignal): PendingCall {
    const id = this.#nextId++;
    const call = new PendingCall(work, watch);
    this.#calls.add(id, call);
    try {
      const guarded = this.#guarded(work);
      call.streams = this.send({ type: "call", id, work: guarded });
    } catch (error) {
      const refusal = unsendable(this.#options.plugin, work, error);
      this.#settle(id, call).reject(refusal);
      return call;
    }
    if (signal !== undefined) this.#forward(signal, id, call);
    return call;
  }

  /**
   * Takes what the guest said.
   *
   * @throws {PluginError} `SANDBOX_CRASHED` where it may not be said.
   */
  receive(bytes: Uint8Array): void {
    const decoder = new Decoder(bytes, { budget: MAX_COST });
    const message = hostBound(decoder.decode());
    this.#pace.spend(decoder.spent);
    this.#handle(message);
  }

  /**
   * How long to wait before the guest is listened to again.
   *
   * @returns Milliseconds, often none.
   */
  waitMs(): number {
    return this.#pace.waitMs();
  }

  /**
   * The guest is gone.
   *
   * @param reason What everything under way ends with.
   */
  close(reason: PluginError): void {
    this.#booting.resolve();
    this.#loading.reject(reason);
    this.#streams.close(reason);
    this.#calls.close(reason);
    this.#pulse.stop();
  }

  #handle(message: HostBoundMessage): void {
    switch (message.type) {
      case "ready":
        return this.#accept(message.protocol);
      case "loaded":
        this.#pass("ready", "loaded");
        return this.#loading.resolve(message.contributions);
      case "refused":
        this.#pass("ready", "loaded");
        return this.#loading.reject(this.#revive(message.error, true));
      case "step":
        return this.#begin(message);
      case "reply":
      case "failure":
        return this.#answered(message);
      case "query":
        return this.#options.ask(message.frame);
      case "log":
        return this.#logs.take(message.level, message.text);
      case "emit":
        return this.#emitted(message.event, message.json);
      case "fault":
        return this.#fault(message.error);
      case "pong":
        if (this.#pulse.heard()) return;
        throw protocolBroken("it says that it listens, and nobody has asked");
      case "closed":
        if (!this.#closing) throw protocolBroken("it left without being asked");
        this.#goodbye = true;
        return;
      default:
        return this.#streams.handle(message);
    }
  }

  #accept(protocol: number): void {
    this.#pass("nothing", "ready");
    if (protocol !== PROTOCOL_VERSION) {
      throw protocolBroken(`it speaks version ${protocol} of the protocol`);
    }
    this.#booting.resolve();
  }

  /** Each part of the handshake is said once, in its order. */
  #pass(from: "nothing" | "ready", to: "ready" | "loaded"): void {
    if (this.#heard !== from) throw protocolBroken("it greets out of turn");
    this.#heard = to;
  }

  /** The guest keeps to the rules by itself, so that what breaks them is no plugin. */
  #emitted(event: string, json: string | undefined): void {
    if (!this.#emits.take()) throw protocolBroken("it emits without end");
    try {
      this.#options.onEmit(event, json);
    } catch (error) {
      throw protocolBroken(`it emits what it may not: ${messageOf(error)}`);
    }
  }

  #fault(error: unknown): void {
    if (!this.#faults.take()) throw protocolBroken("it fails without end");
    this.#options.onFault(toldError(error));
  }

  #revive(error: unknown, isLoading: boolean): unknown {
    const pluginId = this.#options.plugin.id;
    return reviveError(toldError(error), { pluginId, isLoading });
  }

  #answered(message: HostBoundMessage & { type: "reply" | "failure" }): void {
    const { id, type } = message;
    if (this.#abandoned.delete(id)) return;
    const call = this.#call(id);
    let value: unknown;
    try {
      value = type === "reply"
        ? this.#read(call, message)
        : this.#readValue(message.value);
    } catch (error) {
      return this.#settle(id, call).reject(error);
    }
    if (type === "failure") {
      const { kind } = call.work;
      const isLoading = kind === "init" || kind === "upgrade";
      const error = this.#revive(value, isLoading);
      return this.#settle(id, call).reject(error);
    }
    this.#settle(id, call).resolve(value);
  }

  #guarded(work: CallWork): CallWork {
    if (work.kind !== "chain") return work;
    return { ...work, request: this.#options.headers.request(work.request) };
  }

  /** What the call sent along is of use until its answer has been read. */
  #read(
    call: PendingCall,
    { value, bytes }: HostBoundMessage & { type: "reply" | "failure" },
  ): unknown {
    if (call.work.kind !== "chain") return this.#readValue(value);
    const sent = call.streams;
    call.streams = [];
    let answers = false;
    try {
      const receive = (id: number) => {
        answers = true;
        return this.#streams.receive(id, () => this.#stopSending(sent));
      };
      const onCost = this.#onCost;
      const answer = readAnswer(value, { bytes, onCost, receive });
      return this.#options.headers.answer(answer);
    } finally {
      if (!answers) this.#stopSending(sent);
    }
  }

  #readValue(bytes: Uint8Array): unknown {
    return readValue(bytes, this.#onCost);
  }

  #stopSending(streams: readonly number[]): void {
    this.#streams.stopSending(streams, "the call that it belonged to is over");
  }

  #begin(message: HostBoundMessage & { type: "step" }): void {
    const { id, index, timeoutMs } = message;
    if (this.#abandoned.has(id)) return;
    const call = this.#call(id);
    if (!call.begin(index, timeoutMs)) {
      throw protocolBroken(`call ${id} has no step ${index}`);
    }
    this.#calls.watch(call);
  }

  #call(id: number): PendingCall {
    const call = this.#calls.get(id);
    if (call === undefined) throw protocolBroken(`there is no call ${id}`);
    return call;
  }

  #settle(id: number, call: PendingCall): PendingCall {
    this.#calls.delete(id);
    this.#stopSending(call.streams);
    // Only once whoever waits for the answer has it.
    call.answer.catch(() => {}).then(() => {
      if (this.idle) this.#options.onIdle();
    });
    return call;
  }

  #forward(signal: AbortSignal, id: number, call: PendingCall): void {
    const abort = () => {
      if (this.#calls.get(id) === undefined) return;
      const reason = clip(messageOf(signal.reason), MAX_MESSAGE);
      this.send({ type: "abort", id, reason });
    };
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    const forget = () => signal.removeEventListener("abort", abort);
    call.answer.then(forget, forget);
  }

  /** A step took too long: either the guest no longer listens, or it stalls. */
  async #overdue(call: PendingCall): Promise<void> {
    if (!call.isOver && await this.#pulse.listens()) {
      return this.#calls.rearm(call);
    }
    const id = this.#calls.idOf(call);
    if (id === undefined) return;
    if (call.work.kind === "hook" && await this.#pulse.listens()) {
      return this.#abandon(id, call);
    }
    const culprit = call.isOver ? call : this.#calls.oldestSilent ?? call;
    culprit.suspect = true;
    if (culprit.work.kind === "chain") culprit.reject(TIMED_OUT);
    this.#options.end(stalled(this.#options.plugin));
  }

  /** A hook that waits for something keeps nobody else from being served. */
  #abandon(id: number, call: PendingCall): void {
    if (this.#abandoned.size >= MAX_ABANDONED) {
      return this.#options.end(stalled(this.#options.plugin));
    }
    this.#abandoned.add(id);
    this.#settle(id, call).reject(stalled(this.#options.plugin));
  }
}
