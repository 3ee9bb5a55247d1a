/**
 * Reads a container's statistics the way `docker stats` does.
 *
 * @module
 */
import type { StatsAnswer } from "../engine/engine_answers.ts";

/** How much a container uses. */
export interface ContainerStats {
  /** Percent of one CPU since the sample before: 200 is two CPUs busy. */
  cpuUsage: number;
  /** CPUs that the container can use. */
  cpus: number;
  /** Bytes of memory, without the part of the page cache that is not in use. */
  memoryUsage: number;
  /** Bytes that it may use. */
  memoryLimit: number;
  /** Percent of the limit. */
  memoryPercent: number;
  /** Bytes received since the start. */
  networkRx: number;
  /** Bytes sent since the start. */
  networkTx: number;
  /** Bytes read from disks since the start. */
  blockRead: number;
  /** Bytes written to disks since the start. */
  blockWrite: number;
  /** Processes and threads. */
  pids: number;
}

/** One reading of the CPU's counters. */
export type CpuSample = StatsAnswer["cpu_stats"];

/**
 * Computes what `docker stats` shows.
 *
 * @param answer The engine's answer.
 * @param before The CPU sample before; by default the one in the answer.
 * @returns The numbers.
 */
export function containerStats(
  answer: StatsAnswer,
  before: CpuSample | undefined = answer.precpu_stats,
): ContainerStats {
  const { limit } = answer.memory_stats;
  const memoryUsage = memoryInUse(answer.memory_stats);
  const networks = Object.values(answer.networks ?? {});
  return {
    cpuUsage: before === undefined ? 0 : cpuPercent(before, answer.cpu_stats),
    cpus: cpusOf(answer.cpu_stats),
    memoryUsage,
    memoryLimit: limit,
    memoryPercent: limit > 0 ? memoryUsage / limit * 100 : 0,
    networkRx: sum(networks.map((network) => network.rx_bytes)),
    networkTx: sum(networks.map((network) => network.tx_bytes)),
    blockRead: blockBytes(answer, "read"),
    blockWrite: blockBytes(answer, "write"),
    pids: answer.pids_stats?.current ?? 0,
  };
}

function cpuPercent(before: CpuSample, after: CpuSample): number {
  const used = after.cpu_usage.total_usage - before.cpu_usage.total_usage;
  const passed = after.system_cpu_usage - before.system_cpu_usage;
  return used > 0 && passed > 0 ? used / passed * cpusOf(after) * 100 : 0;
}

function cpusOf({ online_cpus, cpu_usage }: CpuSample): number {
  return online_cpus || cpu_usage.percpu_usage?.length || 1;
}

/** Control groups v1 call it `total_inactive_file`, v2 `inactive_file`. */
function memoryInUse({ usage, stats }: StatsAnswer["memory_stats"]): number {
  const idle = stats?.total_inactive_file ?? stats?.inactive_file ?? 0;
  return idle < usage ? usage - idle : usage;
}

function blockBytes({ blkio_stats }: StatsAnswer, op: string): number {
  const entries = blkio_stats?.io_service_bytes_recursive ?? [];
  return sum(
    entries.filter((entry) => entry.op.toLowerCase() === op)
      .map((entry) => entry.value),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
