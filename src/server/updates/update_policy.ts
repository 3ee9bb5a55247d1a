/**
 * Which updates come by themselves, and when.
 *
 * @module
 */
import { z } from "zod";

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be HH:MM");
const timeZone = z.string().refine(isTimeZone, "is no time zone");

/** Which updates of a plugin come by themselves, and when. */
export const updatePolicySchema = z.object({
  policy: z.enum(["manual", "patch", "minor"]),
  window: z.object({
    from: clock,
    to: clock,
    days: z.array(z.number().int().min(0).max(6)).min(1).optional(),
    timeZone: timeZone.optional(),
  }).optional(),
});

/** Which updates of a plugin come by themselves, and when. */
export type UpdatePolicy = z.infer<typeof updatePolicySchema>;

/** What holds where nobody decided. */
export const MANUAL: UpdatePolicy = { policy: "manual" };

/** Whether an update comes by itself. */
export function comesByItself(
  { policy }: UpdatePolicy,
  current: string,
  available: string,
): boolean {
  const [from, to] = [numbersOf(current), numbersOf(available)];
  if (policy === "manual" || from === undefined || to === undefined) {
    return false;
  }
  const isSameMajor = from[0] === to[0];
  // Below 1.0.0 a minor version may break what was (semver, 4).
  const isSameLine = from[0] === 0 ? from[1] === to[1] : true;
  return policy === "patch"
    ? isSameMajor && from[1] === to[1]
    : isSameMajor && isSameLine;
}

/** Releases alone: what has a pre-release part never comes by itself. */
function numbersOf(version: string): [number, number, number] | undefined {
  const found = version.match(/^v?(\d+)\.(\d+)\.(\d+)(?:\+.*)?$/);
  if (found === null) return undefined;
  return [Number(found[1]), Number(found[2]), Number(found[3])];
}

/** Whether a moment lies in the window of a policy. */
export function isInWindow({ window }: UpdatePolicy, now: Date): boolean {
  if (window === undefined) return true;
  const { from, to, days, timeZone = "UTC" } = window;
  const { day, time } = localTime(now, timeZone);
  const isOvernight = from > to;
  const isInTime = isOvernight
    ? time >= from || time < to
    : time >= from && time < to;
  // What goes past midnight belongs to the day on which it began.
  const began = isOvernight && time < to ? (day + 6) % 7 : day;
  return isInTime && (days === undefined || days.includes(began));
}

function localTime(now: Date, timeZone: string): { day: number; time: string } {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(now);
  const part = (type: string) =>
    parts.find((one) => one.type === type)?.value ?? "";
  const names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  return {
    day: names.indexOf(part("weekday")),
    time: `${part("hour")}:${part("minute")}`,
  };
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
