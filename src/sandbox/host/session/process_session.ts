/**
 * The host's end of one child's life: its process, what is said with it, and
 * what becomes of all that when the child ends.
 *
 * @module
 */
import { isLimit, Timer } from "../../../async/timer.ts";
import type { PluginContributions } from "../../../plugin/contributions.ts";
import type { TableFile } from "../../../execution/isolated_plugins.ts";
import type { PluginIdentity, PluginLogger } from "../../../plugin/plugin.ts";
import { messageOf, type PluginError } from "../../../shared/errors.ts";
import {
  type ChildExit,
  type OnBytes,
  SandboxChild,
} from "../../process/sandbox_child.ts";
import type { LaunchOptions } from "../../process/launcher.ts";
import { FrameSplitter } from "../../wire/frames.ts";
import {
  type CallWork,
  type OpenMessage,
  PROTOCOL_VERSION,
  SECRET_BYTES,
} from "../../wire/protocol.ts";
import { GuestDialogue } from "./dialogue.ts";
import type { HeaderPolicy } from "../call/header_policy.ts";
import type { CallWatch, PendingCall } from "../call/pending_call.ts";
import {
  crashed,
  howItEnded,
  protocolBroken,
  storeCrashed,
  unloaded,
} from "./session_errors.ts";
import { StoreSession } from "./store_session.ts";

/** What a session works with. */
export interface SessionOptions {
  /** How the child is started. */
  readonly launch: LaunchOptions;
  /** The child, where one was started ahead. */
  readonly child?: SandboxChild | undefined;
  /** The store that is started at once, where it is known to have a table. */
  readonly store?: { readonly launch: LaunchOptions; readonly file: TableFile };
  /** What the guest is told first. */
  readonly open: Omit<OpenMessage, "type" | "protocol" | "secret">;
  /** Which headers go in and out. */
  readonly headers: HeaderPolicy;
  /** Receives what the plugin logs. */
  readonly logger: PluginLogger;
  /** Takes what the plugin emits; throws for what it may not. */
  readonly onEmit: (event: string, json: string | undefined) => void;
  /** Receives errors that the plugin's code caused outside of any call. */
  readonly onFault: (error: unknown) => void;
  /** Milliseconds after which a stream that nobody reads is given up. */
  readonly unreadMs: number;
  /** Called whenever nothing is under way any more. */
  readonly onIdle: () => void;
  /** Removes what the child leaves behind. */
  readonly clear?: (launch: LaunchOptions) => Promise<void>;
}

/** One child's life. */
export class GuestSession {
  /** Why it is over, once it is. */
  readonly over: Promise<PluginError>;
  readonly #options: SessionOptions;
  readonly #child: SandboxChild;
  readonly #dialogue: GuestDialogue;
  #reason: PluginError | undefined;
  #store: StoreSession | undefined;

  /**
   * Starts a child.
   *
   * @param options What to run, and who listens.
   * @throws {PluginError} `SANDBOX_CRASHED` where it cannot be started.
   */
  constructor(options: SessionOptions) {
    this.#options = options;
    const { open } = options;
    const secret = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
    this.#dialogue = new GuestDialogue({
      ...options,
      plugin: open.plugin,
      logLinesPerSecond: open.logLinesPerSecond,
      onIdle: () => this.#checkIdle(),
      write: (bytes) => this.#child.write(bytes),
      ask: (frame) => {
        if (this.#store === undefined) throw protocolBroken("it has no table");
        this.#store.relay(frame);
      },
      end: (reason) => this.end(reason),
    });
    const frames = new FrameSplitter(secret);
    const onBytes: OnBytes = (bytes) => {
      try {
        frames.push(bytes, (message) => this.#dialogue.receive(message));
        return this.#dialogue.waitMs();
      } catch (error) {
        this.end(crashed(this.#plugin, messageOf(error), error));
        throw error;
      }
    };
    this.#child = options.child?.adopt(onBytes) ??
      new SandboxChild(options.launch, onBytes);
    this.over = this.#child.exited.then((exit) => this.#ended(exit));
    this.#dialogue.send({
      ...open,
      type: "open",
      protocol: PROTOCOL_VERSION,
      secret,
    });
    const { store } = options;
    if (store !== undefined) this.startStore(store.launch).prepare(store.file);
  }

  /** Settles when the guest runs and begins to import, or is over already. */
  get ready(): Promise<void> {
    return this.#dialogue.ready;
  }

  /** What the plugin contributes, once its code is imported. */
  get loaded(): Promise<PluginContributions> {
    return this.#dialogue.loaded;
  }

  /** Whether calls can be made. */
  get alive(): boolean {
    return this.#reason === undefined;
  }

  /** Whether its child was started before anybody knew what for. */
  get wasAhead(): boolean {
    return this.#options.child !== undefined;
  }

  /** Whether nothing is under way. */
  get idle(): boolean {
    return this.#dialogue.idle;
  }

  /** How many bytes of memory the child occupies, where that can be told. */
  get residentBytes(): number | undefined {
    return this.#child.residentBytes();
  }

  /** The process that keeps the plugin's table. */
  get store(): StoreSession | undefined {
    return this.#store;
  }

  /** How it was started. */
  get launch(): LaunchOptions {
    return this.#options.launch;
  }

  /** The child's process number. */
  get pid(): number {
    return this.#child.pid;
  }

  /**
   * Makes a call.
   *
   * @param watch Told where it is.
   * @param signal Aborts the call's own signal on the other side.
   */
  call(work: CallWork, watch: CallWatch, signal?: AbortSignal): PendingCall {
    return this.#dialogue.call(work, watch, signal);
  }

  /**
   * Starts the process that keeps the plugin's table, unless there is one. The
   * two end together.
   */
  startStore(launch: LaunchOptions): StoreSession {
    if (this.#store !== undefined) return this.#store;
    const store = this.#store = new StoreSession(
      launch,
      (bytes) => this.#dialogue.send({ type: "answer", bytes }),
    );
    store.over.then((how) => this.end(storeCrashed(this.#plugin, how)));
    if (!this.alive) store.kill();
    return store;
  }

  /**
   * Lets the plugin clean up, then ends the child.
   *
   * @param limitMs Milliseconds that cleaning up may take; 0 and `Infinity` for
   * no limit.
   */
  async close(limitMs: number): Promise<void> {
    const end = () => this.end(unloaded(this.#plugin));
    const timer = isLimit(limitMs) ? new Timer(limitMs, end) : undefined;
    this.#dialogue.send({ type: "close" });
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

  #checkIdle(): void {
    if (this.idle && this.alive) this.#options.onIdle();
  }

  async #ended(exit: ChildExit): Promise<PluginError> {
    const reason = this.#reason ??= this.#dialogue.saidGoodbye
      ? unloaded(this.#plugin)
      : crashed(this.#plugin, howItEnded(exit));
    this.#dialogue.close(reason);
    // The next process is not to find the table locked.
    if (reason.code === "SANDBOX_CRASHED") this.#store?.kill();
    await this.#store?.close();
    const { launch, clear } = this.#options;
    // A store that has opened its table has removed the pipes itself.
    const isClear = this.#store?.hasReplied === true;
    await clear?.(isClear ? { ...launch, pipes: undefined } : launch);
    return reason;
  }
}
