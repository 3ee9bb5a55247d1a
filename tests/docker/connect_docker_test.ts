import { assert, assertEquals, assertObjectMatch } from "@std/assert";
import {
  connectDocker,
  type ConnectDockerOptions,
  type DockerConnection,
} from "../../src/docker/mod.ts";
import {
  Collector,
  eventLine,
  FakeEngine,
  recordedContainer,
  recordedLines,
} from "./fake_engine.ts";

const T0 = BigInt(Date.now() + 3_600_000) * 1_000_000n;
const quick = { backoff: { minMs: 1, maxMs: 5 }, connectTimeoutMs: 60_000 };

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

Deno.test("connectDocker() emits a recorded stream under the handler's names", async () => {
  await using engine = new FakeEngine();
  const collector = new Collector();
  const disconnect = connect(engine, collector);
  const connection = await engine.connection();
  for (const line of recordedLines()) connection.send(line + "\n");
  await collector.until("docker:volume:destroy");
  await disconnect();
  const web = recordedContainer().Id;
  const ofWeb = collector.emitted.filter(({ payload }) => payload.id === web);
  assertEquals(ofWeb.map(({ event }) => event.replace("container:", "")), [
    ...[
      "created",
      "started",
      "paused",
      "unpaused",
      "killed",
      "killed",
      "restarted",
    ],
    ...[
      "killed",
      "killed",
      "died",
      "stopped",
      "started",
      "killed",
      "died",
      "renamed",
      "removed",
    ],
  ]);
  assertEquals(collector.names(/oom|health|image|volume/), [
    "container:oom",
    "container:health_status",
    "image:tagged",
    "image:untagged",
    "docker:volume:create",
    "docker:volume:destroy",
  ]);
});

Deno.test("connectDocker() completes a container's payload with one inspection", async () => {
  await using engine = new FakeEngine();
  const web = recordedContainer();
  engine.answers[`/containers/${web.Id}/json`] = web;
  const collector = new Collector();
  await using _undo = connect(engine, collector);
  const connection = await engine.connection();
  for (const line of recordedLines().slice(0, 5)) connection.send(line + "\n");
  await collector.until("container:unpaused");
  const [started] = collector.payloads("container:started");
  assertObjectMatch(started!, {
    id: web.Id,
    hostId: 1,
    clientId: 1,
    name: "web",
    image: "tiny:1",
    state: "running",
    status: "Up Less than a second",
    labels: { app: "web" },
    created: Math.floor(Date.parse(web.Created as string) / 1000),
    action: "start",
  });
  assert((started!.networkSettings as { networks: object }).networks);
  assertEquals(collector.payloads("container:paused")[0]?.state, "paused");
  // Once when it is made, once when it is started: ports are known only then.
  const asked = engine.requests.filter((request) =>
    request.endsWith(`${web.Id}/json`)
  );
  assertEquals(asked.length, 2);
});

Deno.test("connectDocker() goes by the event where the container is gone", async () => {
  await using engine = new FakeEngine();
  const collector = new Collector();
  await using _undo = connect(engine, collector);
  const attributes = { exitCode: "137", "com.example": "yes" };
  (await engine.connection()).send(eventLine(T0, "die", { attributes }) + "\n");
  await collector.until("container:died");
  assertObjectMatch(collector.payloads("container:died")[0]!, {
    id: "c1",
    name: "c1",
    exitCode: 137,
    state: "exited",
    status: "Exited (137) Less than a second ago",
    labels: { "com.example": "yes" },
    ports: [],
  });
});

Deno.test("connectDocker() does not wait for inspections that are not answered", async () => {
  await using engine = new FakeEngine();
  const silence = Promise.withResolvers<Response>();
  engine.override = (url) =>
    url.pathname.endsWith("/c1/json") ? silence.promise : undefined;
  const collector = new Collector();
  {
    await using _undo = connect(engine, collector, {
      inspect: { timeoutMs: 20 },
    });
    (await engine.connection()).send(eventLine(T0, "create") + "\n");
    await collector.until("container:created");
  }
  silence.resolve(new Response());
});

