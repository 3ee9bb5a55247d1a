/**
 * Collects what a handler logs, beside what the test's author configured.
 *
 * @module
 */
import {
  type Config,
  configureSync,
  getConfig,
  type LogRecord,
  resetSync,
} from "@logtape/logtape";

/** A line that the plugin, or the handler about it, logged. */
export interface TestLogLine {
  /** How bad: `debug`, `info`, `warning`, `error`. */
  readonly level: string;
  /** What was said. */
  readonly message: string;
  /** The plugin's name, where it is the plugin's own line. */
  readonly plugin?: string;
}

const SINK = "plugin-handler-testing";

const collectors = new Map<string, TestLogLine[]>();
let before: Config<string, string> | null = null;

/** Collects the lines of the handler with this category in front. */
export function collectLogs(
  parent: string,
): Disposable & { readonly lines: readonly TestLogLine[] } {
  const lines: TestLogLine[] = [];
  if (collectors.size === 0) before = getConfig();
  collectors.set(parent, lines);
  configure();
  return {
    lines,
    [Symbol.dispose]() {
      collectors.delete(parent);
      if (collectors.size > 0) return configure();
      if (before === null) resetSync();
      else configureSync({ ...before, reset: true });
    },
  };
}

function configure(): void {
  const { sinks = {}, loggers = [], ...rest } = before ?? {};
  const meta = before === null
    ? [{
      category: ["logtape", "meta"],
      lowestLevel: "error" as const,
      sinks: [],
    }]
    : [];
  configureSync<string, string>({
    ...rest,
    sinks: { ...sinks, [SINK]: collect },
    loggers: [
      ...loggers,
      ...meta,
      ...[...collectors.keys()].map((parent) => ({
        category: [parent],
        lowestLevel: "debug" as const,
        sinks: [SINK],
      })),
    ],
    reset: true,
  });
}

function collect({ category, level, message, properties }: LogRecord): void {
  const [parent = "", , name] = category;
  const isOwn = name !== undefined && !("plugin" in properties);
  collectors.get(parent)?.push({
    level,
    message: message.join(""),
    ...(isOwn ? { plugin: name } : {}),
  });
}
