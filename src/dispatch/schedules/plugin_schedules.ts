/**
 * Runs the schedules of the loaded plugins: the clock is the handler's, so that
 * nothing of a schedule is left when its plugin is not loaded any more.
 *
 * @module
 */
import type { ScheduleContribution } from "../../plugin/contributions.ts";
import type { ScheduleRun, ScheduleStatus } from "../../plugin/plugin.ts";
import type { LoadedPlugin, PluginRegistry } from "../../execution/mod.ts";
import { type NextRun, parseCron } from "../../shared/cron.ts";
import { messageOf, PluginError } from "../../shared/errors.ts";
import type { HandlerLogger } from "../../shared/logging.ts";
import {
  CronPlan,
  IntervalPlan,
  readClocks,
  type RunPlan,
} from "./run_plan.ts";
import { runScheduleChain } from "./schedule_chain.ts";
import { ScheduleTimer } from "./schedule_timer.ts";

/** What the schedules work with. */
export interface PluginSchedulesParts {
  /** What is loaded. */
  readonly registry: PluginRegistry;
  /** The schedules of a plugin's code, without importing it. */
  readonly schedulesOf: (
    digest: string | null,
  ) => readonly ScheduleContribution[];
  /** Where last runs are kept. */
  readonly runs: {
    of(pluginId: number): Map<string, ScheduleRun>;
    record(pluginId: number, name: string, run: ScheduleRun): void;
  };
  /** The logger of a plugin's category. */
  readonly logOf: (pluginName: string) => HandlerLogger;
}

/** A schedule of a loaded plugin. */
interface Entry {
  readonly plugin: LoadedPlugin;
  readonly schedule: ScheduleContribution;
  plan: RunPlan | undefined;
  lastRun: ScheduleRun | undefined;
  running: Promise<ScheduleRun> | undefined;
}

type Entries = ReadonlyMap<string, Entry>;

/** The schedules of all loaded plugins. */
export class PluginSchedules implements Disposable {
  readonly #parts: PluginSchedulesParts;
  readonly #plugins = new Map<number, Entries>();
  readonly #timer: ScheduleTimer;

  constructor(parts: PluginSchedulesParts) {
    this.#parts = parts;
    this.#timer = new ScheduleTimer(
      () => this.#entries(),
      (entry) => void this.#runIfFree(entry as Entry),
    );
    parts.registry.watch((id, plugin) => this.#changed(id, plugin));
  }

  /** What is known of the schedules of one plugin, or of all. */
  status(pluginId?: number): ScheduleStatus[] {
    const now = readClocks();
    const entries = pluginId === undefined
      ? [...this.#entries()]
      : [...this.#plugins.get(pluginId)?.values() ?? []];
    return entries.map(({ plugin, schedule, plan, running, lastRun }) => {
      const wait = plan?.wait(now) ?? Infinity;
      return {
        pluginId: plugin.id,
        plugin: plugin.name,
        name: schedule.name,
        every: schedule.every,
        ...(schedule.timeZone && { timeZone: schedule.timeZone }),
        actions: schedule.actions,
        running: running !== undefined,
        ...(wait < Infinity && { nextRunAt: Math.round(now.wall + wait) }),
        ...(lastRun && { lastRun }),
      };
    });
  }

  /**
   * Runs a schedule now, or joins the run that is under way.
   *
   * @throws {PluginError} `SCHEDULE_NOT_FOUND`.
   */
  async run(
    { id, name: plugin }: LoadedPlugin,
    name: string,
  ): Promise<ScheduleRun> {
    const entry = this.#plugins.get(id)?.get(name);
    if (entry === undefined) {
      throw new PluginError(
        "SCHEDULE_NOT_FOUND",
        `Cannot run schedule "${name}" of plugin "${plugin}": it declares no such schedule; see getSchedules(${id})`,
        { pluginId: id },
      );
    }
    return await (entry.running ?? this.#run(entry));
  }

  /** Runs nothing any more. */
  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
    this.#plugins.clear();
  }

  *#entries(): Iterable<Entry> {
    for (const entries of this.#plugins.values()) yield* entries.values();
  }

  #changed(id: number, plugin: LoadedPlugin | undefined): void {
    const before = this.#plugins.get(id);
    const schedules = plugin === undefined
      ? []
      : this.#parts.schedulesOf(plugin.digest);
    if (plugin === undefined || schedules.length === 0) {
      if (this.#plugins.delete(id)) this.#timer.reset();
      return;
    }
    const lastRuns = this.#lastRuns(plugin);
    const entries = schedules.map((schedule): Entry => {
      const former = before?.get(schedule.name);
      return {
        plugin,
        schedule,
        // What goes on as it was keeps its beat, and does not overlap itself.
        plan: isSame(former?.schedule, schedule) ? former?.plan : undefined,
        lastRun: former?.lastRun ?? lastRuns.get(schedule.name),
        running: former?.running,
      };
    });
    this.#plugins.set(
      id,
      new Map(entries.map((entry) => [entry.schedule.name, entry])),
    );
    for (const entry of entries) void this.#begin(entry);
    this.#timer.reset();
  }

  /** A plugin is in service also where this cannot be read. */
  #lastRuns(plugin: LoadedPlugin): Map<string, ScheduleRun> {
    try {
      return this.#parts.runs.of(plugin.id);
    } catch (error) {
      this.#warn(plugin, "read the last runs of plugin {name}", error);
      return new Map();
    }
  }

