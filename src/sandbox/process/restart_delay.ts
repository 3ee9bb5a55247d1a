/**
 * How long a plugin whose process crashed waits for the next one: nothing the
 * first time, then twice as long each time.
 *
 * @module
 */
import { Backoff } from "../../async/backoff.ts";
import { sleep } from "../../async/timer.ts";
import { PluginError } from "../../shared/errors.ts";
import type { PluginIdentity } from "../../plugin/plugin.ts";

/** Who lives so long has recovered. */
const SETTLED_MS = 10_000;
/** A caller is told to come back rather than kept longer than this. */
const PATIENCE_MS = 1_000;

/** Holds back the restarts of one plugin. */
export class RestartDelay {
  readonly #backoff = new Backoff({ minMs: 100, maxMs: 30_000 });
  #crashes = 0;
  #startedAt = 0;
  #notBefore = 0;
  #reason = "";

  /** A process starts. */
  started(): void {
    this.#startedAt = performance.now();
  }

  /** The process crashed. */
  crashed({ message }: PluginError): void {
    this.#reason = message.replace(/^.*? its process crashed: /s, "");
    const now = performance.now();
    if (now - this.#startedAt > SETTLED_MS) {
      this.#crashes = 0;
      this.#backoff.reset();
    }
    const delay = this.#crashes === 0 ? 0 : this.#backoff.next();
    this.#crashes++;
    this.#notBefore = now + delay;
  }

  /**
   * Waits until the next process may start.
   *
   * @param plugin Whose process it is.
   * @throws {PluginError} `SANDBOX_CRASHED`, 503, where that is too long to wait.
   */
  async wait(plugin: PluginIdentity): Promise<void> {
    const left = this.#notBefore - performance.now();
    if (left <= 0) return;
    if (left > PATIENCE_MS) {
      throw new PluginError(
        "SANDBOX_CRASHED",
        `Cannot run plugin "${plugin.name}@${plugin.version}": its process crashed ${this.#crashes} times (${this.#reason}), and starts again in ${
          Math.ceil(left / 1000)
        } s`,
        { pluginId: plugin.id, status: 503, retryAfterMs: left },
      );
    }
    await sleep(left);
  }
}
