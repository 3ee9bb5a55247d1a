/**
 * What a plugin's schedule is, and what is told about it.
 *
 * @module
 */

/** Actions that the handler runs again and again. */
export interface PluginSchedule<TAction extends string = string> {
  /**
   * How often: an interval such as `"30s"`, `"5m"`, `"1h"` or `"7d"`, or a cron
   * expression of five fields, such as `"0 3 * * 1-5"`.
   *
   * Runs at an interval are spread by up to a tenth of it, 30 seconds at most,
   * so that many plugins do not run at one moment. Runs that fall into a time
   * when the host is off are not made up.
   */
  every: string;
  /**
   * The time zone that a cron expression is read in, such as `"Europe/Berlin"`.
   *
   * @default "UTC"
   */
  timeZone?: string;
  /**
   * The names of the actions, in the order in which they run. There is no
   * request: `request` and `body` are undefined, `params` and `query` empty.
   */
  actions: readonly TAction[];
  /**
   * Milliseconds that a whole run may take.
   *
   * @default no limit beyond those of the actions
   */
  timeoutMs?: number;
  /** Whether it also runs once when the plugin is loaded. @default false */
  runOnLoad?: boolean;
  /**
   * What becomes of a run that is due while the one before is under way.
   *
   * @default "skip"
   */
  overlap?: "skip";
}

/** What became of one run of a schedule. */
export interface ScheduleRun {
  /** When it started, in Unix milliseconds. */
  readonly startedAt: number;
  /** How long it took, in milliseconds. */
  readonly durationMs: number;
  /** Whether all its actions did what they should. */
  readonly ok: boolean;
  /** Why they did not. */
  readonly error?: string;
}

/** What is known of a schedule of a loaded plugin. */
export interface ScheduleStatus {
  /** The plugin that declares it. */
  readonly pluginId: number;
  /** The plugin's name. */
  readonly plugin: string;
  /** The schedule's name. */
  readonly name: string;
  /** The interval or the cron expression. */
  readonly every: string;
  /** The time zone of a cron expression. */
  readonly timeZone?: string;
  /** The names of its actions. */
  readonly actions: readonly string[];
  /** Whether it is under way. */
  readonly running: boolean;
  /** When it runs next, in Unix milliseconds. */
  readonly nextRunAt?: number;
  /** Its last run, over restarts of the host. */
  readonly lastRun?: ScheduleRun;
}
