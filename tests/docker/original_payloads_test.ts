import { assertEquals } from "@std/assert";
import { PluginHandler } from "../../mod.ts";
import { connectDocker } from "../../src/docker/mod.ts";
import { eventLine, FakeEngine } from "./fake_engine.ts";
import { waitFor } from "../wait_for.ts";

const T0 = BigInt(Date.now() + 3_600_000) * 1_000_000n;
const ID = "4f5e".padEnd(64, "0");

const listed = {
  ...{ Id: ID, Names: ["/web"], Image: "nginx:1", Created: 1795395340 },
  ...{ State: "running", Status: "Up 3 minutes", Labels: { app: "web" } },
  Ports: [{ PrivatePort: 80, PublicPort: 8080, Type: "tcp" }],
  NetworkSettings: { Networks: { bridge: { IPAddress: "172.17.0.2" } } },
};

/** The fields of a container's info; each hook reads them where it expects them. */
const INFO = `({ id, hostId, clientId, name, image, status, state, created,
  ports, labels, networkSettings }) => ({ id, hostId, clientId, name, image,
  status, state, created, ports: ports.map(({ privatePort, publicPort, type }) =>
    ({ privatePort, publicPort, type })), labels,
  networks: Object.keys(networkSettings?.networks ?? {}) })`;

/** A plugin as the original's authors write it: it reads every field of every payload. */
const code = `
  const read = [];
  const info = ${INFO};
  const container = (event) => ({ hostId, containerId, containerInfo }) =>
    void read.push([event, { hostId, containerId, ...info(containerInfo) }]);
  const gone = (event) => ({ hostId, containerId }) =>
    void read.push([event, { hostId, containerId }]);
  const stream = (event) => ({ streamKey, streamType, data, error }) =>
    void read.push([event, { streamKey, streamType, error,
      data: data && Object.keys(data) }]);
  const states = ["started", "stopped", "paused", "unpaused", "created", "died"];
  export default {
    config: {
      actions: { read: () => read },
      apiRoutes: { "/read": { method: "GET", actions: ["read"] } },
    },
    events: {
      ...Object.fromEntries(states.map((state) =>
        ["container:" + state, container("container:" + state)])),
      "container:destroyed": gone("container:destroyed"),
      "container:metrics": ({ hostId, docker_client_id, containerId, stats }) => {
        const { cpuUsage, memoryUsage, memoryLimit, networkRx, networkTx,
          blockRead, blockWrite, stats: whole } = stats;
        read.push(["container:metrics", { hostId, docker_client_id, containerId,
          ...info(stats), cpuUsage, memoryUsage, memoryLimit, networkRx,
          networkTx, blockRead, blockWrite, pids: whole.pids_stats.current,
          whole: [whole.hostId, whole.clientId, whole.containerId,
            whole.containerName] }]);
      },
      "host:added": ({ hostId, hostName, docker_client_id }) =>
        void read.push(["host:added", { hostId, hostName, docker_client_id }]),
      "host:removed": ({ hostId }) => void read.push(["host:removed", { hostId }]),
      "host:updated": ({ hostId, hostName }) =>
        void read.push(["host:updated", { hostId, hostName }]),
      "host:health:changed": ({ hostId, hostName, healthy }) =>
        void read.push(["host:health:changed", { hostId, hostName, healthy }]),
      "host:metrics": ({ hostId, hostName, docker_client_id, metrics }) =>
        void read.push(["host:metrics",
          { hostId, hostName, docker_client_id, metrics: { ...metrics } }]),
      ...Object.fromEntries(["started", "stopped", "data", "error"].map((what) =>
        ["stream:" + what, stream("stream:" + what)])),
      error: (error, { hostId, containerId, message } = {}) =>
        void read.push(["error", { error: typeof error.message, hostId,
          containerId, message: typeof message }]),
    },
  };`;

type Read = [event: string, fields: Record<string, unknown>][];

const answers = {
  "/version": { Version: "20.10.24", ApiVersion: "1.41" },
  "/info": {
    ...{ Name: "fake", SystemTime: "2026-11-26T04:00:00.5Z" },
    ...{ OperatingSystem: "Debian GNU/Linux 12", Architecture: "x86_64" },
    ...{ KernelVersion: "6.1.0", MemTotal: 4096, NCPU: 2, Images: 7 },
    ...{ Containers: 3, ContainersRunning: 1, ContainersStopped: 2 },
  },
  "/containers/json": [listed],
};

let samples = 0;
const statistics = (): unknown => ({
  cpu_stats: {
    cpu_usage: { total_usage: 1_000 + 333 * ++samples },
    ...{ system_cpu_usage: 1_000 + 1_000 * samples, online_cpus: 2 },
  },
  memory_stats: { usage: 500, limit: 1_000, stats: { inactive_file: 100 } },
  networks: { eth0: { rx_bytes: 11, tx_bytes: 12 } },
  blkio_stats: {
    io_service_bytes_recursive: [{ op: "Read", value: 13 }, {
      ...{ op: "write", value: 14 },
    }],
  },
  pids_stats: { current: 5 },
});

