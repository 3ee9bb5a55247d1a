/**
 * The host's end of the process that keeps one plugin's table: has it open the
 * table, hands on what the guest asks where there are no pipes for that, and
 * sees to it that it ends with the guest.
 *
 * @module
 */
import { Timer } from "../../../async/timer.ts";
import type { TableFile } from "../../../execution/isolated_plugins.ts";
import { PluginError } from "../../../shared/errors.ts";
import type { LaunchOptions } from "../../process/launcher.ts";
import { SandboxChild } from "../../process/sandbox_child.ts";
import { Decoder } from "../../wire/decoder.ts";
import { storeFrame } from "../../wire/frame_pipe.ts";
import { FrameSplitter } from "../../wire/frames.ts";
import {
  type StoreBoundMessage,
  type StoreReply,
  storeReply,
} from "../../wire/store_protocol.ts";
import { howItEnded } from "./session_errors.ts";

/** A store sees that its guest is gone, and has this long to close its file. */
const CLOSING_MS = 1_000;

/** One store process. */
export class StoreSession {
  /** How it ended, once it has. */
  readonly over: Promise<string>;
  readonly #child: SandboxChild;
  readonly #frames = new FrameSplitter(new Uint8Array());
  readonly #reply = Promise.withResolvers<StoreReply>();
  readonly #onAnswer: (bytes: Uint8Array) => void;
  #hasReplied = false;

  /**
   * Starts a store; it waits to be told what for.
   *
   * @param onAnswer Receives the answers that are handed on to the guest.
   * @throws {PluginError} `SANDBOX_CRASHED` where it cannot be started.
   */
  constructor(
    launch: LaunchOptions,
    onAnswer: (bytes: Uint8Array) => void = () => {},
  ) {
    this.#onAnswer = onAnswer;
    this.#reply.promise.catch(() => {});
    this.#child = new SandboxChild(
      launch,
      (bytes) => this.#frames.push(bytes, this.#receive),
    );
    this.over = this.#child.exited.then((exit) => {
      const how = howItEnded(exit);
      this.#reply.reject(lost(how));
      return how;
    });
  }

  /** Whether it has answered what it was started for. */
  get hasReplied(): boolean {
    return this.#hasReplied;
  }

  /** The number of its process. */
  get pid(): number {
    return this.#child.pid;
  }

  /** How many bytes of memory it occupies, where that can be told. */
  get residentBytes(): number | undefined {
    return this.#child.residentBytes();
  }

  /** Has it open its file before it is known what the table is to be. */
  prepare(file: TableFile): void {
    this.#child.write(storeFrame({ type: "prepare", file }));
  }

  /**
   * Has it do what it was started for.
   *
   * @throws {PluginError} `STORE_FAILED` where it refuses, `SANDBOX_CRASHED`
   * where it ended.
   */
  async ask(message: StoreBoundMessage): Promise<StoreReply> {
    this.#child.write(storeFrame(message));
    const reply = await this.#reply.promise;
    if (reply.type !== "refused") return reply;
    throw new PluginError("STORE_FAILED", reply.message);
  }

  /**
   * Hands on what a guest asks.
   *
   * @param frame The guest's frame, as it came.
   */
  relay(frame: Uint8Array): void {
    this.#child.write(frame);
  }

  /** Lets it close its file, since its guest is gone. */
  async close(): Promise<void> {
    this.#child.endInput();
    const timer = new Timer(CLOSING_MS, () => this.kill());
    await this.over;
    timer.stop();
  }

  /** Ends it at once; what it had not committed is undone. */
  kill(): void {
    this.#child.kill();
  }

  readonly #receive = (message: Uint8Array): void => {
    if (this.#hasReplied) return this.#onAnswer(message);
    this.#hasReplied = true;
    this.#reply.resolve(storeReply(new Decoder(message).decode()));
  };
}

function lost(state: string): PluginError {
  return new PluginError(
    "SANDBOX_CRASHED",
    `Cannot use a plugin's table: its store is gone: ${state}`,
  );
}
