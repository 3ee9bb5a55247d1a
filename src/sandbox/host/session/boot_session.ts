/**
 * Starts a plugin's process, and waits until it begins to import the plugin:
 * what that takes is the system's, and not held against the plugin.
 *
 * @module
 */
import { PluginError } from "../../../shared/errors.ts";
import type { PluginIdentity } from "../../../plugin/plugin.ts";
import { withinLimit } from "../../../async/within_limit.ts";
import { GuestSession, type SessionOptions } from "./process_session.ts";
import type { Sandbox } from "../sandbox.ts";
import { crashed, unloaded } from "./session_errors.ts";

/** Who starts is not the plugin's code, so that this is the system's failure. */
const BOOT_MS = 30_000;

/** How a process is started. */
export interface BootOptions {
  /** Where it runs. */
  readonly sandbox: Sandbox;
  /** Makes what the session works with, when it is the process's turn. */
  readonly prepare: () => Promise<SessionOptions>;
  /** Told of the session as soon as there is one. */
  readonly onSpawn: (session: GuestSession) => void;
  /** Whether it is still wanted when it is its turn. */
  readonly isWanted: () => boolean;
}

/**
 * Starts a process when it is its turn.
 *
 * @param plugin Whose process it is.
 * @param options How it is started.
 * @returns The session; it has begun to import the plugin, or is over.
 * @throws {PluginError} `PLUGIN_NOT_LOADED` where it is not wanted any more,
 * `SANDBOX_CRASHED` where it cannot be started.
 */
export function bootSession(
  plugin: PluginIdentity,
  { sandbox, prepare, onSpawn, isWanted }: BootOptions,
): Promise<GuestSession> {
  return sandbox.boots.run(async () => {
    const prepared = isWanted() ? await prepare() : undefined;
    if (prepared === undefined || !isWanted()) {
      if (prepared?.child !== undefined) giveBack(prepared);
      throw unloaded(plugin);
    }
    const session = new GuestSession(prepared);
    onSpawn(session);
    await withinLimit(session.ready, BOOT_MS, () => {
      const error = crashed(plugin, "it did not start");
      session.end(error);
      return error;
    });
    return session;
  });
}

function giveBack({ child, launch, clear }: SessionOptions): void {
  child?.kill();
  child?.exited.then(() => clear?.(launch));
}

/** A load under way. */
export interface LoadUnderWay<R> {
  /** The session that has begun to import the plugin. */
  readonly session: GuestSession;
  /** What to wait for. */
  readonly pending: Promise<R>;
  /** Milliseconds that it may take; 0 for no limit. */
  readonly limitMs: number;
}

/**
 * Waits for a load, no longer than it may take.
 *
 * @throws {PluginError} `LOAD_TIMEOUT`; the process is ended then.
 */
export function withinLoadTime<R>(
  { id, name }: PluginIdentity,
  { session, pending, limitMs }: LoadUnderWay<R>,
): Promise<R> {
  return withinLimit(pending, limitMs, () => {
    const error = new PluginError(
      "LOAD_TIMEOUT",
      `Cannot load plugin "${name}": import and init() took longer than ${limitMs} ms; raise loadTimeoutMs, or look for a top-level await that does not end`,
      { pluginId: id },
    );
    session.end(error);
    return error;
  });
}
