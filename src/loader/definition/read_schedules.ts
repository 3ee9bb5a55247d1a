/**
 * Reads the schedules of a definition. What the fields of a cron expression
 * mean is not looked at here: see `checkSchedules`.
 *
 * @module
 */
import type { ScheduleContribution } from "../../plugin/contributions.ts";
import { DECLARED_LIMITS } from "../../plugin/declared_limits.ts";
import type { Findings } from "./findings.ts";
import { kindOf } from "../../shared/text/kind_of.ts";
import { didYouMean } from "../../shared/text/nearest_name.ts";
import type { Path } from "../../shared/text/format_path.ts";

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const INTERVAL = /^(\d{1,9})([smhd])$/;
/** What a schedule says. */
const FIELDS: ReadonlySet<string> = new Set([
  "every",
  "timeZone",
  "actions",
  "timeoutMs",
  "runOnLoad",
  "overlap",
]);
/** Longer than any cron expression that somebody wrote by hand. */
const MAX_EVERY = 1_000;
/** Five fields; names such as `@daily` and a field of seconds are refused. */
const CRON = /^[^\s@]\S*( +\S+){4}$/;

/**
 * Reads `config.schedules`.
 *
 * @param actions The names of the actions that the definition has.
 * @param findings Receives what is wrong.
 * @returns The schedules, in the order of the definition.
 */
export function readSchedules(
  value: unknown,
  actions: ReadonlySet<string>,
  findings: Findings,
): ScheduleContribution[] {
  const path = ["config", "schedules"];
  const declared = findings.object(value, path) ?? {};
  const names = Object.keys(declared);
  const { schedules: most, nameLength } = DECLARED_LIMITS;
  if (findings.tooMany(names.length, most, { path, what: "schedules" })) {
    return [];
  }
  return names.flatMap((name) => {
    const at = [...path, name];
    const what = "characters in its name";
    if (name.trim() === "") {
      findings.issue(at, "must have a name");
      return [];
    }
    if (findings.tooMany(name.length, nameLength, { path: at, what })) {
      return [];
    }
    if (declared[name] === undefined || declared[name] === null) {
      findings.issue(at, `must be an object, and is ${kindOf(declared[name])}`);
    }
    const schedule = findings.object(declared[name], at);
    if (schedule === undefined) return [];
    findings.unread(schedule, FIELDS, at);
    warnOfActions(schedule.actions, at, { actions, findings });
    return readSchedule(name, schedule, { path: at, findings });
  });
}

interface Reading {
  readonly path: Path;
  readonly findings: Findings;
}

function readSchedule(
  name: string,
  schedule: Readonly<Record<string, unknown>>,
  reading: Reading,
): ScheduleContribution[] {
  const { path, findings } = reading;
  const when = readEvery(schedule.every, [...path, "every"], findings);
  const zone = readTimeZone(schedule.timeZone, reading);
  const actions = findings.texts(schedule.actions, [...path, "actions"]);
  if (schedule.actions === undefined || schedule.actions === null) {
    findings.issue([...path, "actions"], "must be an array of action names");
  }
  const timeoutMs = findings.milliseconds(
    schedule.timeoutMs,
    [...path, "timeoutMs"],
  );
  const runOnLoad = readRunOnLoad(schedule.runOnLoad, reading);
  readOverlap(schedule.overlap, reading);
  if (when === undefined) return [];
  return [{
    name,
    ...when,
    ...(when.intervalMs === undefined ? { timeZone: zone } : {}),
    actions: actions ?? [],
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(runOnLoad ? { runOnLoad } : {}),
  }];
}

function readEvery(
  value: unknown,
  path: Path,
  findings: Findings,
): Pick<ScheduleContribution, "every" | "intervalMs"> | undefined {
  const every = typeof value === "string" ? value.trim() : "";
  const what = "characters";
  if (findings.tooMany(every.length, MAX_EVERY, { path, what })) return;
  const [, count, unit = ""] = INTERVAL.exec(every) ?? [];
  const intervalMs = Number(count) * (UNIT_MS[unit] ?? NaN);
  if (intervalMs > 0) return { every, intervalMs };
  if (CRON.test(every)) return { every: every.replace(/ +/g, " ") };
  const is = typeof value === "string" ? JSON.stringify(value) : kindOf(value);
  findings.issue(
    path,
    `must be an interval such as "30s", "5m" or "1h", or a cron expression of five fields, and is ${is}`,
  );
}

function readTimeZone(value: unknown, { path, findings }: Reading): string {
  if (value === undefined || value === null) return "UTC";
  if (typeof value === "string" && isTimeZone(value)) return value;
  const is = typeof value === "string" ? JSON.stringify(value) : kindOf(value);
  findings.issue(
    [...path, "timeZone"],
    `must be a time zone such as "Europe/Berlin", and is ${is}`,
  );
  return "UTC";
}

function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }) !== undefined;
  } catch {
    return false;
  }
}

function readRunOnLoad(value: unknown, { path, findings }: Reading): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === "boolean") return value;
  findings.issue(
    [...path, "runOnLoad"],
    `must be true or false, and is ${kindOf(value)}`,
  );
  return false;
}

function readOverlap(value: unknown, { path, findings }: Reading): void {
  if (value === undefined || value === null || value === "skip") return;
  findings.issue([...path, "overlap"], 'must be "skip"');
}

function warnOfActions(
  value: unknown,
  path: Path,
  { actions, findings }: {
    readonly actions: ReadonlySet<string>;
    readonly findings: Findings;
  },
): void {
  if (!Array.isArray(value)) return;
  const at = [...path, "actions"];
  if (value.length === 0) findings.warn(at, "names no action");
  for (const name of new Set(value)) {
    if (typeof name !== "string" || actions.has(name)) continue;
    findings.warn(
      at,
      `names the action ${
        JSON.stringify(name)
      }, which the plugin does not define${didYouMean(name, actions)}`,
    );
  }
}
