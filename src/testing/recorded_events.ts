/**
 * The events of a recording, as lines of an engine's stream.
 *
 * @module
 */
import { PluginError } from "../shared/errors.ts";

/**
 * Events of a Docker Engine: the body of its `GET /events` as text, the lines
 * of it, or the events as objects.
 */
export type RecordedEvents =
  | string
  | readonly (string | Readonly<Record<string, unknown>>)[];

/** One event of a recording. */
export interface RecordedEvent {
  /** As the engine sent it, without the line's end. */
  readonly line: string;
  /** When it happened, in Unix nanoseconds. */
  readonly nanos: bigint;
  /** What it is about, such as `container`. */
  readonly type: string;
  /** What happened, such as `start`. */
  readonly action: string;
  /** The id of what it happened to. */
  readonly id: string;
}

/** Reads a recording; throws `INVALID_OPTIONS` at the first line that is no event. */
export function readRecording(events: RecordedEvents): RecordedEvent[] {
  const lines = typeof events === "string" ? events.split("\n") : events;
  return lines.flatMap((line, index) => {
    const text = typeof line === "string" ? line.trim() : JSON.stringify(line);
    return text === "" ? [] : [readLine(text, index + 1)];
  });
}

function readLine(line: string, number: number): RecordedEvent {
  const { Type: type, Action: action, Actor: actor } = parsed(line, number);
  const { ID: id } = (actor ?? {}) as { ID?: unknown };
  // Parsed as a number it would be rounded.
  const [, nanos] = /"timeNano":\s*(\d+)/.exec(line) ?? [];
  if (
    typeof type !== "string" || typeof action !== "string" ||
    typeof id !== "string" || nanos === undefined
  ) {
    throw noEvent(number, "an event has Type, Action, Actor.ID and timeNano");
  }
  return { line, nanos: BigInt(nanos), type, action, id };
}

function parsed(line: string, number: number): Record<string, unknown> {
  try {
    const value = JSON.parse(line);
    if (typeof value === "object" && value !== null) return value;
  } catch (cause) {
    throw noEvent(number, "it is no JSON", cause);
  }
  throw noEvent(number, "it is no object");
}

function noEvent(number: number, why: string, cause?: unknown): PluginError {
  return new PluginError(
    "INVALID_OPTIONS",
    `Cannot replay event ${number} of the recording: ${why}`,
    { cause },
  );
}