/** Feeds a handler with the plugin; returns what the plugin has read. */
async function readOf(isolation: "inline" | "process"): Promise<Read> {
  samples = 0;
  await using handler = new PluginHandler(":memory:", { isolation });
  const repository = "https://example.com/original";
  const { id } = handler.savePlugin({
    ...{ name: "dashboard", version: "1.0.0", repository },
    ...{ manifest: `${repository}/manifest.json`, repoType: "local" },
    ...{ author: { name: "Test" }, tags: [], plugin: code },
  });
  await handler.loadPlugin(id!);
  const read = async () =>
    await handler.handleRoute(
      id!,
      "/read",
      new Request("http://localhost/read"),
    ) as Read;
  const until = (event: string) =>
    waitFor(event, async () => (await read()).some(([name]) => name === event));
  const engine = new FakeEngine();
  engine.answers = { ...answers };
  engine.override = (url) =>
    url.pathname.endsWith("/stats") ? Response.json(statistics()) : undefined;
  const connection = connectDocker(handler, {
    engines: [{ host: engine.host, clientId: 4, hostName: "one" }],
    metrics: { intervalMs: 50 },
  });
  await connection.ready;
  await connection.rename(1, "two");
  await until("container:metrics");
  await until("stream:data");
  const live = await engine.connection();
  const actions = ["pause", "unpause", "stop", "die", "destroy"];
  for (const [index, action] of ["create", "start", ...actions].entries()) {
    live.send(
      eventLine(T0 + BigInt(index) * 1_000_000n, action, {
        ...{ id: ID, attributes: { name: "web", image: "nginx:1" } },
      }) + "\n",
    );
  }
  await until("container:destroyed");
  await engine[Symbol.asyncDispose]();
  await until("host:health:changed");
  await connection();
  return await read();
}

for (const isolation of ["inline", "process"] as const) {
  Deno.test(`connectDocker() feeds the original's plugins with every field (${isolation})`, async () => {
    const read = await readOf(isolation);
    const first = (event: string) => read.find(([name]) => name === event)?.[1];
    const info = {
      ...{ id: ID, hostId: 1, clientId: 4, name: "web", image: "nginx:1" },
      ...{ created: 1795395340, labels: { app: "web" }, networks: ["bridge"] },
      ports: [{ privatePort: 80, publicPort: 8080, type: "tcp" }],
    };
    const states = {
      ...{ started: ["running", "Up Less than a second"] },
      ...{ paused: ["paused", "Up Less than a second (Paused)"] },
    };
    for (const [event, [state, status]] of Object.entries(states)) {
      assertEquals(first(`container:${event}`), {
        ...info,
        ...{ containerId: ID, state, status },
      });
    }
    for (const event of ["created", "stopped", "unpaused", "died"]) {
      assertEquals(Object.keys(first(`container:${event}`)!).length, 12, event);
    }
    assertEquals(first("container:destroyed"), { hostId: 1, containerId: ID });
    assertEquals(first("container:metrics"), {
      ...info,
      ...{ docker_client_id: 4, containerId: ID, state: "running" },
      ...{ status: first("container:metrics")!.status, cpuUsage: 66.6 },
      ...{ memoryUsage: 400, memoryLimit: 1_000, networkRx: 11 },
      ...{ networkTx: 12, blockRead: 13, blockWrite: 14, pids: 5 },
      whole: [1, 4, ID, "web"],
    });
    assertEquals(first("host:added"), {
      ...{ hostId: 1, hostName: "one", docker_client_id: 4 },
    });
    assertEquals(first("host:updated"), { hostId: 1, hostName: "two" });
    assertEquals(first("host:health:changed"), {
      ...{ hostId: 1, hostName: "two", healthy: false },
    });
    assertEquals(first("host:removed"), { hostId: 1 });
    const metrics = first("host:metrics")!.metrics as { hostName: string };
    assertEquals(first("host:metrics"), {
      ...{ hostId: 1, hostName: metrics.hostName, docker_client_id: 4 },
      metrics: {
        ...{ hostId: 1, hostName: metrics.hostName },
        ...{ dockerVersion: "20.10.24", apiVersion: "1.41" },
        ...{ os: "Debian GNU/Linux 12", architecture: "x86_64" },
        ...{ kernelVersion: "6.1.0", totalMemory: 4096, totalCPU: 2 },
        ...{ images: 7, containers: 3, containersRunning: 1 },
        ...{ containersStopped: 2, containersPaused: 0 },
        systemTime: "2026-11-26T04:00:00.5Z",
      },
    });
    const stream = { streamKey: "all_stats:1", streamType: "all_stats" };
    assertEquals(first("stream:data"), {
      ...stream,
      ...{ error: undefined },
      data: ["containerStats", "hostMetrics", "timestamp"],
    });
    for (const event of ["stream:started", "stream:stopped"]) {
      assertEquals(first(event)?.streamKey, stream.streamKey);
    }
    assertEquals(first("error")?.error, "string");
  });
}
