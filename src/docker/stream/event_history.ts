/**
 * What an engine still knows of its past: questions about `/events` that end
 * by themselves, since they end in the past.
 *
 * @module
 */
import {
  type DockerEvent,
  engineTime,
  ROUNDING_NANOS,
} from "./docker_event.ts";
import { EventDecoder } from "./event_decoder.ts";
import { readInfo } from "../engine/engine_answers.ts";
import { LinkedAbort } from "../../async/linked_abort.ts";
import type { AskOptions, EngineClient } from "../engine/engine_client.ts";

/**
 * Asks for the engine's clock.
 *
 * @returns Unix nanoseconds, or `undefined` where the engine does not tell.
 */
export async function readClock(
  client: EngineClient,
  ask: AskOptions,
): Promise<string | undefined> {
  try {
    const { SystemTime } = await client.json("/info", readInfo, ask);
    return nanosOf(SystemTime) ?? client.clockNanos;
  } catch {
    // A proxy in front of the socket may hide `/info`.
    return client.clockNanos;
  }
}

/**
 * Asks for the last event that the engine still holds.
 *
 * @param until Where to stop, in Unix nanoseconds by the engine's clock.
 * @returns The event's time, or `undefined` where there is none.
 */
export async function lastBefore(
  client: EngineClient,
  until: string,
  ask: AskOptions,
): Promise<string | undefined> {
  const time = engineTime(until);
  const events = await past(client, { since: "1", until: time }, ask);
  return events?.at(-1)?.timeNano;
}

/**
 * Asks whether the engine still holds the event of a certain time.
 *
 * @returns Whether it does, or `undefined` where there is no telling.
 */
export async function pastHolds(
  client: EngineClient,
  nanos: string,
  ask: AskOptions,
): Promise<boolean | undefined> {
  const events = await past(client, {
    since: engineTime(BigInt(nanos) - ROUNDING_NANOS),
    until: engineTime(BigInt(nanos) + ROUNDING_NANOS),
  }, ask);
  return events?.some((event) => event.timeNano === nanos);
}

async function past(
  client: EngineClient,
  query: Record<string, string>,
  ask: AskOptions,
): Promise<DockerEvent[] | undefined> {
  using limit = new LinkedAbort(ask.signal);
  limit.abortAfter(ask.timeoutMs ?? 10_000);
  const events: DockerEvent[] = [];
  const decoder = new EventDecoder({
    event: (event) => events.push(event),
    malformed: () => {},
  });
  try {
    const body = await client.stream("/events", {
      ...ask,
      query,
      signal: limit.signal,
    });
    for await (const chunk of body) decoder.push(chunk);
    decoder.end();
    return limit.signal.aborted ? undefined : events;
  } catch {
    return undefined;
  }
}

/** RFC 3339 with up to nine decimals; `Date` knows three. */
function nanosOf(time: string): string | undefined {
  const [, seconds, decimals = "", zone] =
    /^(.*?:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(time) ?? [];
  const millis = Date.parse(`${seconds}${zone}`);
  if (Number.isNaN(millis)) return undefined;
  return `${millis / 1000}${decimals.slice(0, 9).padEnd(9, "0")}`;
}
