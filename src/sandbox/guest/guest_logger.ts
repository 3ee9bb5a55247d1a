/**
 * The plugin's logger and its `console` in its own process: lines become
 * messages to the host, so many in a second and no more.
 *
 * @module
 */
import type { PluginLogger } from "../../plugin/plugin.ts";
import { MAX_LINE } from "../wire/wire_limits.ts";

/** The levels of the logger. */
export type LogLevel = keyof PluginLogger;

const { now } = performance;
const clock = now.bind(performance);

/** Sends a plugin's lines, within a rate. */
export class GuestLogger implements PluginLogger {
  readonly #send: (level: LogLevel, text: string) => void;
  readonly #perSecond: number;
  #left: number;
  #since = clock();
  #dropped = 0;

  /** @param perSecond How many lines may be sent in a second. */
  constructor(
    send: (level: LogLevel, text: string) => void,
    perSecond: number,
  ) {
    this.#send = send;
    this.#perSecond = this.#left = perSecond;
  }

  readonly error = (message: unknown): void => this.#line("error", message);
  readonly warn = (message: unknown): void => this.#line("warn", message);
  readonly info = (message: unknown): void => this.#line("info", message);
  readonly debug = (message: unknown): void => this.#line("debug", message);

  /** Has the methods of `console` that print write to this logger. */
  takeConsole(): void {
    const levels: Record<string, LogLevel> = {
      error: "error",
      assert: "error",
      trace: "debug",
      warn: "warn",
      info: "info",
      log: "info",
      debug: "debug",
      dir: "info",
      table: "info",
    };
    for (const [method, level] of Object.entries(levels)) {
      const print = method === "assert"
        ? (holds: unknown, ...rest: unknown[]) => {
          if (!holds) this.#print(level, rest);
        }
        : (...values: unknown[]) => this.#print(level, values);
      Reflect.set(console, method, print);
    }
  }

  #print(level: LogLevel, values: readonly unknown[]): void {
    if (!this.#mayPass()) return;
    const text = values.map((value) =>
      typeof value === "string" ? value : Deno.inspect(value)
    ).join(" ");
    this.#send(level, text.slice(0, MAX_LINE));
  }

  #line(level: LogLevel, message: unknown): void {
    if (this.#mayPass()) this.#send(level, String(message).slice(0, MAX_LINE));
  }

  #mayPass(): boolean {
    const time = clock();
    if (time - this.#since >= 1_000) {
      this.#since = time;
      this.#left = this.#perSecond;
      this.#tellDropped();
    }
    if (this.#left > 0) {
      this.#left--;
      return true;
    }
    this.#dropped++;
    return false;
  }

  #tellDropped(): void {
    if (this.#dropped === 0) return;
    const text =
      `${this.#dropped} lines were dropped: it logs more than ${this.#perSecond} a second`;
    this.#dropped = 0;
    this.#send("warn", text);
  }
}