  #warn(
    { id, name }: LoadedPlugin,
    what: string,
    error: unknown,
    more: Record<string, unknown> = {},
  ): void {
    this.#parts.logOf(name).warn(`Cannot ${what}: {reason}`, {
      ...{ id, name, reason: messageOf(error), error },
      ...more,
    });
  }

  async #begin(entry: Entry): Promise<void> {
    const { schedule, lastRun } = entry;
    const { intervalMs } = schedule;
    if (intervalMs !== undefined) {
      entry.plan ??= new IntervalPlan(
        intervalMs,
        readClocks(),
        lastRun?.startedAt,
      );
    }
    // The plugin is in service when this turn is over.
    await Promise.resolve();
    if (schedule.runOnLoad && this.#isCurrent(entry)) {
      void this.#runIfFree(entry);
    }
    if (entry.plan === undefined) await this.#planCron(entry);
  }

  async #planCron(entry: Entry): Promise<void> {
    const { every, timeZone = "UTC" } = entry.schedule;
    const next = await this.#parsed(entry, () => parseCron(every, timeZone));
    if (next === undefined || !this.#isCurrent(entry)) return;
    entry.plan = new CronPlan(next, readClocks());
    this.#timer.reset();
  }

  /** It was checked when the plugin was loaded first, maybe by another host. */
  async #parsed(
    { plugin, schedule: { name: schedule } }: Entry,
    parse: () => Promise<NextRun | string>,
  ): Promise<NextRun | undefined> {
    const read = await parse().catch((error: unknown) => messageOf(error));
    if (typeof read !== "string") return read;
    const what = "plan schedule {schedule} of plugin {name}";
    this.#warn(plugin, what, read, { schedule });
    return undefined;
  }

  #isCurrent({ plugin, schedule }: Entry): boolean {
    return this.#plugins.get(plugin.id)?.get(schedule.name)?.plugin === plugin;
  }

  /** A run that is due while the one before is under way is left out. */
  async #runIfFree(entry: Entry): Promise<void> {
    if (entry.running === undefined) await this.#run(entry);
  }

  #run(entry: Entry): Promise<ScheduleRun> {
    const running = this.#measured(entry).then((run) => {
      this.#finished(entry, running, run);
      return run;
    });
    return entry.running = running;
  }

  async #measured({ plugin, schedule }: Entry): Promise<ScheduleRun> {
    const startedAt = Date.now();
    const started = performance.now();
    const end = () => ({
      startedAt,
      durationMs: Math.round((performance.now() - started) * 1_000) / 1_000,
    });
    try {
      await runScheduleChain(plugin, schedule);
      return { ...end(), ok: true };
    } catch (error) {
      const run = { ...end(), ok: false, error: messageOf(error) };
      this.#logFailure(plugin, schedule.name, error);
      return run;
    }
  }

  #finished(
    { plugin, schedule }: Entry,
    running: Promise<ScheduleRun>,
    run: ScheduleRun,
  ): void {
    // The plugin may have been reloaded meanwhile, or be gone.
    const entry = this.#plugins.get(plugin.id)?.get(schedule.name);
    if (entry?.running !== running) return;
    entry.running = undefined;
    entry.lastRun = run;
    try {
      this.#parts.runs.record(plugin.id, schedule.name, run);
    } catch (error) {
      const what = "store the last run of schedule {schedule} of plugin {name}";
      this.#warn(plugin, what, error, { schedule: schedule.name });
    }
  }

  /** Once in a row of failures: what fails every second is not told every second. */
  #logFailure(plugin: LoadedPlugin, schedule: string, error: unknown): void {
    const entry = this.#plugins.get(plugin.id)?.get(schedule);
    // What an unload cuts off has not failed.
    if (entry === undefined || entry.lastRun?.ok === false) return;
    this.#parts.logOf(plugin.name).error(
      "Schedule {schedule} of plugin {name} failed: {reason}",
      {
        ...{ schedule, name: plugin.name, id: plugin.id },
        ...{ reason: messageOf(error), error },
      },
    );
  }
}

function isSame(
  former: ScheduleContribution | undefined,
  now: ScheduleContribution,
): boolean {
  return former?.every === now.every && former.timeZone === now.timeZone;
}
