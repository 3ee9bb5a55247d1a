import {
  assert,
  assertEquals,
  assertObjectMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { PluginError } from "../../src/shared/errors.ts";
import {
  connectDocker,
  type ConnectDockerOptions,
  type DockerConnection,
} from "../../src/docker/mod.ts";
import { Collector, eventLine, FakeEngine } from "./fake_engine.ts";

const T0 = BigInt(Date.now() + 3_600_000) * 1_000_000n;
const quick = { backoff: { minMs: 1, maxMs: 5 }, connectTimeoutMs: 60_000 };
const running = {
  Id: "c1",
  Names: ["/web"],
  Image: "tiny:1",
  Created: 7,
  State: "running",
  Status: "Up 2 hours",
};

function connect(
  engine: FakeEngine,
  taker: Pick<Collector, "emit">,
  options: ConnectDockerOptions = {},
): DockerConnection {
  return connectDocker(taker, {
    engines: [{ host: engine.host, ...quick }],
    ...options,
  });
}

Deno.test("connectDocker() reports running containers once, as seen", async () => {
  await using engine = new FakeEngine();
  engine.answers["/containers/json"] = [running, {
    ...running,
    Id: "c2",
    State: "exited",
  }];
  const collector = new Collector();
  const disconnect = connect(engine, collector);
  await disconnect.ready;
  (await engine.connection()).end();
  (await engine.connection()).send(eventLine(T0, "pause") + "\n");
  await collector.until("container:paused");
  await disconnect();
  assertEquals(collector.payloads("container:seen"), [{
    id: "c1",
    hostId: 1,
    clientId: 1,
    name: "web",
    image: "tiny:1",
    created: 7,
    state: "running",
    status: "Up 2 hours",
    ports: [],
    labels: {},
  }]);
});

Deno.test("connectDocker() reports a gap, and the containers that appeared in it", async () => {
  await using engine = new FakeEngine();
  const collector = new Collector();
  await using _undo = connect(engine, collector);
  const first = await engine.connection();
  first.send(eventLine(T0, "create", { id: "c9" }) + "\n");
  await collector.until("container:created");
  engine.answers["/containers/json"] = [running];
  first.end();
  await collector.until("container:seen");
  assertObjectMatch(collector.payloads("docker:gap")[0]!, {
    reason: "not-replayed",
    since: String(T0),
    hostId: 1,
    hostName: "fake",
  });
});

Deno.test("connectDocker() tells when an engine goes and comes back", async () => {
  const collector = new Collector();
  const engine = new FakeEngine();
  const { port, host } = engine;
  await using _undo = connectDocker(collector, {
    engines: [{ host, hostName: "one", ...quick }],
  });
  await collector.until("host:added");
  await engine[Symbol.asyncDispose]();
  await collector.until("host:health:changed");
  await using _again = new FakeEngine(port);
  await collector.until("host:health:changed", 2);
  const [gone, back] = collector.payloads("host:health:changed");
  assertObjectMatch(gone!, { hostId: 1, hostName: "one", healthy: false });
  // Once, however often it is tried in between.
  assertEquals(collector.emitted.filter(({ event }) => event === "error"), [{
    event: "error",
    payload: collector.payloads("error")[0]!,
    extra: { hostId: 1, message: String(gone!.reason) },
  }]);
  assert(String(gone!.reason).includes(host));
  assertEquals(back, {
    hostId: 1,
    docker_client_id: 1,
    hostName: "one",
    healthy: true,
  });
});

Deno.test("connectDocker() watches several engines, and lets them come and go", async () => {
  await using first = new FakeEngine();
  await using second = new FakeEngine();
  const collector = new Collector();
  await using connection = connect(first, collector);
  assertEquals(
    await connection.add({
      host: second.host,
      clientId: 4,
      hostName: "second",
    }),
    2,
  );
  (await second.connection()).send(eventLine(T0, "oom") + "\n");
  await collector.until("container:oom");
  assertObjectMatch(collector.payloads("container:oom")[0]!, {
    hostId: 2,
    clientId: 4,
  });
  assertEquals(await connection.remove(2), true);
  assertEquals(await connection.remove(2), false);
  assertEquals(collector.emitted.at(-1)?.event, "host:removed");
  assertObjectMatch(collector.emitted.at(-1)!.payload, {
    hostId: 2,
    hostName: "second",
  });
});

Deno.test("connectDocker() tells that a host has another name", async () => {
  await using engine = new FakeEngine();
  const collector = new Collector();
  await using connection = connect(engine, collector);
  await connection.ready;
  engine.answers["/info"] = { Name: "renamed", SystemTime: "" };
  (await engine.connection()).end();
  await collector.until("host:updated");
  assertEquals(await connection.rename(1, "by hand"), true);
  assertEquals(await connection.rename(2, "nobody"), false);
  engine.answers["/info"] = { Name: "renamed again", SystemTime: "" };
  (await engine.connection()).end();
  await engine.connection();
  assertEquals(
    collector.payloads("host:updated").map(({ hostName }) => hostName),
    ["renamed", "by hand"],
  );
});

Deno.test("connectDocker() refuses two hosts of one number", () => {
  const engines = [{ host: "tcp://127.0.0.1:1", hostId: 3 }, {
    host: "tcp://127.0.0.1:2",
    hostId: 3,
  }];
  const error = assertThrows(
    () => connectDocker(new Collector(), { engines }),
    PluginError,
  );
  assertEquals(error.code, "DOCKER_FAILED");
});

Deno.test("connectDocker() watches no more engines once it is undone", async () => {
  await using engine = new FakeEngine();
  const disconnect = connect(engine, new Collector());
  await disconnect.ready;
  await disconnect();
  const error = await assertRejects(
    () => disconnect.add({ host: engine.host }),
    PluginError,
    "connectDocker() again",
  );
  assertEquals(error.code, "DOCKER_FAILED");
});

Deno.test("connectDocker() sends nothing but GET", async () => {
  await using engine = new FakeEngine();
  engine.answers["/containers/json"] = [running];
  const collector = new Collector();
  const disconnect = connect(engine, collector, { metrics: { intervalMs: 5 } });
  (await engine.connection()).send(
    eventLine(T0, "create", { id: "c3" }) + "\n",
  );
  await collector.until("container:created");
  await collector.until("host:metrics");
  await disconnect();
  assertEquals(
    engine.requests.filter((request) => !request.startsWith("GET ")),
    [],
  );
});
