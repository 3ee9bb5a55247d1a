/**
 * What the server sees of a handler: its log, its lifecycle, its figures.
 *
 * @module
 */
import type { HealthReport } from "../../execution/health/plugin_health.ts";
import type { PluginHandler } from "../../handler/plugin_handler.ts";
import { LIFECYCLE_EVENTS } from "../../plugin/event_names.ts";
import { PluginError } from "../../shared/errors.ts";
import { CallSeries, type CallTotals } from "./call_series.ts";
import { EventHub } from "./event_hub.ts";
import { HealthWatch } from "./health_watch.ts";
import { LogRing } from "./log_ring.ts";
import type { Metric } from "./prometheus.ts";

/** Watches a handler until it is disposed of. */
export class Observation implements Disposable {
  /** Tells whoever watches. */
  readonly hub: EventHub = new EventHub();
  /** The latest lines of the log. */
  readonly log: LogRing;
  /** The calls of the last hour. */
  readonly series: CallSeries;
  readonly #handler: PluginHandler;
  readonly #health: HealthWatch;
  readonly #undo: (() => void)[];

  /**
   * Begins to watch.
   *
   * @param logLines How many lines of the log are kept.
   */
  constructor(handler: PluginHandler, logLines: number) {
    this.#handler = handler;
    this.log = new LogRing(logLines, this.hub);
    this.#health = new HealthWatch(this.hub, handler.getHealth());
    this.series = new CallSeries(() => this.totals());
    this.#undo = LIFECYCLE_EVENTS.map((event) =>
      handler.on(event, (payload) => this.#publish(event, payload))
    );
  }

  /** The calls of all plugins so far, by id; tells whose health has changed. */
  totals(): Map<number, CallTotals> {
    const reports = this.#handler.getHealth();
    this.#health.compareAll(reports);
    return new Map(
      Object.entries(reports)
        .map(([id, report]) => [Number(id), totalsOf(report)]),
    );
  }

  /** The figures for Prometheus. */
  metrics(): Metric[] {
    const names = new Map(
      this.#handler.getAll().map(({ id, name }) => [id, name]),
    );
    const reports = Object.entries(this.#handler.getHealth())
      .map(([id, report]) => ({ plugin: names.get(Number(id)) ?? id, report }));
    return [
      {
        name: "dockstat_plugin_state",
        help: "1 for the state that the plugin is in",
        type: "gauge",
        samples: reports.map(({ plugin, report: { state } }) => ({
          labels: { plugin, state },
          value: 1,
        })),
      },
      ...callMetrics(reports),
    ];
  }

  /** Stops watching. */
  [Symbol.dispose](): void {
    for (const undo of this.#undo) undo();
    this.hub.end();
    this.series[Symbol.dispose]();
  }

  #publish(event: string, payload: unknown): void {
    const { id, name, version, reason } = payload as {
      readonly id: number;
      readonly name: string;
      readonly version: string;
      readonly reason?: string;
    };
    const at = new Date().toISOString();
    this.hub.publish({
      type: "lifecycle",
      data: {
        event,
        at,
        id,
        name,
        version,
        ...(reason === undefined ? {} : { reason }),
      },
    });
    this.#compare(id);
  }

  /** What the event is about may be gone by now, and so may the handler. */
  #compare(id: number): void {
    try {
      this.#health.compare(id, this.#handler.getHealth(id));
    } catch (error) {
      if (!(error instanceof PluginError)) throw error;
      this.#health.forget(id);
    }
  }
}

interface Reported {
  readonly plugin: string;
  readonly report: HealthReport;
}

/** The calls of every action and hook. */
function callMetrics(reports: readonly Reported[]): Metric[] {
  const calls = reports.flatMap(({ plugin, report }) =>
    (["actions", "hooks"] as const).flatMap((kind) =>
      Object.entries(report[kind]).map(([name, call]) => ({
        labels: { plugin, kind: kind.slice(0, -1), name },
        call,
      }))
    )
  );
  return [
    {
      name: "dockstat_plugin_calls_total",
      help: "Calls of actions and hooks",
      type: "counter",
      samples: calls.map(({ labels, call }) => ({ labels, value: call.calls })),
    },
    {
      name: "dockstat_plugin_failures_total",
      help: "Calls that failed",
      type: "counter",
      samples: calls.map(({ labels, call }) => ({
        labels,
        value: call.failures,
      })),
    },
    {
      name: "dockstat_plugin_call_seconds",
      help: "How long calls take",
      type: "gauge",
      samples: calls.flatMap(({ labels, call }) => [
        { labels: { ...labels, quantile: "0.5" }, value: call.p50Ms / 1_000 },
        { labels: { ...labels, quantile: "0.99" }, value: call.p99Ms / 1_000 },
      ]),
    },
  ];
}

/** Adds up the actions of a plugin; the slowest one gives the durations. */
export function totalsOf({ actions }: HealthReport): CallTotals {
  const all = Object.values(actions);
  const sum = (of: (call: typeof all[number]) => number) =>
    all.reduce((total, call) => total + of(call), 0);
  const most = (of: (call: typeof all[number]) => number) =>
    all.reduce((max, call) => Math.max(max, of(call)), 0);
  return {
    requests: sum(({ calls }) => calls),
    failures: sum(({ failures }) => failures),
    p50Ms: most(({ p50Ms }) => p50Ms),
    p99Ms: most(({ p99Ms }) => p99Ms),
  };
}
