import { assertEquals } from "@std/assert";
import { configure, type LogRecord, reset } from "@logtape/logtape";
import { connectDocker, type ContainerInfo } from "../../src/docker/mod.ts";
import { Collector, eventLine, FakeEngine } from "./fake_engine.ts";

const T0 = BigInt(Date.now() + 3_600_000) * 1_000_000n;

/** What is seen of a list, and what is logged meanwhile. */
async function seenOf(
  list: unknown,
): Promise<{ seen: ContainerInfo[]; logged: string[] }> {
  const records: LogRecord[] = [];
  await configure({
    sinks: { records: (record) => void records.push(record) },
    loggers: [
      { category: ["plugin-handler"], sinks: ["records"] },
      { category: ["logtape", "meta"], sinks: [] },
    ],
  });
  try {
    await using engine = new FakeEngine();
    engine.answers["/containers/json"] = list;
    const collector = new Collector();
    const disconnect = connectDocker(collector, {
      engines: [{ host: engine.host }],
    });
    await disconnect.ready;
    await disconnect();
    return {
      seen: collector.payloads("container:seen") as unknown as ContainerInfo[],
      logged: records.map(({ message }) => message.join("")),
    };
  } finally {
    await reset();
  }
}

const web = { Id: "c1", Names: ["/web"], State: "running", Status: "Up" };

Deno.test("connectDocker() names a container as itself, and not as its links do", async () => {
  const { seen } = await seenOf([
    { ...web, Names: ["/front/db", "/other/db", "/web"] },
    { ...web, Id: "c2", Names: ["/a/b"] },
    { ...web, Id: "c3", Names: null },
    { ...web, Id: "c4", Names: [null, "/four"] },
  ]);
  assertEquals(seen.map(({ name }) => name), ["web", "a/b", "", "four"]);
});

Deno.test("connectDocker() leaves out odd entries, and says so, not the whole list", async () => {
  const { seen, logged } = await seenOf([
    {
      ...web,
      Ports: [null, { PrivatePort: 80, PublicPort: null, Type: "tcp" }, {
        PrivatePort: "53",
      }],
      Labels: { good: "yes", bad: null, worse: 5 },
      NetworkSettings: { Networks: null },
    },
    null,
    { Names: ["/nameless"] },
    { ...web, Id: "c2", Labels: "none", Ports: {}, NetworkSettings: 3 },
  ]);
  assertEquals(seen.map(({ id, ports, labels }) => ({ id, ports, labels })), [
    {
      id: "c1",
      ports: [{ privatePort: 80, type: "tcp" }],
      labels: { good: "yes" },
    },
    { id: "c2", ports: [], labels: {} },
  ]);
  const lines = logged.filter((line) => line.startsWith("Left out"));
  assertEquals(lines.map((line) => line.split(" of the engine's")[0]), [
    ...["Left out a port", "Left out a port"],
    ...['Left out a label "bad"', 'Left out a label "worse"'],
    ...["Left out a container", "Left out a container"],
  ]);
});

Deno.test("connectDocker() completes a container whose inspection has an odd entry", async () => {
  await using engine = new FakeEngine();
  engine.answers["/containers/c1/json"] = {
    Id: "c1",
    Name: "/web",
    State: { Status: "running", StartedAt: null },
    Config: { Image: "nginx", Labels: { good: "yes", bad: null } },
    NetworkSettings: {
      Ports: { "80/tcp": [{ HostPort: "8080" }, null], "81/tcp": 5 },
    },
  };
  const collector = new Collector();
  await using _undo = connectDocker(collector, {
    engines: [{ host: engine.host }],
  });
  const attributes = { name: "web", odd: 5 as unknown as string };
  (await engine.connection()).send(
    eventLine(T0, "start", { attributes }) + "\n",
  );
  await collector.until("container:started");
  const [{ ports, labels }] = collector.payloads("container:started") as [
    Record<string, unknown>,
  ];
  assertEquals(labels, { good: "yes" });
  assertEquals(ports, [{ privatePort: 80, publicPort: 8080, type: "tcp" }]);
});
