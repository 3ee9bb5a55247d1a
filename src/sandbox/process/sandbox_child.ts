/**
 * One child process: bytes in, bytes out, and how it ended.
 *
 * @module
 */
import { sleep, Timer } from "../../async/timer.ts";
import { PluginError } from "../../shared/errors.ts";
import { GUEST_BUNDLE } from "./guest_bundle.ts";
import { BOOTSTRAP, commandLine, type LaunchOptions } from "./launcher.ts";
import { childEnvironment } from "./child_environment.ts";
import { STORE_BUNDLE } from "./store_bundle.ts";

/** How a child ended. */
export interface ChildExit {
  /** Its exit code. */
  readonly code: number;
  /** The signal that ended it. */
  readonly signal: string | null;
  /** The last that it wrote to its standard error. */
  readonly lastWords: string;
}

/** How much of the standard error is kept. */
const LAST_WORDS_BYTES = 4096;
/** Past this, standard error is read no faster than this in a tenth second. */
const STDERR_BURST_BYTES = 1024 * 1024;
const PAGE_BYTES = 4096;

const encoder = new TextEncoder();
const SCRIPTS = {
  guest: encoder.encode(GUEST_BUNDLE),
  store: encoder.encode(STORE_BUNDLE),
} as const;

/**
 * What a child does that nobody waits for yet: it touches what the runtime makes
 * ready at the first touch. Its own script is the next that it reads.
 */
const WARM_UP = encoder.encode(
  `(async()=>{try{const u=URL.createObjectURL(new Blob(["export default 0"],` +
    `{type:"text/javascript"}));await import(u);URL.revokeObjectURL(u);` +
    `clearTimeout(setTimeout(()=>{},0));new AbortController().signal;` +
    `new Request("http://localhost",{method:"POST",body:"0"});` +
    `Response.json(0)}catch{}${BOOTSTRAP}})()`,
);

/** Receives what a child writes. */
export type OnBytes = (bytes: Uint8Array) => number | void;

/** One child process. */
export class SandboxChild {
  /** How it ended, once it has. */
  readonly exited: Promise<ChildExit>;
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lastWords: Promise<string>;
  #onBytes: OnBytes;
  #ended = false;

  /**
   * Starts a child. Needs `--allow-run` for `deno` or, where the system adds
   * limits, for `/bin/sh`.
   *
   * @param onBytes Receives what it writes, and says for how many milliseconds
   * nothing more is to be read; what it throws ends the child.
   */
  constructor(options: LaunchOptions, onBytes: OnBytes, isAhead = false) {
    this.#onBytes = onBytes;
    const { command, args } = commandLine(options);
    try {
      this.#process = new Deno.Command(command, {
        args: [...args],
        clearEnv: true,
        env: childEnvironment(options),
        cwd: Deno.build.os === "windows" ? "C:\\" : "/",
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
    } catch (cause) {
      throw new PluginError(
        "SANDBOX_CRASHED",
        `Cannot start a plugin's process with "${command}": the system refuses; give the host --allow-run, or set denoPath`,
        { cause },
      );
    }
    this.#input = this.#process.stdin.getWriter();
    this.#lastWords = this.#readErrors();
    this.exited = this.#watch();
    if (isAhead) this.#sendScript(WARM_UP);
    this.#sendScript(SCRIPTS[options.role]);
  }

  /**
   * Starts a child that nobody talks with yet. It does not keep the host from
   * ending.
   */
  static ahead(options: LaunchOptions): SandboxChild {
    const refuse = () => {
      throw new TypeError("It was not asked");
    };
    const child = new SandboxChild(options, refuse, true);
    child.#process.unref();
    return child;
  }

  /**
   * Begins to talk with a child that was started ahead.
   *
   * @param onBytes Receives what it writes, as of the constructor.
   */
  adopt(onBytes: OnBytes): this {
    this.#onBytes = onBytes;
    this.#process.ref();
    return this;
  }

  /** The process's number. */
  get pid(): number {
    return this.#process.pid;
  }

  /**
   * Writes to the child. What it does not read yet is kept: callers see to it
   * that this is not too much.
   */
  write(bytes: Uint8Array): void {
    if (this.#ended) return;
    // A pipe that breaks is noticed by the process's end.
    this.#input.write(bytes).catch(() => {});
  }

  /** Lets the child see the end of its standard input. */
  endInput(): void {
    this.#input.close().catch(() => {});
  }

  /** Ends the child at once. */
  kill(): void {
    if (this.#ended) return;
    try {
      // Somebody waits for its end.
      this.#process.ref();
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended by itself, and that is about to be noticed.
    }
  }

  /**
   * How many bytes of memory the child occupies. Linux only; needs
   * `--allow-all`, which Deno asks for below `/proc`.
   *
   * @returns The bytes; undefined where they cannot be told.
   */
  residentBytes(): number | undefined {
    if (Deno.build.os !== "linux" || this.#ended) return undefined;
    const path = `/proc/${this.pid}/statm`;
    // To look how a plugin does must not ask the operator for a permission.
    const { state } = Deno.permissions.querySync({ name: "read", path });
    if (state !== "granted") return undefined;
    try {
      const text = Deno.readTextFileSync(path);
      return Number(text.split(" ")[1]) * PAGE_BYTES;
    } catch {
      return undefined;
    }
  }

  #sendScript(script: Uint8Array): void {
    const size = new Uint8Array(4);
    new DataView(size.buffer).setUint32(0, script.length, true);
    this.write(size);
    this.write(script);
  }

  async #watch(): Promise<ChildExit> {
    const reader = this.#process.stdout.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        const waitMs = this.#onBytes(value) ?? 0;
        if (waitMs >= 1) await sleep(waitMs);
      }
    } catch {
      this.kill();
      await reader.cancel().catch(() => {});
    }
    // A child may close its pipe and stay.
    const linger = new Timer(100, () => this.kill());
    const { code, signal } = await this.#process.status;
    linger.stop();
    this.#ended = true;
    await this.#input.abort().catch(() => {});
    return { code, signal, lastWords: await this.#lastWords };
  }

  async #readErrors(): Promise<string> {
    const decoder = new TextDecoder();
    let words = "";
    let burst = 0;
    for await (const bytes of this.#process.stderr) {
      words = (words + decoder.decode(bytes, { stream: true }))
        .slice(-LAST_WORDS_BYTES);
      burst += bytes.length;
      if (burst < STDERR_BURST_BYTES || this.#ended) continue;
      burst = 0;
      await sleep(100);
    }
    return words;
  }
}
