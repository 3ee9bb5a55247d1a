/**
 * Keeps the latest lines of the log, in bounded memory.
 *
 * @module
 */
import type { EventHub, LogLine } from "./event_hub.ts";

/** Characters of one line, and of one of its properties. */
const MAX_MESSAGE = 8_192;
const MAX_PROPERTY = 4_096;
const MAX_PROPERTIES = 30;

/** The levels from the least to the worst. */
const LEVELS = ["trace", "debug", "info", "warning", "error", "fatal"];

/** A line as LogTape hands it to its sinks, as far as it is read here. */
export interface LoggedRecord {
  /** Where from, the outermost first. */
  readonly category: readonly string[];
  /** How bad. */
  readonly level: string;
  /** The message in pieces, texts and values in turn. */
  readonly message: readonly unknown[];
  /** When, in Unix milliseconds. */
  readonly timestamp: number;
  /** What was logged beside the message. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Takes the lines of a log: a sink of LogTape. */
export type LogSink = (record: LoggedRecord) => void;

/** Which lines. */
export interface LogQuery {
  /** This level and worse. */
  readonly level?: string;
  /** Of this plugin. */
  readonly plugin?: string;
  /** That hold this text, whatever its case. */
  readonly q?: string;
  /** How many at the most, the latest. */
  readonly limit: number;
}

/** The latest lines. */
export class LogRing {
  readonly #lines: LogLine[] = [];
  readonly #size: number;
  readonly #hub: EventHub;
  #next = 0;

  constructor(size: number, hub: EventHub) {
    this.#size = size;
    this.#hub = hub;
  }

  /** Takes a record: what the host adds to LogTape as a sink. */
  readonly sink: LogSink = (record) => {
    const line = lineOf(record, ++this.#next);
    // A ring: where it is full, the place of the oldest is taken.
    this.#lines[(line.id - 1) % this.#size] = line;
    this.#hub.publish({ type: "log", data: line });
  };

  /** The lines that a query asks for, the latest last. */
  find({ level = "trace", plugin, q, limit }: LogQuery): LogLine[] {
    const least = LEVELS.indexOf(level);
    const wanted = q?.toLowerCase();
    return this.#lines
      .filter((line) =>
        LEVELS.indexOf(line.level) >= least &&
        (plugin === undefined || line.plugin === plugin) &&
        (wanted === undefined || line.message.toLowerCase().includes(wanted))
      )
      .sort((a, b) => a.id - b.id)
      .slice(-limit);
  }
}

function lineOf(record: LoggedRecord, id: number): LogLine {
  const { properties, category } = record;
  const { plugin } = properties;
  return {
    id,
    at: new Date(record.timestamp).toISOString(),
    level: record.level,
    category,
    ...(typeof plugin === "string" ? { plugin } : pluginOf(category)),
    message: record.message.map(shown).join("").slice(0, MAX_MESSAGE),
    properties: Object.fromEntries(
      Object.entries(properties).slice(0, MAX_PROPERTIES)
        .map(([name, value]) => [name, shownProperty(value)]),
    ),
  };
}

/** What a plugin logs itself is below the handler's category. */
function pluginOf(category: readonly string[]): { plugin?: string } {
  const name = category[category.indexOf("plugin-handler") + 1];
  return category.includes("plugin-handler") && name !== undefined
    ? { plugin: name }
    : {};
}

function shown(part: unknown): string {
  return typeof part === "string" ? part : Deno.inspect(part, { depth: 2 });
}

function shownProperty(value: unknown): unknown {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (value instanceof Error) {
    return String(value.stack ?? value).slice(0, MAX_PROPERTY);
  }
  return shown(value).slice(0, MAX_PROPERTY);
}
