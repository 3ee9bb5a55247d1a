/**
 * Points out events whose names are nearly those of others: a hook on them is
 * never called, and nobody would say so.
 *
 * @module
 */
import { KNOWN_EVENTS } from "../plugin/event_names.ts";
import { nearestName } from "../shared/text/nearest_name.ts";
import type { AdviceList } from "./advice.ts";

const KNOWN: ReadonlySet<string> = new Set(KNOWN_EVENTS);

/**
 * Checks the names of a plugin's hooks. Any name may be an event of the host's
 * own, so that only what is near to a known one is pointed out.
 *
 * @param advice Receives what is found.
 */
export function checkEvents(
  events: readonly string[],
  advice: AdviceList,
): void {
  for (const event of events) {
    if (KNOWN.has(event)) continue;
    const nearest = nearestName(event, sameDialect(event));
    if (nearest === undefined) continue;
    advice.add(
      ["events", event],
      `is no event that is known here; did you mean "${nearest}"?`,
    );
  }
}

function sameDialect(event: string): string[] {
  const isColoned = event.includes(":");
  return KNOWN_EVENTS.filter((name) => name.includes(":") === isColoned);
}
