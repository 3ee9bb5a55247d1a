import {
  assertAlmostEquals,
  assertEquals,
  assertObjectMatch,
} from "@std/assert";
import {
  connectDocker,
  type ContainerStatsInfo,
} from "../../src/docker/mod.ts";
import { Collector } from "./fake_engine.ts";
import { engineTest } from "./real_engine.ts";

/** Holds some megabytes, and is busy for half of a CPU's time. */
const BUSY = [
  ...["--cpus", "0.5", "-m", "64m", "tiny:1", "/bin/sh", "-c"],
  'held=$(busybox head -c 8000000 /dev/zero | busybox tr "\\0" x); ' +
  "sleep 0.2; while true; do true; done",
];

const UNITS: Record<string, number> = {
  ...{ B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 },
  ...{ kB: 1e3, MB: 1e6, GB: 1e9 },
};

/** Reads `3.5MiB / 64MiB`. */
function bytesOf(text: string): number[] {
  return text.split(" / ").map((part) => {
    const [, number, unit] = /^([\d.]+)([a-zA-Z]+)$/.exec(part) ?? [];
    return Number(number) * (UNITS[unit!] ?? NaN);
  });
}

engineTest(
  "a real engine tells metrics as `docker stats` shows them",
  async (engine) => {
    await engine.run("busy", ...BUSY);
    const collector = new Collector();
    const disconnect = connectDocker(collector, {
      engines: [{ host: engine.host }],
      metrics: { intervalMs: 1_000 },
    });
    await collector.until("container:metrics", 2);
    const shown = JSON.parse(
      await engine.docker("stats", "--no-stream", "--format", "{{json .}}"),
    );
    await disconnect();
    const told = collector.payloads("container:metrics")[1]!
      .stats as ContainerStatsInfo;
    const [usage, limit] = bytesOf(shown.MemUsage);
    assertEquals(told.memoryLimit, limit);
    assertAlmostEquals(told.memoryUsage / usage!, 1, 0.03);
    const percent = told.memoryUsage / told.memoryLimit * 100;
    assertAlmostEquals(percent, parseFloat(shown.MemPerc), 0.5);
    assertAlmostEquals(told.cpuUsage, parseFloat(shown.CPUPerc), 25);
    assertObjectMatch(told.stats, {
      pids_stats: { current: Number(shown.PIDs) },
      containerName: "busy",
    });
    assertEquals([told.networkRx, told.networkTx], bytesOf(shown.NetIO));
    assertEquals([told.blockRead, told.blockWrite], bytesOf(shown.BlockIO));
    const info = JSON.parse(
      await engine.docker("info", "--format", "{{json .}}"),
    );
    assertObjectMatch(collector.payloads("host:metrics")[0]!, {
      hostId: 1,
      hostName: info.Name,
      docker_client_id: 1,
      metrics: {
        ...{ containers: 1, containersRunning: 1, images: info.Images },
        ...{ totalCPU: info.NCPU, totalMemory: info.MemTotal },
        ...{ os: info.OperatingSystem, kernelVersion: info.KernelVersion },
        dockerVersion: info.ServerVersion,
      },
    });
  },
);
