/**
 * Reads a container's statistics the way `docker stats` does.
 *
 * @module
 */
import type { ContainerInfo, ContainerStatsInfo } from "../../plugin/plugin.ts";
import type { StatsNumbers } from "../engine/engine_answers.ts";

/** How much a container uses. */
export type ContainerUsage = Omit<
  ContainerStatsInfo,
  keyof ContainerInfo | "stats"
>;

/** One reading of the CPU's counters. */
export type CpuSample = StatsNumbers["cpu_stats"];

/**
 * Computes what `docker stats` shows.
 *
 * @param before The CPU sample before; by default the one in the answer.
 */
export function containerStats(
  answer: StatsNumbers,
  before: CpuSample | undefined = answer.precpu_stats,
): ContainerUsage {
  const networks = Object.values(answer.networks ?? {});
  return {
    cpuUsage: before === undefined ? 0 : cpuPercent(before, answer.cpu_stats),
    memoryUsage: memoryInUse(answer.memory_stats),
    memoryLimit: answer.memory_stats.limit,
    networkRx: sum(networks.map((network) => network.rx_bytes)),
    networkTx: sum(networks.map((network) => network.tx_bytes)),
    blockRead: blockBytes(answer, "read"),
    blockWrite: blockBytes(answer, "write"),
  };
}

function cpuPercent(before: CpuSample, after: CpuSample): number {
  const used = after.cpu_usage.total_usage - before.cpu_usage.total_usage;
  const passed = after.system_cpu_usage - before.system_cpu_usage;
  if (used <= 0 || passed <= 0) return 0;
  return Math.round(used / passed * cpusOf(after) * 10_000) / 100;
}

function cpusOf({ online_cpus, cpu_usage }: CpuSample): number {
  return online_cpus || cpu_usage.percpu_usage?.length || 1;
}

/** Control groups v1 call it `total_inactive_file`, v2 `inactive_file`. */
function memoryInUse({ usage, stats }: StatsNumbers["memory_stats"]): number {
  const idle = stats?.total_inactive_file ?? stats?.inactive_file ?? 0;
  return idle < usage ? usage - idle : usage;
}

function blockBytes({ blkio_stats }: StatsNumbers, op: string): number {
  const entries = blkio_stats?.io_service_bytes_recursive ?? [];
  return sum(
    entries.filter((entry) => entry.op.toLowerCase() === op)
      .map((entry) => entry.value),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
