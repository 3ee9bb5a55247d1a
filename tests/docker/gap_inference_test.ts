import { assertEquals, assertObjectMatch } from "@std/assert";
import { connectDocker } from "../../src/docker/mod.ts";
import { missedActions } from "../../src/docker/containers/missed_events.ts";
import { Collector, eventLine, FakeEngine } from "./fake_engine.ts";

const T0 = BigInt(Date.now() + 3_600_000) * 1_000_000n;
const quick = { backoff: { minMs: 1, maxMs: 5 } };

function listed(id: string, State: string, Status = ""): object {
  return { Id: id, Names: [`/${id}`], Image: "tiny:1", State, Status };
}

/** Changes the list behind a break that the engine does not replay. */
async function emittedAfterGap(
  before: object[],
  after: object[],
  late: { after: string; actions: string[] } = { after: "", actions: [] },
): Promise<Collector> {
  await using engine = new FakeEngine();
  engine.answers["/containers/json"] = before;
  const collector = new Collector();
  const disconnect = connectDocker(collector, {
    engines: [{ host: engine.host, ...quick }],
  });
  await disconnect.ready;
  const first = await engine.connection();
  first.send(eventLine(T0, "oom", { id: "other" }) + "\n");
  await collector.until("container:oom");
  engine.answers["/containers/json"] = after;
  first.end();
  await collector.until("docker:gap");
  const second = await engine.connection();
  if (late.after !== "") await collector.until(late.after);
  for (const [index, action] of late.actions.entries()) {
    const time = T0 + BigInt(index + 1);
    second.send(eventLine(time, action, { id: "web" }) + "\n");
  }
  second.send(eventLine(T0 + 100n, "oom", { id: "last" }) + "\n");
  await collector.until("container:oom", 2);
  await disconnect();
  return collector;
}

/** What was emitted of one container. */
function namesOf(collector: Collector, id: string): string[] {
  return collector.emitted.filter(({ payload }) => payload.id === id)
    .map(({ event, payload }) => `${event}${payload.inferred ? "?" : ""}`);
}

const up = listed("web", "running", "Up 2 hours");

Deno.test("connectDocker() infers that a container ended while events were missing", async () => {
  const ended = listed("web", "exited", "Exited (137) 3 seconds ago");
  const collector = await emittedAfterGap([up], [ended]);
  assertEquals(namesOf(collector, "web"), [
    "container:seen",
    "container:died?",
  ]);
  assertObjectMatch(collector.payloads("container:died")[0]!, {
    containerId: "web",
    containerInfo: { id: "web", name: "web", state: "exited" },
    inferred: true,
    exitCode: 137,
    status: "Exited (137) Less than a second ago",
    action: "die",
  });
});

Deno.test("connectDocker() infers that a container is gone, and has died before", async () => {
  const collector = await emittedAfterGap([up], []);
  assertEquals(namesOf(collector, "web"), [
    ...["container:seen", "container:died?", "container:removed?"],
  ]);
  assertObjectMatch(collector.payloads("container:removed")[0]!, {
    ...{ id: "web", name: "web", image: "tiny:1", hostId: 1 },
  });
});

Deno.test("connectDocker() infers that a stopped container is gone, and nothing else", async () => {
  const collector = await emittedAfterGap([listed("web", "exited")], []);
  assertEquals(namesOf(collector, "web"), ["container:removed?"]);
});

Deno.test("connectDocker() infers nothing where the list is as it was", async () => {
  const collector = await emittedAfterGap([up], [up]);
  assertEquals(namesOf(collector, "web"), ["container:seen"]);
});

Deno.test("connectDocker() infers pauses and starts", async () => {
  const paused = listed("web", "paused", "Up 2 hours (Paused)");
  assertEquals(namesOf(await emittedAfterGap([up], [paused]), "web"), [
    ...["container:seen", "container:paused?"],
  ]);
  assertEquals(namesOf(await emittedAfterGap([paused], [up]), "web"), [
    ...["container:seen", "container:unpaused?"],
  ]);
});

Deno.test("connectDocker() does not repeat what it inferred when the engine reports it late", async () => {
  const ended = listed("web", "exited", "Exited (0) 1 second ago");
  const collector = await emittedAfterGap([up], [ended], {
    after: "container:died",
    actions: ["die", "start", "die"],
  });
  assertEquals(namesOf(collector, "web").slice(1), [
    ...["container:died?", "container:started", "container:died"],
  ]);
  const gone = await emittedAfterGap([up], [], {
    after: "container:removed",
    actions: ["kill", "die", "destroy"],
  });
  assertEquals(namesOf(gone, "web").slice(1), [
    ...["container:died?", "container:removed?"],
  ]);
});

Deno.test("connectDocker() leaves to the events what they are about to tell", async () => {
  await using engine = new FakeEngine();
  engine.answers["/containers/json"] = [up];
  const collector = new Collector();
  const held = Promise.withResolvers<void>();
  const disconnect = connectDocker({
    async emit(event: string, payload: unknown) {
      await collector.emit(event, payload);
      if (event === "container:oom") await held.promise;
    },
  }, { engines: [{ host: engine.host, ...quick }] });
  await disconnect.ready;
  const connection = await engine.connection();
  connection.send(eventLine(T0, "oom", { id: "slow" }) + "\n");
  await collector.until("container:oom");
  engine.answers["/containers/json"] = [];
  // The gap, and behind it what happened to the container after it.
  const rest = ["die", "destroy"].map((action, index) =>
    eventLine(T0 + BigInt(index + 1), action, { id: "web" }) + "\n"
  );
  connection.send("no event\n" + rest.join(""));
  connection.send(eventLine(T0 + 9n, "pause", { id: "end" }) + "\n");
  await new Promise((resolve) => setTimeout(resolve, 50));
  held.resolve();
  await collector.until("container:paused");
  await disconnect();
  assertEquals(namesOf(collector, "web").slice(1), [
    ...["container:died", "container:removed"],
  ]);
});

Deno.test("missedActions() tells what leads from one state to the other", () => {
  const cases: [string | undefined, string, string[]][] = [
    [undefined, "exited", []],
    ["running", "running", []],
    ["running", "exited", ["die"]],
    ["paused", "dead", ["die"]],
    ["restarting", "exited", ["die"]],
    ["running", "restarting", []],
    ["created", "running", ["start"]],
    ["exited", "paused", ["start", "pause"]],
    ["running", "paused", ["pause"]],
    ["paused", "running", ["unpause"]],
    ["created", "exited", []],
  ];
  for (const [before, now, expected] of cases) {
    assertEquals(missedActions(before, now), expected, `${before} ${now}`);
  }
});
