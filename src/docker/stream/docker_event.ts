/**
 * One event of the Docker Engine API, and how a line of its stream becomes one.
 *
 * @module
 */

/** An event as the engine reported it. */
export interface DockerEvent {
  /** What the event is about: `container`, `image`, `network`, `volume`, `daemon` and so on. */
  readonly type: string;
  /** What happened, in Docker's words, such as `start` or `health_status: healthy`. */
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
  /** What a health check found, where the engine says it beside the action. */
  readonly health?: string;
}

interface WireEvent {
  Type?: unknown;
  Action?: unknown;
  Actor?: { ID?: unknown; Attributes?: Record<string, unknown> | null };
  scope?: string;
  time?: number;
  timeNano?: number;
  /** Podman's. */
  health_status?: unknown;
  HealthStatus?: unknown;
}

/** What Podman calls otherwise. */
const PODMAN_ACTIONS: Readonly<Record<string, string>> = {
  "container remove": "destroy",
  "container died": "die",
  "image remove": "delete",
};

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
    action: PODMAN_ACTIONS[`${wire.Type} ${wire.Action}`] ?? wire.Action,
    actor: { id, attributes: attributesOf(wire.Actor?.Attributes) },
    scope: wire.scope ?? "local",
    time: wire.time ?? Number(timeNano.slice(0, -9)),
    timeNano,
    ...healthOf(wire),
  };
}

/** What is no string cannot be anybody's label. */
function attributesOf(
  attributes: Record<string, unknown> | null | undefined,
): Record<string, string> {
  const values = Object.values(attributes ?? {});
  if (values.every((value) => typeof value === "string")) {
    return (attributes ?? {}) as Record<string, string>;
  }
  return Object.fromEntries(
    Object.entries(attributes ?? {}).filter((
      entry,
    ): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function healthOf(
  { health_status, HealthStatus, Actor }: WireEvent,
): Pick<DockerEvent, "health"> {
  const health = health_status ?? HealthStatus ??
    Actor?.Attributes?.health_status;
  return typeof health === "string" && health !== "" ? { health } : {};
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
 * @returns Unix milliseconds.
 */
export function millisOf(event: DockerEvent): number {
  return Number(event.timeNano.slice(0, -6));
}

/**
 * By how much `since` and `until` may be off: Podman reads them as a floating
 * point number, which at today's times has steps of 240 nanoseconds.
 */
export const ROUNDING_NANOS = 1_000n;

/**
 * The form in which the engine takes `since` and `until`.
 *
 * @returns Seconds with nine decimals.
 */
export function engineTime(nanos: bigint | string): string {
  const time = BigInt(nanos) > 0n ? nanos : 0n;
  const digits = time.toString().padStart(10, "0");
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