Deno.test("connectDocker() limits how often it inspects", async () => {
  await using engine = new FakeEngine();
  const collector = new Collector();
  await using _undo = connect(engine, collector, {
    inspect: { perSecond: 0, burst: 3 },
  });
  const connection = await engine.connection();
  for (let index = 0; index < 50; index++) {
    connection.send(
      eventLine(T0 + BigInt(index), "create", { id: `c${index}` }) + "\n",
    );
  }
  await collector.until("container:created", 50);
  const inspected = engine.requests.filter((request) =>
    /\/c\d+\/json$/.test(request)
  );
  assertEquals(inspected.length, 3);
});

Deno.test("connectDocker() emits raw events too where asked", async () => {
  await using engine = new FakeEngine();
  const collector = new Collector();
  const disconnect = connect(engine, collector, { raw: true });
  const connection = await engine.connection();
  const actions = ["kill", "die", "stop", "start", "restart"];
  actions.forEach((action, index) =>
    connection.send(eventLine(T0 + BigInt(index), action) + "\n")
  );
  await collector.until("container:restarted");
  await disconnect();
  assertEquals(
    collector.names(/^docker:/),
    actions.map((action) => `docker:container:${action}`),
  );
  assertEquals(collector.names(/^container:/), [
    "container:killed",
    "container:restarted",
  ]);
});

Deno.test("connectDocker() waits for the handler, and outlives its failures", async () => {
  await using engine = new FakeEngine();
  let busy = 0;
  const collector = new Collector();
  const taker = {
    async emit(event: string, payload: unknown) {
      assertEquals(++busy, 1);
      await Promise.resolve();
      busy--;
      await collector.emit(event, payload);
      if (event === "container:created") throw new TypeError("not now");
    },
  };
  await using _undo = connect(engine, taker);
  const connection = await engine.connection();
  for (const index of [1n, 2n, 3n]) {
    connection.send(eventLine(T0 + index) + "\n");
  }
  await collector.until("container:created", 3);
});

Deno.test("connectDocker() emits what had arrived before the undo ends", async () => {
  await using engine = new FakeEngine();
  const collector = new Collector();
  const disconnect = connect(engine, collector);
  const connection = await engine.connection();
  // The stop is held back, in case that a restart follows.
  connection.send(
    eventLine(T0, "stop") + "\n" + eventLine(T0 + 1n, "oom", { id: "c2" }) +
      "\n",
  );
  await collector.until("container:oom");
  await disconnect();
  assertEquals(collector.names().slice(-2), [
    "container:stopped",
    "host:removed",
  ]);
  const count = collector.emitted.length;
  await disconnect();
  assertEquals(collector.emitted.length, count);
});

Deno.test("connectDocker() reports one gap where hooks are slower than events", async () => {
  await using engine = new FakeEngine();
  const collector = new Collector();
  const blocked = Promise.withResolvers<void>();
  const taker = {
    async emit(event: string, payload: unknown) {
      await collector.emit(event, payload);
      if (event === "container:created") await blocked.promise;
    },
  };
  await using _undo = connect(engine, taker, { maxPending: 10 });
  const connection = await engine.connection();
  await collector.until("host:added");
  connection.send(eventLine(T0) + "\n");
  await collector.until("container:created");
  const lines = Array.from(
    { length: 100 },
    (_, index) => eventLine(T0 + BigInt(index + 1)) + "\n",
  );
  connection.send(lines.join(""));
  connection.send(eventLine(T0 + 200n, "oom") + "\n");
  blocked.resolve();
  await collector.until("docker:gap");
  connection.send(eventLine(T0 + 300n, "oom") + "\n");
  await collector.until("container:oom");
  assertEquals(collector.names(/created/).length < 100, true);
  assertEquals(
    collector.payloads("docker:gap").map(({ reason }) => reason),
    ["overflow"],
  );
});

Deno.test("connectDocker() emits what was held back before a gap", async () => {
  await using engine = new FakeEngine();
  const collector = new Collector();
  await using _undo = connect(engine, collector);
  (await engine.connection()).send(eventLine(T0, "stop") + "\nno event\n");
  await collector.until("docker:gap");
  assertEquals(collector.names(/stopped|gap/), [
    "container:stopped",
    "docker:gap",
  ]);
});

Deno.test("connectDocker() is undone once, whoever asks for it meanwhile", async () => {
  await using engine = new FakeEngine();
  const collector = new Collector();
  const disconnect = connect(engine, collector);
  await disconnect.ready;
  const first = disconnect();
  await disconnect();
  assertEquals(collector.names().at(-1), "host:removed");
  await first;
  assertEquals(collector.names(/removed/).length, 1);
});
