/**
 * One event of the Docker Engine API, and how a line of its stream becomes one.
 *
 * @module
 */

/** An event as the engine reported it. */
export interface DockerEvent {
  /** What the event is about: `container`, `image`, `network`, `volume`, `daemon` and so on. */
  readonly type: string;
  /** What happened, such as `start` or `health_status: healthy`. */
  readonly action: string;
  /** Who it happened to. */
  readonly actor: {
    /** The id of the object; of an image also its reference. */
    readonly id: string;
    /** The object's labels and whatever else the engine tells of it. */
    readonly attributes: Readonly<Record<string, string>>;
  };
  /** `local`, or `swarm`. */
  readonly scope: string;
  /** When it happened, in Unix seconds. */
  readonly time: number;
  /**
   * When it happened, in Unix nanoseconds: decimal digits, since the number
   * is past what JavaScript's numbers hold exactly.
   */
  readonly timeNano: string;
}

interface WireEvent {
  Type?: unknown;
  Action?: unknown;
  Actor?: { ID?: unknown; Attributes?: Record<string, string> | null };
  scope?: string;
  time?: number;
  timeNano?: number;
}

const NANO_KEY = '"timeNano":';

/**
 * Reads one JSON text of the engine's event stream.
 *
 * @param text One complete JSON object.
 * @returns The event, or `undefined` where the text is no JSON or no event.
 */
export function parseDockerEvent(text: string): DockerEvent | undefined {
  let wire: WireEvent | null;
  try {
    wire = JSON.parse(text);
  } catch {
    return undefined;
  }
  const id = wire?.Actor?.ID;
  if (typeof wire?.Type !== "string" || typeof wire.Action !== "string") {
    return undefined;
  }
  if (typeof id !== "string") return undefined;
  const timeNano = nanosOf(text, wire);
  return {
    type: wire.Type,
    action: wire.Action,
    actor: { id, attributes: wire.Actor?.Attributes ?? {} },
    scope: wire.scope ?? "local",
    time: wire.time ?? Number(timeNano.slice(0, -9)),
    timeNano,
  };
}

/** The digits come from the text, since parsing has rounded the number. */
function nanosOf(text: string, wire: WireEvent): string {
  if (typeof wire.timeNano !== "number") return `${wire.time ?? 0}000000000`;
  const start = text.lastIndexOf(NANO_KEY) + NANO_KEY.length;
  const digits = /^\s*(\d+)/.exec(text.slice(start, start + 24))?.[1];
  return digits !== undefined && Number(digits) === wire.timeNano
    ? digits
    : BigInt(Math.trunc(wire.timeNano)).toString();
}

/**
 * When an event happened, by the engine's clock.
 *
 * @param event The event.
 * @returns Unix milliseconds.
 */
export function millisOf(event: DockerEvent): number {
  return Number(event.timeNano.slice(0, -6));
}

/**
 * The form in which the engine takes `since` and `until`.
 *
 * @param nanos Unix nanoseconds.
 * @returns Seconds with nine decimals.
 */
export function engineTime(nanos: bigint | string): string {
  const digits = nanos.toString().padStart(10, "0");
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
