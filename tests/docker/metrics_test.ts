import { assert, assertEquals, assertObjectMatch } from "@std/assert";
import {
  connectDocker,
  type ContainerMetricsEvent,
  type MetricsOptions,
} from "../../src/docker/mod.ts";
import { Collector, FakeEngine } from "./fake_engine.ts";

function running(id: string, State = "running"): object {
  const Status = State === "paused" ? "Up 2 hours (Paused)" : "Up 2 hours";
  return { Id: id, Names: [`/${id}`], Image: "tiny:1", State, Status };
}

/** An engine whose containers have used half of a CPU whenever they are asked. */
class MeteredEngine extends FakeEngine {
  /** The queries of all questions on statistics. */
  readonly queries: URLSearchParams[] = [];
  /** How many were under way at the same time. */
  mostAtOnce = 0;
  #underWay = 0;
  readonly #start = performance.now();

  constructor(list: object[], readonly answerMs = 0) {
    super();
    this.answers["/containers/json"] = list;
    this.override = (url) =>
      url.pathname.endsWith("/stats") ? this.#stats(url) : undefined;
  }

  async #stats({ pathname, searchParams }: URL): Promise<Response> {
    this.queries.push(searchParams);
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#underWay);
    await new Promise((resolve) => setTimeout(resolve, this.answerMs));
    this.#underWay--;
    if (pathname.includes("/gone/")) {
      return Response.json({ message: "No such container" }, { status: 404 });
    }
    const nanos = (performance.now() - this.#start) * 1e6 + 1e9;
    const used = { total_usage: nanos / 2 };
    return Response.json({
      cpu_stats: {
        cpu_usage: used,
        system_cpu_usage: nanos * 2,
        online_cpus: 2,
      },
      precpu_stats: { cpu_usage: { total_usage: 0 }, system_cpu_usage: 0 },
      memory_stats: { usage: 50, limit: 200 },
      pids_stats: { current: 3 },
    });
  }
}

/** Collects until `times` containers have told numbers. */
async function collect(
  engine: MeteredEngine,
  times: number,
  options: MetricsOptions = {},
): Promise<Collector> {
  const collector = new Collector();
  const disconnect = connectDocker(collector, {
    engines: [{ host: engine.host }],
    metrics: options,
  });
  await collector.until("container:metrics", times);
  await disconnect();
  return collector;
}

function metricsOf(collector: Collector): ContainerMetricsEvent[] {
  return collector.payloads("container:metrics") as never;
}

Deno.test("connectDocker() asks for single samples, and tells numbers from the second", async () => {
  await using engine = new MeteredEngine([running("web")]);
  const collector = await collect(engine, 2, { intervalMs: 100 });
  assert(engine.queries.every((query) => query.get("one-shot") === "true"));
  assertEquals(engine.queries.length, 3);
  const [first] = metricsOf(collector);
  assertObjectMatch(first!, {
    ...{ hostId: 1, docker_client_id: 1, containerId: "web" },
    stats: { cpuUsage: 50, memoryUsage: 50, memoryLimit: 200 },
  });
});

Deno.test("connectDocker() asks engines that know no single samples for two", async () => {
  await using engine = new MeteredEngine([running("web")]);
  engine.answers["/version"] = { Version: "19.03", ApiVersion: "1.40" };
  await collect(engine, 1);
  assertEquals(engine.queries[0]!.has("one-shot"), false);
});

Deno.test("connectDocker() tells metrics of paused containers, and of none that is stopped or gone", async () => {
  await using engine = new MeteredEngine([
    ...[running("web"), running("idle", "paused")],
    ...[running("over", "exited"), running("gone")],
  ]);
  const collector = await collect(engine, 4, { intervalMs: 10 });
  const ids = metricsOf(collector).map(({ containerId }) => containerId);
  assertEquals(new Set(ids), new Set(["web", "idle"]));
  assertEquals(collector.names(/error/), []);
});

Deno.test("connectDocker() asks about few containers at the same time, and about all", async () => {
  const list = Array.from({ length: 100 }, (_, index) => running(`c${index}`));
  await using engine = new MeteredEngine(list, 20);
  const collector = await collect(engine, 200, { intervalMs: 10 });
  const ids = metricsOf(collector).map(({ containerId }) => containerId);
  assertEquals(new Set(ids).size, 100);
  // First and later samples have their own turns.
  assert(engine.mostAtOnce <= 72, `${engine.mostAtOnce} at once`);
});

Deno.test("connectDocker() tells of metrics that it cannot get, and goes on", async () => {
  await using engine = new MeteredEngine([running("web")]);
  const stats = engine.override;
  let isBroken = false;
  engine.override = (url, request) => {
    if (!isBroken) return stats?.(url, request);
    return /info|stats/.test(url.pathname)
      ? Response.json("no object", { status: 200 })
      : undefined;
  };
  const collector = new Collector();
  const disconnect = connectDocker(collector, {
    engines: [{ host: engine.host }],
    metrics: { intervalMs: 10 },
  });
  await collector.until("container:metrics");
  isBroken = true;
  await collector.until("error", 2);
  isBroken = false;
  const told = collector.names(/container:metrics/).length;
  await collector.until("container:metrics", told + 1);
  await disconnect();
  const errors = collector.emitted.filter(({ event }) => event === "error");
  assertObjectMatch(
    errors.find(({ extra }) =>
      !(extra as { containerId?: string }).containerId
    )!,
    {
      extra: { hostId: 1, message: "Cannot collect the metrics of a host" },
    },
  );
  assertObjectMatch(
    errors.find(({ extra }) =>
      (extra as { containerId?: string }).containerId
    )!,
    {
      extra: { hostId: 1, containerId: "web" },
    },
  );
  const streams = collector.names(/^stream:/);
  assertEquals([streams[0], streams.at(-1)], [
    "stream:started",
    "stream:stopped",
  ]);
  assert(streams.includes("stream:error") && streams.includes("stream:data"));
});
