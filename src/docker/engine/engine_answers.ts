/**
 * The answers of the Docker Engine API, as far as they are used, checked where
 * they enter.
 *
 * @module
 */
import { z } from "zod";

const text = z.string().catch("");
const count = z.number().catch(0);
const labels = z.record(z.string(), z.string()).nullish();
const networks = z.record(z.string(), z.unknown()).nullish();

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
});

const listed = z.object({
  Id: z.string(),
  Names: z.array(z.string()).nullish(),
  Image: text,
  Created: count,
  Status: text,
  State: text,
  Ports: z.array(z.object({
    PrivatePort: z.number(),
    PublicPort: z.number().optional(),
    Type: z.string(),
  })).nullish(),
  Labels: labels,
  NetworkSettings: z.object({ Networks: networks }).nullish(),
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
    Ports: z.record(
      z.string(),
      z.array(z.object({ HostPort: z.string() })).nullable(),
    ).nullish(),
    Networks: networks,
  }).nullish(),
});

/** `GET /containers/{id}/json`. */
export type InspectedContainer = z.infer<typeof inspected>;

const cpu = z.object({
  cpu_usage: z.object({
    total_usage: count,
    percpu_usage: z.array(z.number()).nullish(),
  }),
  system_cpu_usage: count,
  online_cpus: count,
});

const stats = z.object({
  read: text,
  cpu_stats: cpu,
  precpu_stats: cpu.optional().catch(undefined),
  memory_stats: z.object({
    usage: count,
    limit: count,
    stats: z.record(z.string(), z.number()).nullish(),
  }).catch({ usage: 0, limit: 0 }),
  networks: z.record(
    z.string(),
    z.object({ rx_bytes: count, tx_bytes: count }),
  ).nullish(),
  blkio_stats: z.object({
    io_service_bytes_recursive: z.array(
      z.object({ op: z.string(), value: z.number() }),
    ).nullish(),
  }).nullish(),
  pids_stats: z.object({ current: count }).nullish(),
});

/** `GET /containers/{id}/stats`. */
export type StatsAnswer = z.infer<typeof stats>;

/**
 * Checks an answer to `GET /version`.
 *
 * @param answer The parsed JSON.
 * @returns The part that is used.
 */
export function readVersion(answer: unknown): VersionAnswer {
  return version.parse(answer);
}

/**
 * Checks an answer to `GET /info`.
 *
 * @param answer The parsed JSON.
 * @returns The part that is used.
 */
export function readInfo(answer: unknown): InfoAnswer {
  return info.parse(answer);
}

/**
 * Checks an answer to `GET /containers/json`.
 *
 * @param answer The parsed JSON.
 * @returns The part that is used.
 */
export function readContainers(answer: unknown): ListedContainer[] {
  return z.array(listed).parse(answer);
}

/**
 * Checks an answer to `GET /containers/{id}/json`.
 *
 * @param answer The parsed JSON.
 * @returns The part that is used.
 */
export function readInspected(answer: unknown): InspectedContainer {
  return inspected.parse(answer);
}

/**
 * Checks an answer to `GET /containers/{id}/stats`.
 *
 * @param answer The parsed JSON.
 * @returns The part that is used.
 */
export function readStats(answer: unknown): StatsAnswer {
  return stats.parse(answer);
}
