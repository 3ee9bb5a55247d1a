/**
 * Captures what plugins log.
 *
 * @module
 */
import { configureSync, resetSync } from "@logtape/logtape";

/** Captures log lines, each with its level in front, until it is disposed of. */
export function captureLogs(): Disposable & {
  readonly lines: string[];
  readonly categories: (readonly string[])[];
} {
  const lines: string[] = [];
  const categories: (readonly string[])[] = [];
  configureSync({
    reset: true,
    sinks: {
      lines: ({ level, message, category, properties }) => {
        // What the handler itself says about the plugin.
        if ("plugin" in properties) return;
        lines.push(`${level} ${message.join("")}`);
        categories.push(category);
      },
    },
    loggers: [
      { category: [], lowestLevel: "debug", sinks: ["lines"] },
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: [] },
    ],
  });
  return { lines, categories, [Symbol.dispose]: () => resetSync() };
}
