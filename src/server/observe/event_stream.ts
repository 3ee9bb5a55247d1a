/**
 * Events as a response: server-sent events (WHATWG HTML, section 9.2). A
 * client that reads slower than things happen loses events, and is told.
 *
 * @module
 */
import { repeat } from "../../async/timer.ts";
import type { EventHub, ServerEvent } from "./event_hub.ts";

const MAX_QUEUED = 500;
const HEARTBEAT_MS = 15_000;

const encoder = new TextEncoder();

/** Streams what happens until the client goes away, or the hub ends. */
export function eventStream(
  hub: EventHub,
  signal: AbortSignal,
  wants: (event: ServerEvent) => boolean = () => true,
): Response {
  const ends = AbortSignal.any([signal, hub.ending]);
  let stop = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      let lost = 0;
      const send = (text: string) => controller.enqueue(encoder.encode(text));
      const isFull = () =>
        controller.desiredSize !== null && controller.desiredSize <= 0;
      const unwatch = hub.watch((event) => {
        if (!wants(event)) return;
        if (isFull()) {
          lost++;
          return;
        }
        if (lost > 0) send(frameOf("lost", { events: lost }));
        lost = 0;
        send(frameOf(event.type, event.data));
      });
      const heartbeat = repeat(HEARTBEAT_MS, () => {
        if (!isFull()) send(": still here\n\n");
      });
      stop = () => {
        unwatch();
        heartbeat[Symbol.dispose]();
        ends.removeEventListener("abort", end);
      };
      const end = () => {
        stop();
        try {
          controller.close();
        } catch {
          // The client has cancelled it already.
        }
      };
      send(": watching\n\n");
      if (ends.aborted) end();
      else ends.addEventListener("abort", end);
    },
    cancel: () => stop(),
  }, { highWaterMark: MAX_QUEUED });
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      // Proxies must not wait for more.
      "x-accel-buffering": "no",
    },
  });
}

function frameOf(type: string, data: unknown): string {
  return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
