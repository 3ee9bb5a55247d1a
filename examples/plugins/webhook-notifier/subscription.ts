/**
 * What a subscription is, and what may be subscribed to.
 *
 * @module
 */

/** A URL that is told of events: a row of the plugin's table. */
export interface Subscription {
  /** The subscription's number. */
  id: number;
  /** Where the events go. */
  url: string;
  /** Which events: names, `container:*`, `image:*` or `*`. */
  events: string[];
  /** Only events of containers whose name contains this; empty for all. */
  container: string;
  /** What deliveries are signed with; empty for unsigned ones. */
  secret: string;
  /** When it was made, in Unix seconds. */
  createdAt: number;
  /** How many events arrived. */
  delivered: number;
  /** How many were given up. */
  failed: number;
  /** How the latest delivery ended; empty before the first one. */
  lastResult: string;
}

/** A subscription as it is handed out: the secret stays inside. */
export interface ShownSubscription extends Omit<Subscription, "secret"> {
  /** Whether deliveries are signed. */
  signed: boolean;
}

/** What someone asks to subscribe to, step by step checked. */
export interface Wish {
  /** Where the events shall go. */
  url: string;
  /** Which events. */
  events: string[];
  /** A part of the container's name; empty for all. */
  container: string;
  /** What deliveries shall be signed with; empty for unsigned ones. */
  secret: string;
}

/** The events that can be subscribed to. */
export const EVENTS = [
  "container:created",
  "container:started",
  "container:stopped",
  "container:restarted",
  "container:paused",
  "container:unpaused",
  "container:died",
  "container:killed",
  "container:oom",
  "container:health_status",
  "container:renamed",
  "container:removed",
  "image:pulled",
  "image:removed",
] as const;

const PATTERNS: ReadonlySet<string> = new Set([
  ...EVENTS,
  "container:*",
  "image:*",
  "*",
]);

/**
 * Reads a wish from a body: JSON, or a form.
 *
 * @param body The parsed body.
 * @returns The wish, still unchecked, or undefined where the body is none.
 */
export function readWish(body: unknown): Wish | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const given = body as Record<string, unknown>;
  const field = (name: string) => String(given[name] ?? "").trim();
  const events = Array.isArray(given.events)
    ? given.events.map(String)
    : field("events").split(/[\s,]+/);
  const named = events.filter((event) => event !== "");
  return {
    url: field("url"),
    events: named.length === 0 ? ["*"] : [...new Set(named)],
    container: field("container"),
    secret: field("secret"),
  };
}

/**
 * Checks where events shall go.
 *
 * @param text What was given.
 * @returns The URL in its normal form, or undefined where it cannot be used.
 */
export function usableUrl(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  // fetch() refuses a URL with a name and a password in it.
  return url.username === "" && url.password === "" ? url.href : undefined;
}

/**
 * The events that cannot be subscribed to.
 *
 * @param events What was asked for.
 * @returns Those that there are not.
 */
export function unknownEvents(events: readonly string[]): string[] {
  return events.filter((event) => !PATTERNS.has(event));
}

/**
 * Whether an event goes to a subscription.
 *
 * @param subscription The subscription.
 * @param event The event's name.
 * @param subject The name of the container or image.
 */
export function isWanted(
  { events, container }: Subscription,
  event: string,
  subject: string,
): boolean {
  const kind = event.slice(0, event.indexOf(":"));
  return subject.includes(container) &&
    events.some((name) =>
      name === event || name === "*" || name === `${kind}:*`
    );
}

/**
 * Takes the secret out of a row.
 *
 * @param subscription The row.
 * @returns What may be shown.
 */
export function toShown(subscription: Subscription): ShownSubscription {
  const { secret, ...shown } = subscription;
  return { ...shown, signed: secret !== "" };
}
