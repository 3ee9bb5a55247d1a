/**
 * Numbers and times as people read them.
 *
 * @module
 */
import { texts } from "./texts.ts";

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const absolute = new Intl.DateTimeFormat("en", {
  dateStyle: "medium",
  timeStyle: "medium",
});
const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** "3 minutes ago", "in 2 hours". */
export function ago(iso: string | undefined): string {
  if (iso === undefined) return texts.never;
  const seconds = (Date.parse(iso) - Date.now()) / 1_000;
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ??
    UNITS[3];
  return relative.format(Math.round(seconds / size), unit);
}

/** A moment in full. */
export function moment(iso: string): string {
  return absolute.format(new Date(iso));
}

/** The time of day of a log line, with milliseconds. */
export function clock(iso: string): string {
  const at = new Date(iso);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}:${
    two(at.getSeconds())
  }.${String(at.getMilliseconds()).padStart(3, "0")}`;
}

/** Milliseconds, as precise as is useful. */
export function duration(ms: number): string {
  if (ms >= 10_000) return `${Math.round(ms / 1_000)} s`;
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms >= 10 || ms === 0) return `${Math.round(ms)} ms`;
  return `${ms.toFixed(1)} ms`;
}

/** Bytes in the unit that fits. */
export function bytes(count: number): string {
  if (count < 1_024) return `${count} B`;
  const kib = count / 1_024;
  if (kib < 1_024) return `${kib.toFixed(kib < 10 ? 1 : 0)} KiB`;
  return `${(kib / 1_024).toFixed(1)} MiB`;
}
