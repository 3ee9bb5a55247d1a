/**
 * The two dialects of event names, and which are one event.
 *
 * @module
 */

const ALIASES: ReadonlyMap<string, string> = new Map([
  ["onContainerStart", "container:started"],
  ["onContainerStop", "container:stopped"],
  ["onContainerRestart", "container:restarted"],
  ["onContainerPause", "container:paused"],
  ["onContainerUnpause", "container:unpaused"],
  ["onContainerCreate", "container:created"],
  ["onContainerDie", "container:died"],
  ["onContainerRemove", "container:removed"],
  ["onContainerDestroy", "container:removed"],
  ["container:destroyed", "container:removed"],
  ["onContainerKill", "container:killed"],
  ["onContainerOom", "container:oom"],
  ["onContainerHealthStatus", "container:health_status"],
  ["onContainerRename", "container:renamed"],
  ["onContainerSeen", "container:seen"],
  ["onContainerMetrics", "container:metrics"],
  ["onImagePull", "image:pulled"],
  ["onImageTag", "image:tagged"],
  ["onImageUntag", "image:untagged"],
  ["onImageRemove", "image:removed"],
  ["onHostAdd", "host:added"],
  ["onHostRemove", "host:removed"],
  ["onHostUpdate", "host:updated"],
  ["onHostHealthChange", "host:health:changed"],
  ["onHostMetrics", "host:metrics"],
  ["onServerBoot", "server:boot"],
]);

/** What becomes of plugins. */
export const LIFECYCLE_EVENTS = [
  "plugin:installed",
  "plugin:updated",
  "plugin:rolledBack",
  "plugin:loaded",
  "plugin:unloaded",
  "plugin:failed",
  "plugin:quarantined",
  "plugin:recovered",
  "plugin:disabled",
  "plugin:enabled",
  "plugin:deleted",
] as const;

/** The events that no other dialect has a name for. */
const UNPAIRED = [
  "error",
  "docker:gap",
  "stream:started",
  "stream:stopped",
  "stream:data",
  "stream:error",
  ...LIFECYCLE_EVENTS,
  "settings:changed",
] as const;

/** The names of all events that this package emits or knows, in both dialects. */
export const KNOWN_EVENTS: readonly string[] = [
  ...ALIASES.keys(),
  ...new Set(ALIASES.values()),
  ...UNPAIRED,
];

/**
 * The one name of an event that has several.
 *
 * @param event A name in either dialect, or any other name.
 * @returns The name in the `subject:verb` dialect, or the name itself.
 */
export function canonicalEvent(event: string): string {
  return ALIASES.get(event) ?? event;
}

/**
 * All names of an event.
 *
 * @param canonical The name that {@linkcode canonicalEvent} gives.
 */
export function eventAliases(canonical: string): string[] {
  return [
    canonical,
    ...[...ALIASES].filter(([, name]) => name === canonical)
      .map(([alias]) => alias),
  ];
}

/** What the events of the host are about, in front of the colon. */
const HOSTS_SUBJECTS: ReadonlySet<string> = new Set([
  ...[...ALIASES.values()].map((event) => event.split(":", 1)[0]!),
  "daemon",
  "docker",
  "network",
  "plugin",
  "settings",
  "stream",
  "volume",
]);

/**
 * Whether an event is one that hosts emit, which no plugin may pretend to be.
 *
 * @param event The event, in either dialect.
 * @returns Whether it is.
 */
export function isHostsEvent(event: string): boolean {
  const [subject = ""] = canonicalEvent(event).split(":", 1);
  return HOSTS_SUBJECTS.has(subject);
}
