/**
 * What the journal writes down of an event.
 *
 * @module
 */
import type { ContainerInfo } from "@dockstat/plugin-handler/builder";

/** One line of the journal: a row of the plugin's table. */
export interface Entry {
  /** The line's number; later lines have higher ones. */
  id: number;
  /** When it happened, in Unix milliseconds. */
  at: number;
  /** What happened, such as `started`. */
  event: string;
  /** The container's name. */
  container: string;
  /** The container's id. */
  containerId: string;
  /** The image that it was made from. */
  image: string;
  /** The host that it runs on. */
  hostId: number;
  /** What only some events tell, such as the exit code. */
  details: Record<string, string | number>;
}

/** An entry as it is handed out. */
export interface ShownEntry extends Entry {
  /** When it happened, for people to read. */
  when: string;
  /** The details, for people to read. */
  note: string;
}

/** A container with what its event tells beside it. */
export interface ContainerEvent extends ContainerInfo {
  /** When it happened, in Unix milliseconds. */
  time?: number;
  /** How the process ended. */
  exitCode?: number;
  /** The signal's number. */
  signal?: string;
  /** The name before a renaming. */
  oldName?: string;
  /** What the health check found. */
  health?: string;
}

/** The events that are written down, without `container:` in front. */
export const EVENTS = [
  "created",
  "started",
  "stopped",
  "restarted",
  "paused",
  "unpaused",
  "died",
  "killed",
  "oom",
  "health_status",
  "renamed",
  "removed",
] as const;

const DETAILS = ["exitCode", "signal", "oldName", "health"] as const;

/**
 * Makes a row of an event.
 *
 * @param event What happened, without `container:` in front.
 * @param container The event's payload.
 * @returns The row, without its number.
 */
export function toEntry(
  event: string,
  container: ContainerEvent,
): Omit<Entry, "id"> {
  return {
    at: container.time ?? Date.now(),
    event,
    container: container.name,
    containerId: container.id,
    image: container.image,
    hostId: container.hostId,
    details: Object.fromEntries(
      DETAILS.flatMap((key) => {
        const value = container[key];
        return value === undefined ? [] : [[key, value]];
      }),
    ),
  };
}

/**
 * Adds what people read to a row.
 *
 * @param entry The row.
 * @returns The row and the readable parts.
 */
export function toShown(entry: Entry): ShownEntry {
  return {
    ...entry,
    when: new Date(entry.at).toISOString().replace("T", " ").slice(0, 19),
    note: Object.entries(entry.details)
      .map(([key, value]) => `${key} ${value}`)
      .join(", "),
  };
}
