/**
 * The answers of the Docker Engine API, as far as they are used, checked where
 * they enter.
 *
 * @module
 */
import { z } from "zod";
import { handlerLogger } from "../../shared/logging.ts";

const text = z.string().catch("");
const count = z.number().catch(0);
const labels = recordOf(z.string(), "a label").nullish().catch(undefined);
const networks = z.record(z.string(), z.unknown()).nullish().catch(undefined);

/**
 * A list of which one odd entry is left out, and not the whole list: what a
 * single container made of an answer must not hide all the others.
 */
function listOf<T extends z.ZodType>(entry: T, what: string) {
  return z.array(z.unknown()).transform((list) =>
    list.flatMap((value) => kept(entry, value, what))
  );
}

/** The same for a record. */
function recordOf<T extends z.ZodType>(entry: T, what: string) {
  return z.record(z.string(), z.unknown()).transform((record) =>
    Object.fromEntries(
      Object.entries(record).flatMap(([key, value]) =>
        kept(entry, value, `${what} "${key}"`).map((one) => [key, one] as const)
      ),
    )
  );
}

function kept<T extends z.ZodType>(
  entry: T,
  value: unknown,
  what: string,
): z.output<T>[] {
  const { success, data, error } = entry.safeParse(value);
  if (success) return [data];
  handlerLogger([], "docker").warn(
    "Left out {what} of the engine's answer: {reason}",
    { what, reason: reasonOf(error) },
  );
  return [];
}

function reasonOf({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join(".")}: ${message}`
  ).join("; ");
}

/** `GET /version`. */
export interface VersionAnswer {
  /** The engine's version. */
  readonly Version: string;
  /** The newest API version that it speaks. */
  readonly ApiVersion: string;
}

const version = z.object({
  Version: text,
  ApiVersion: z.string(),
});

/** `GET /info`. */
export interface InfoAnswer {
  readonly Name: string;
  readonly SystemTime: string;
  readonly ServerVersion: string;
  readonly Containers: number;
  readonly ContainersRunning: number;
  readonly ContainersPaused: number;
  readonly ContainersStopped: number;
  readonly Images: number;
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly OperatingSystem: string;
  readonly Architecture: string;
  readonly KernelVersion: string;
}

const info = z.object({
  Name: text,
  SystemTime: text,
  ServerVersion: text,
  Containers: count,
  ContainersRunning: count,
  ContainersPaused: count,
  ContainersStopped: count,
  Images: count,
  NCPU: count,
  MemTotal: count,
  OperatingSystem: text,
  Architecture: text,
  KernelVersion: text,
});

const listed = z.object({
  Id: z.string(),
  Names: listOf(z.string(), "a name").nullish().catch(undefined),
  Image: text,
  Created: count,
  Status: text,
  State: text,
  Ports: listOf(
    z.object({
      PrivatePort: z.number(),
      PublicPort: z.number().nullish(),
      Type: z.string().catch("tcp"),
    }),
    "a port",
  ).nullish().catch(undefined),
  Labels: labels,
  NetworkSettings: z.object({ Networks: networks }).nullish()
    .catch(undefined),
});

/** One container of `GET /containers/json`. */
export type ListedContainer = z.infer<typeof listed>;

const inspected = z.object({
  Id: z.string(),
  Name: text,
  Created: text,
  State: z.object({
    Status: text,
    StartedAt: text,
    FinishedAt: text,
    ExitCode: count,
  }),
  Config: z.object({ Image: text, Labels: labels }),
  NetworkSettings: z.object({
    Ports: recordOf(
      listOf(z.object({ HostPort: z.string() }), "a binding").nullable(),
      "a port",
    ).nullish().catch(undefined),
    Networks: networks,
  }).nullish().catch(undefined),
});

/** `GET /containers/{id}/json`. */
export type InspectedContainer = z.infer<typeof inspected>;

const cpu = z.object({
  cpu_usage: z.object({
    total_usage: count,
    percpu_usage: z.array(z.number()).nullish().catch(undefined),
  }),
  system_cpu_usage: count,
  online_cpus: count,
});

const stats = z.object({
  cpu_stats: cpu,
  precpu_stats: cpu.optional().catch(undefined),
  memory_stats: z.object({
    usage: count,
    limit: count,
    stats: z.record(z.string(), z.number()).nullish().catch(undefined),
  }).catch({ usage: 0, limit: 0 }),
  networks: z.record(
    z.string(),
    z.object({ rx_bytes: count, tx_bytes: count }).catch({
      rx_bytes: 0,
      tx_bytes: 0,
    }),
  ).nullish().catch(undefined),
  blkio_stats: z.object({
    io_service_bytes_recursive: z.array(
      z.object({ op: text, value: count }).catch({ op: "", value: 0 }),
    ).nullish(),
  }).nullish().catch(undefined),
});

/** The part of `GET /containers/{id}/stats` that is computed with. */
export type StatsNumbers = z.infer<typeof stats>;

/** `GET /containers/{id}/stats`. */
export interface StatsAnswer extends StatsNumbers {
  /** The answer as it came. */
  readonly whole: Readonly<Record<string, unknown>>;
}

/**
 * Checks an answer to `GET /version`.
 *
 * @param answer The parsed JSON.
 */
export function readVersion(answer: unknown): VersionAnswer {
  return version.parse(answer);
}

/**
 * Checks an answer to `GET /info`.
 *
 * @param answer The parsed JSON.
 */
export function readInfo(answer: unknown): InfoAnswer {
  return info.parse(answer);
}

/**
 * Checks an answer to `GET /containers/json`.
 *
 * @param answer The parsed JSON.
 */
export function readContainers(answer: unknown): ListedContainer[] {
  return listOf(listed, "a container").parse(answer);
}

/**
 * Checks an answer to `GET /containers/{id}/json`.
 *
 * @param answer The parsed JSON.
 */
export function readInspected(answer: unknown): InspectedContainer {
  return inspected.parse(answer);
}

/**
 * Checks an answer to `GET /containers/{id}/stats`.
 *
 * @param answer The parsed JSON.
 */
export function readStats(answer: unknown): StatsAnswer {
  return {
    ...stats.parse(answer),
    whole: answer as Readonly<Record<string, unknown>>,
  };
}
