import { assertEquals } from "@std/assert";
import { containerStats } from "../../src/docker/containers/container_stats.ts";
import { readStats } from "../../src/docker/engine/engine_answers.ts";

function cpu(total: number, system: number, online?: number) {
  return {
    cpu_usage: { total_usage: total, percpu_usage: [1, 2, 3, 4] },
    system_cpu_usage: system,
    online_cpus: online,
  };
}

Deno.test("containerStats() computes what `docker stats` shows", () => {
  const answer = readStats({
    read: "2026-11-23T01:02:40Z",
    cpu_stats: cpu(300, 2000, 2),
    precpu_stats: cpu(100, 1000, 2),
    memory_stats: {
      usage: 1000,
      limit: 4000,
      stats: { total_inactive_file: 200 },
    },
    networks: {
      eth0: { rx_bytes: 5, tx_bytes: 6 },
      eth1: { rx_bytes: 10, tx_bytes: 20 },
    },
    blkio_stats: {
      io_service_bytes_recursive: [
        { op: "Read", value: 7 },
        { op: "read", value: 1 },
        { op: "Write", value: 9 },
        { op: "Total", value: 17 },
      ],
    },
    pids_stats: { current: 3 },
  });
  assertEquals(containerStats(answer), {
    cpuUsage: 40,
    memoryUsage: 800,
    memoryLimit: 4000,
    networkRx: 15,
    networkTx: 26,
    blockRead: 8,
    blockWrite: 9,
  });
});

Deno.test("containerStats() rounds to two decimals, and takes odd numbers for none", () => {
  const answer = readStats({
    cpu_stats: cpu(1_000, 3_000, 1),
    precpu_stats: cpu(0, 0, 1),
    memory_stats: { usage: "much", limit: null, stats: { cache: "odd" } },
    networks: { eth0: null, eth1: { rx_bytes: 4 } },
    blkio_stats: {
      io_service_bytes_recursive: [null, { op: "read", value: 2 }],
    },
  });
  assertEquals(containerStats(answer), {
    cpuUsage: 33.33,
    ...{ memoryUsage: 0, memoryLimit: 0, networkRx: 4, networkTx: 0 },
    ...{ blockRead: 2, blockWrite: 0 },
  });
});

Deno.test("containerStats() takes the sample before from the caller", () => {
  const answer = readStats({ cpu_stats: cpu(300, 2000), memory_stats: {} });
  assertEquals(
    containerStats(answer, readStats({ cpu_stats: cpu(200, 1000) }).cpu_stats)
      .cpuUsage,
    40,
  );
});

Deno.test("containerStats() reads control groups of version 2", () => {
  const memory_stats = { usage: 1000, limit: 0, stats: { inactive_file: 300 } };
  const stats = containerStats(
    readStats({ cpu_stats: cpu(0, 0), memory_stats }),
  );
  assertEquals([stats.memoryUsage, stats.cpuUsage], [700, 0]);
});

Deno.test("containerStats() is zero where the container has no network and no disk", () => {
  const answer = readStats({
    cpu_stats: cpu(1, 1),
    blkio_stats: { io_service_bytes_recursive: null },
  });
  const { networkRx, networkTx, blockRead, blockWrite, memoryUsage } =
    containerStats(answer);
  assertEquals([networkRx, networkTx, blockRead, blockWrite, memoryUsage], [
    0,
    0,
    0,
    0,
    0,
  ]);
});
