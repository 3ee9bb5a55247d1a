/**
 * The interface behind which a plugin runs, in this process or in another.
 * Chains and hooks are compiled once, when the first of them is asked for; what
 * comes back is a function, so that running inline costs no more than calling it.
 *
 * @module
 */
import type { RouteContribution } from "../plugin/contributions.ts";
import type { PluginDefinition, StandardIssue } from "../plugin/plugin.ts";
import type { StoredSettings } from "./settle_settings.ts";

/** Where a plugin's code runs. */
export type Isolation = "inline" | "process";

/** What one call of a route brings with it. */
export interface ChainInput {
  /** The request as it came in. */
  readonly request: Request;
  /** The parsed body; undefined where there is none. */
  readonly body: unknown;
  /** The body as it came, where it was parsed. */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  /** The decoded parameters of the pattern. */
  readonly params: Readonly<Record<string, string>>;
  /** Whether no request asked for it: `request` stands for none. */
  readonly isSchedule?: true;
  /** Set by the chain: the position of the action that answered. */
  answeredBy?: number;
}

/**
 * Runs the compiled chain of a route.
 *
 * @returns The value of the last action, or a promise of it.
 * @throws {ActionError} `ACTION_FAILED`, `ACTION_TIMEOUT`, `ACTION_NOT_FOUND`.
 * @throws {ValidationError} `VALIDATION_FAILED`.
 */
export type RunChain = (input: ChainInput) => unknown;

/**
 * Calls a hook with an event's payload, and with what comes beside it in events
 * of more than one argument; its result, or a promise of it.
 */
export type RunHook = (payload: unknown, extra?: unknown) => unknown;

/** How a plugin is let go of. */
export interface DisposeOptions {
  /**
   * Whether calls under way finish first; otherwise their signal aborts.
   *
   * @default false
   */
  readonly drain?: boolean;
}

/** How a loaded plugin is run. */
export interface PluginRunner {
  /** Where the code runs. */
  readonly isolation: Isolation;
  /** How many bytes of memory its own process occupies, where it has one. */
  readonly residentBytes?: number;
  /** Whether the code is there, or comes with the first call. */
  readonly active: boolean;
  /**
   * Makes the code ready, `init()` included, where that has not happened yet.
   * Calls at the same time share one activation.
   */
  activate(): Promise<PluginDefinition>;
  /** Compiles the chain of a route. */
  chain(route: RouteContribution): RunChain;
  /** The hook of an event by the name that the plugin gave it. */
  hook(event: string): RunHook;
  /**
   * What is wrong with settings, as the schema in the plugin's code says;
   * nothing where it has none.
   */
  checkSettings(stored: StoredSettings): Promise<readonly StandardIssue[]>;
  /** Hands the plugin other settings, where its code is there already. */
  configure(stored: StoredSettings): Promise<void>;
  /**
   * Whether its own process, where it has one, may do other things than are
   * permitted now.
   */
  isOutdated?(permitted: object): boolean;
  /** Ends its own process, where it has one: what it may do has changed. */
  restart?(): void;
  /** Runs the plugin's `cleanup()`, and lets go of all that it holds. */
  dispose(options?: DisposeOptions): Promise<void>;
}
