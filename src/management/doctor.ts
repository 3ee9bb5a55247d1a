/**
 * Looks an agent's database and machine over: what an operator asks first when
 * something is wrong.
 *
 * @module
 */
import { messageOf } from "../shared/errors.ts";
import type { SqliteDriver } from "../sqlite/driver/sqlite_driver.ts";

/** What was found of one thing. */
export interface Finding {
  /** What was looked at. */
  readonly name: string;
  /** How it is. */
  readonly state: "ok" | "warning" | "failed" | "unknown";
  /** What was found, and what to do about it. */
  readonly detail: string;
}

/** What to look at beside the database. */
export interface DiagnoseOptions {
  /** The socket of a Docker Engine. */
  readonly dockerSocket?: string;
}

/** A plugin that may be set aside. */
export interface PatientPlugin {
  /** Its name. */
  readonly name: string;
  /** How it is. */
  readonly state: string;
  /** Why. */
  readonly reason?: string;
  /** What it last did wrong. */
  readonly lastError?: string;
}

/** What is looked over. */
export interface Patient {
  /** The database. */
  readonly driver: SqliteDriver;
  /** How the plugins are. */
  readonly plugins: readonly PatientPlugin[];
}

/** A log that was not written back for long keeps every reader busy. */
const WAL_WARNING = 64 * 1024 * 1024;
const DISK_WARNING = 256 * 1024 * 1024;
/** Clocks of one machine differ by less. */
const CLOCK_TOLERANCE_MS = 60_000;
const DOCKER_TIMEOUT_MS = 5_000;

/** Looks everything over; what cannot be looked at is `unknown`. */
export async function diagnose(
  { driver, plugins }: Patient,
  { dockerSocket }: DiagnoseOptions,
): Promise<Finding[]> {
  const file = String(
    driver.get("SELECT file FROM pragma_database_list WHERE name = 'main'")
      ?.file ?? "",
  );
  return [
    await look("file", () => fileFinding(file)),
    await look("log", () => logFinding(file)),
    await look("integrity", () => integrityOf(driver)),
    await look("schema", () => schemaOf(driver)),
    await look("permissions", permissionsOf),
    await look("disk", () => diskOf(file)),
    await look("clock", () => clockOf(driver)),
    ...(dockerSocket === undefined
      ? []
      : [await look("docker", () => dockerOf(dockerSocket))]),
    ...plugins.flatMap(pluginFinding),
  ];
}

type Found = Omit<Finding, "name">;

async function look(
  name: string,
  at: () => Found | Promise<Found>,
): Promise<Finding> {
  try {
    return { name, ...await at() };
  } catch (error) {
    return error instanceof Deno.errors.NotCapable
      ? { name, state: "unknown", detail: messageOf(error) }
      : { name, state: "failed", detail: messageOf(error) };
  }
}

async function fileFinding(file: string): Promise<Found> {
  if (file === "") {
    return {
      state: "warning",
      detail: "in memory: nothing outlives the agent",
    };
  }
  const { size, mode } = await Deno.stat(file);
  const isOpen = mode !== null && (mode & 0o007) !== 0;
  return isOpen
    ? {
      state: "warning",
      detail: `${file}: everybody on this machine may use it; chmod 600 it`,
    }
    : { state: "ok", detail: `${file}, ${megabytes(size)}` };
}

async function logFinding(file: string): Promise<Found> {
  if (file === "") return { state: "ok", detail: "none in memory" };
  try {
    const { size } = await Deno.stat(`${file}-wal`);
    return size > WAL_WARNING
      ? {
        state: "warning",
        detail: `${
          megabytes(size)
        } are not written back: some connection keeps a transaction open`,
      }
      : { state: "ok", detail: `${megabytes(size)} to write back` };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { state: "ok", detail: "nothing to write back" };
  }
}

function integrityOf(driver: SqliteDriver): Found {
  const [row] = driver.all("PRAGMA quick_check(1)");
  const said = String(Object.values(row ?? {})[0] ?? "nothing");
  return said === "ok"
    ? { state: "ok", detail: "the file is sound" }
    : { state: "failed", detail: `${said}; restore a backup` };
}

function schemaOf(driver: SqliteDriver): Found {
  const meta = Object.fromEntries(
    driver.all("SELECT key, value FROM plugin_handler_meta")
      .map(({ key, value }) => [String(key), String(value)]),
  );
  return {
    state: "ok",
    detail: `schema ${meta.schema}, first written by version ${meta.version}`,
  };
}

async function permissionsOf(): Promise<Found> {
  const names = ["read", "write", "net", "env", "run", "ffi", "sys"] as const;
  const states = await Promise.all(names.map(async (name) => ({
    name,
    state: (await Deno.permissions.query({ name })).state,
  })));
  const all = states.filter(({ state }) => state === "granted")
    .map(({ name }) => name);
  return all.length === names.length
    ? {
      state: "warning",
      detail: "everything is allowed; narrow flags keep a broken plugin small",
    }
    : {
      state: "ok",
      detail: all.length === 0
        ? "nothing is allowed as a whole"
        : `allowed as a whole: ${all.join(", ")}`,
    };
}

async function diskOf(file: string): Promise<Found> {
  if (file === "") return { state: "ok", detail: "none is used" };
  const { statfs } = await import("node:fs/promises");
  const { bavail, bsize } = await statfs(file);
  const free = bavail * bsize;
  return free < DISK_WARNING
    ? {
      state: "warning",
      detail: `${megabytes(free)} are free: make room before writes fail`,
    }
    : { state: "ok", detail: `${megabytes(free)} free` };
}

/** What was noted in the future was noted by a clock that was wrong, or is. */
function clockOf(driver: SqliteDriver): Found {
  const last = Number(
    driver.get("SELECT max(at) AS at FROM plugin_handler_audit")?.at ?? 0,
  );
  const ahead = last - Date.now();
  return ahead > CLOCK_TOLERANCE_MS
    ? {
      state: "warning",
      detail: `the audit log is ahead by ${
        Math.round(ahead / 1000)
      } s: the clock was put back`,
    }
    : { state: "ok", detail: new Date().toISOString() };
}

async function dockerOf(path: string): Promise<Found> {
  using connection = await Deno.connect({ transport: "unix", path });
  const timer = setTimeout(() => connection.close(), DOCKER_TIMEOUT_MS);
  try {
    const request = "GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n";
    await connection.write(new TextEncoder().encode(request));
    const bytes = new Uint8Array(64);
    const length = await connection.read(bytes) ?? 0;
    const [status = ""] = new TextDecoder().decode(bytes.subarray(0, length))
      .split("\r\n");
    return / 200 /.test(`${status} `)
      ? { state: "ok", detail: `${path} answers` }
      : { state: "failed", detail: `${path} answers "${status}"` };
  } finally {
    clearTimeout(timer);
  }
}

function pluginFinding(
  { name, state, reason, lastError }: PatientPlugin,
): Finding[] {
  const why = reason ?? lastError ?? "nobody said why";
  const named = `plugin ${name}`;
  if (state === "quarantined" || state === "failed") {
    return [{ name: named, state: "failed", detail: `${state}: ${why}` }];
  }
  return state === "degraded"
    ? [{ name: named, state: "warning", detail: `degraded: ${why}` }]
    : [];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
