/**
 * What happens on the server, as it happens: one stream, read by `fetch` so
 * that the token stays in a header, opened again when it breaks.
 *
 * @module
 */
import { signal } from "@preact/signals";
import { askRaw, user } from "./client.ts";

type Listener = (data: Readonly<Record<string, unknown>>) => void;

/** Grows whenever something became of a plugin. */
export const changes = signal(0);
/** Whether the stream is open. */
export const isLive = signal(false);

const listeners = new Map<string, Set<Listener>>();
let open: AbortController | undefined;

/** Calls back for events of a type; returns what stops it. */
export function onEvent(type: string, listener: Listener): () => void {
  const all = listeners.get(type) ?? new Set();
  listeners.set(type, all.add(listener));
  return () => void all.delete(listener);
}

/** Follows the events for as long as somebody is signed in. */
export function followEvents(): void {
  user.subscribe((who) => {
    if (who === undefined) {
      open?.abort();
      open = undefined;
    } else if (open === undefined) {
      open = new AbortController();
      follow(open.signal);
    }
  });
  for (const type of ["lifecycle", "health"]) onEvent(type, announceChange);
}

let announcing: ReturnType<typeof setTimeout> | undefined;

/** Many plugins change at once at a start; lists are asked for once. */
function announceChange(): void {
  announcing ??= setTimeout(() => {
    announcing = undefined;
    changes.value++;
  }, 250);
}

async function follow(closing: AbortSignal): Promise<void> {
  for (let wait = 500; !closing.aborted; wait = Math.min(wait * 2, 15_000)) {
    try {
      const { body } = await askRaw("/events", { signal: closing });
      isLive.value = true;
      wait = 500;
      await read(body!);
    } catch {
      // It is opened again below.
    }
    isLive.value = false;
    if (closing.aborted) return;
    await new Promise((resolve) => setTimeout(resolve, wait));
    announceChange();
  }
}

async function read(body: ReadableStream<Uint8Array>): Promise<void> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = "";
  while (true) {
    const { done, value } = await reader.read();
    if (done) return;
    rest += decoder.decode(value, { stream: true });
    const frames = rest.split("\n\n");
    rest = frames.pop()!;
    for (const frame of frames) dispatch(frame);
  }
}

function dispatch(frame: string): void {
  let type = "message";
  let data = "";
  for (const line of frame.split("\n")) {
    if (line.startsWith("event: ")) type = line.slice(7);
    if (line.startsWith("data: ")) data += line.slice(6);
  }
  if (data === "") return;
  for (const listener of listeners.get(type) ?? []) listener(JSON.parse(data));
}
