/**
 * Events as a response: server-sent events (WHATWG HTML, section 9.2). A
 * client that reads slower than things happen loses events, and is told.
 *
 * @module
 */
import type { EventHub, ServerEvent } from "./event_hub.ts";

const MAX_QUEUED = 500;
const HEARTBEAT_MS = 15_000;

const encoder = new TextEncoder();

/** Streams what happens until the client goes away. */
export function eventStream(
  hub: EventHub,
  signal: AbortSignal,
  wants: (event: ServerEvent) => boolean = () => true,
): Response {
  let stop = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      let lost = 0;
      const send = (text: string) => controller.enqueue(encoder.encode(text));
      const unwatch = hub.watch((event) => {
        if (!wants(event)) return;
        if (controller.desiredSize !== null && controller.desiredSize <= 0) {
          lost++;
          return;
        }
        if (lost > 0) send(frameOf("lost", { events: lost }));
        lost = 0;
        send(frameOf(event.type, event.data));
      });
      const heartbeat = setInterval(
        () => send(": still here\n\n"),
        HEARTBEAT_MS,
      );
      Deno.unrefTimer(Number(heartbeat));
      stop = () => {
        unwatch();
        clearInterval(heartbeat);
      };
      signal.addEventListener("abort", () => {
        stop();
        try {
          controller.close();
        } catch {
          // The client has cancelled it already.
        }
      }, { once: true });
      send(": watching\n\n");
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
