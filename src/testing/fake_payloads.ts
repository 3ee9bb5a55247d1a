/**
 * Payloads of the shapes that hooks receive.
 *
 * @module
 */
import type {
  ContainerInfo,
  ContainerMetricsEvent,
  ContainerStatsInfo,
  HostEvent,
  HostMetricsEvent,
  ImageInfo,
} from "../plugin/docker_payloads.ts";

/**
 * A container as hooks on container events receive it: running, with one port.
 *
 * @param changes What is otherwise.
 * @returns The payload; its fields are in `containerInfo` too.
 *
 * @example A container that stopped
 * ```ts
 * import { fakeContainer } from "@dockstat/plugin-handler/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const container = fakeContainer({ name: "db", state: "exited" });
 * assertEquals(container.containerInfo?.name, "db");
 * assertEquals(container.id.length, 64);
 * ```
 */
export function fakeContainer(
  changes: Partial<ContainerInfo> = {},
): ContainerInfo {
  const name = changes.name ?? "web";
  const id = changes.id ?? idOf(name);
  const info: ContainerInfo = {
    id,
    hostId: 1,
    clientId: 1,
    name,
    image: "nginx:1.27",
    status: "Up 2 minutes",
    state: "running",
    created: 1_767_225_600,
    ports: [{ privatePort: 80, publicPort: 8080, type: "tcp" }],
    labels: { "com.docker.compose.project": "demo" },
    networkSettings: { networks: { bridge: { IPAddress: "172.17.0.2" } } },
    ...changes,
  };
  return { containerId: id, containerInfo: { ...info }, ...info };
}

/**
 * What a container uses, beside what it is.
 *
 * @param changes What is otherwise.
 * @returns What `container:metrics` carries in `stats`.
 */
export function fakeContainerStats(
  changes: Partial<ContainerStatsInfo> = {},
): ContainerStatsInfo {
  const container = fakeContainer(changes);
  const { hostId, clientId, id, name } = container;
  return {
    ...container,
    cpuUsage: 12.5,
    memoryUsage: 64 * 2 ** 20,
    memoryLimit: 512 * 2 ** 20,
    networkRx: 10_240,
    networkTx: 4_096,
    blockRead: 1_048_576,
    blockWrite: 524_288,
    stats: {
      hostId,
      clientId,
      containerId: id,
      containerName: name,
      read: "2026-01-01T00:00:00Z",
    },
    ...changes,
  };
}

/**
 * The payload of `container:metrics`.
 *
 * @param changes What is otherwise with the container.
 * @returns The payload.
 */
export function fakeContainerMetrics(
  changes: Partial<ContainerStatsInfo> = {},
): ContainerMetricsEvent {
  const stats = fakeContainerStats(changes);
  const { hostId, clientId, id } = stats;
  return { hostId, docker_client_id: clientId, containerId: id, stats };
}

/**
 * An image as hooks on image events receive it.
 *
 * @param changes What is otherwise.
 * @returns The payload.
 */
export function fakeImage(changes: Partial<ImageInfo> = {}): ImageInfo {
  const name = changes.name ?? "nginx:1.27";
  return { id: `sha256:${idOf(name)}`, name, labels: {}, ...changes };
}

/**
 * The payload of `host:added`, `host:removed`, `host:updated` and
 * `host:health:changed`.
 *
 * @param changes What is otherwise.
 * @returns The payload.
 */
export function fakeHost(changes: Partial<HostEvent> = {}): HostEvent {
  return {
    hostId: 1,
    hostName: "local",
    docker_client_id: 1,
    healthy: true,
    ...changes,
  };
}

/**
 * The payload of `host:metrics`.
 *
 * @param changes What is otherwise with the metrics.
 * @returns The payload.
 */
export function fakeHostMetrics(
  changes: Partial<HostMetricsEvent["metrics"]> = {},
): HostMetricsEvent {
  const { hostId, hostName, docker_client_id } = fakeHost({
    ...(changes.hostId === undefined ? {} : { hostId: changes.hostId }),
    ...(changes.hostName === undefined ? {} : { hostName: changes.hostName }),
  });
  return {
    hostId,
    hostName,
    docker_client_id,
    metrics: {
      hostId,
      hostName,
      dockerVersion: "28.0.1",
      apiVersion: "1.48",
      os: "Debian GNU/Linux 12 (bookworm)",
      architecture: "x86_64",
      totalMemory: 8 * 2 ** 30,
      totalCPU: 4,
      kernelVersion: "6.1.0",
      containers: 3,
      containersRunning: 2,
      containersStopped: 1,
      containersPaused: 0,
      images: 5,
      systemTime: "2026-01-01T00:00:00Z",
      uptime: 86_400,
      ...changes,
    },
  };
}

/** The same name has the same id in every test. */
function idOf(name: string): string {
  let hash = 2_166_136_261;
  let id = "";
  while (id.length < 64) {
    for (const char of name) {
      hash = Math.imul(hash ^ char.codePointAt(0)!, 16_777_619) >>> 0;
    }
    id += hash.toString(16).padStart(8, "0");
  }
  return id;
}
