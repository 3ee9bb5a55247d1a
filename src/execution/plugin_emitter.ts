/**
 * Lets a plugin emit events of its own, so that other plugins can hear of what
 * it does: those that its manifest declares, no larger and no more often than
 * others can bear.
 *
 * @module
 */
import { TokenBucket } from "../async/token_bucket.ts";
import { isHostsEvent } from "../plugin/event_names.ts";
import type { EmitEvent, PluginIdentity } from "../plugin/plugin.ts";
import {
  messageOf,
  PluginError,
  type PluginErrorCode,
} from "../shared/errors.ts";
import { fitsInto } from "../shared/text/value_size.ts";

/** How many events a plugin may emit in a second. */
export const EMITS_PER_SECOND = 100;
/** How many characters a payload may have as JSON. */
export const MAX_EMITTED = 64 * 1024;

/** What an emitter works with. */
export interface PluginEmitterOptions {
  /** Who emits. */
  readonly plugin: PluginIdentity;
  /** The events that its manifest declares. */
  readonly emits: readonly string[];
  /** Sends an event on, with its payload as JSON. */
  readonly publish: (event: string, json: string | undefined) => void;
}

/** Emits one plugin's events. */
export class PluginEmitter {
  readonly #options: PluginEmitterOptions;
  readonly #rate = new TokenBucket(EMITS_PER_SECOND, EMITS_PER_SECOND);
  #isClosed = false;

  /**
   * @param options Who emits what, and where it goes.
   */
  constructor(options: PluginEmitterOptions) {
    this.#options = options;
  }

  /** Emits an event; what a plugin finds as `context.emit`. */
  readonly emit: EmitEvent = (event, payload) => {
    const problem = this.problemOf(event);
    if (problem !== undefined) {
      throw this.#refused("PERMISSION_REQUIRED", event, problem);
    }
    const json = this.#json(event, payload);
    if (!this.#rate.take()) {
      const state =
        `it emitted ${EMITS_PER_SECOND} events within a second; emit fewer, or several as one`;
      throw this.#refused("PLUGIN_BUSY", event, state);
    }
    this.#options.publish(event, json);
  };

  /**
   * Why a plugin may not emit an event.
   *
   * @returns What is in the way; undefined where nothing is.
   */
  problemOf(event: string): string | undefined {
    const { plugin: { name }, emits } = this.#options;
    if (this.#isClosed) return "this instance of it was unloaded";
    if (!`${event}`.startsWith(`${name}:`) || isHostsEvent(event)) {
      return `a plugin's events begin with its own name, as in "${name}:changed", and are none of the host's`;
    }
    return emits.includes(event)
      ? undefined
      : `its manifest does not declare it; add it to "emits"`;
  }

  /** Emits nothing any more. */
  close(): void {
    this.#isClosed = true;
  }

  #json(event: string, payload: unknown): string | undefined {
    const tooLarge =
      `its payload has more than ${MAX_EMITTED} characters as JSON`;
    if (!fitsInto(payload, MAX_EMITTED)) {
      throw this.#refused("INVALID_REQUEST", event, tooLarge);
    }
    let json: string | undefined;
    try {
      json = JSON.stringify(payload);
    } catch (cause) {
      const state = `its payload has no JSON form: ${messageOf(cause)}`;
      throw this.#refused("INVALID_REQUEST", event, state);
    }
    if (json === undefined || json.length <= MAX_EMITTED) return json;
    throw this.#refused("INVALID_REQUEST", event, tooLarge);
  }

  #refused(code: PluginErrorCode, event: string, state: string): PluginError {
    const { id, name } = this.#options.plugin;
    return new PluginError(
      code,
      `Cannot emit "${event}" for plugin "${name}": ${state}`,
      { pluginId: id },
    );
  }
}
