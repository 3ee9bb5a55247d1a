/**
 * Lets a guest's lines through to the plugin's logger.
 *
 * @module
 */
import { TokenBucket } from "../../../async/token_bucket.ts";
import type { PluginLogger } from "../../../plugin/plugin.ts";
import { protocolBroken } from "./session_errors.ts";

/** Lets lines through, as many as a guest may send. */
export class LogGate {
  readonly #logger: PluginLogger;
  readonly #limit: TokenBucket;

  /**
   * @param logger Receives the lines.
   * @param perSecond How many lines the guest lets through in a second; the
   * clocks of both may be apart.
   */
  constructor(logger: PluginLogger, perSecond: number) {
    this.#logger = logger;
    this.#limit = new TokenBucket(perSecond * 3, perSecond * 3 + 10);
  }

  /**
   * Takes a line.
   *
   * @throws {PluginError} `SANDBOX_CRASHED` where the guest does not keep to
   * its rate: then it is not our code that sends.
   */
  take(level: keyof PluginLogger, text: string): void {
    if (!this.#limit.take()) throw protocolBroken("it logs without end");
    this.#logger[level](text);
  }
}
