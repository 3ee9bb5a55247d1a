/**
 * How far something is that takes long.
 *
 * @module
 */
import { signal } from "@preact/signals";
import { onEvent } from "../api/events.ts";
import { texts } from "../texts.ts";

const current = signal<string | undefined>(undefined);
let clearing: ReturnType<typeof setTimeout> | undefined;

/** Shows what the server says of its work. */
export function followProgress(): void {
  onEvent("progress", ({ step, plugin }) => {
    current.value = texts.progress(
      String(step),
      plugin === undefined ? "" : String(plugin),
    );
    clearTimeout(clearing);
    clearing = setTimeout(() => current.value = undefined, 4_000);
  });
}

export function Progress() {
  return (
    <p class={`progress ${current.value ? "on" : ""}`} role="status">
      {current.value}
    </p>
  );
}
