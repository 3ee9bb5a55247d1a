import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { PluginError } from "@dockstat/plugin-handler";
import { connectDocker, DockerEvents } from "@dockstat/plugin-handler/docker";
import {
  startRecordedEngine,
  startTestHandler,
} from "@dockstat/plugin-handler/testing";
import {
  Collector,
  recordedContainer,
  recordedLines,
} from "../docker/fake_engine.ts";
import { waitFor } from "../wait_for.ts";

const plugin = new URL("./sample_plugin.ts", import.meta.url);

Deno.test("startRecordedEngine() brings a recorded container's start to a plugin's hook", async () => {
  const container = recordedContainer();
  const events = recordedLines().filter((line) => line.includes(container.Id));
  await using engine = startRecordedEngine({
    events: events.join("\n"),
    containers: [container],
  });
  await using test = await startTestHandler({ plugin });
  await using connection = connectDocker(test.handler, {
    engines: [{ host: engine.host }],
  });
  await connection.ready;
  assertEquals(test.table.count(), 0);
  assertEquals(engine.replay(), 0);
  await waitFor("the hook has run", () => test.table.count() > 0);
  const rows = test.table.select(["text"]).all() as { text: string }[];
  assertEquals(rows[0], { text: "web" });
});

Deno.test("startRecordedEngine() lists a container from its event on, and keeps the time of events", async () => {
  const container = recordedContainer();
  const lines = recordedLines();
  await using engine = startRecordedEngine({
    events: lines,
    containers: [container, { Id: "old", Name: "/old" }],
  });
  const list = async () => {
    const url = engine.host.replace("tcp:", "http:") + "/v1.41/containers/json";
    const answer: { Names: string[]; State: string }[] =
      await (await fetch(url)).json();
    return answer.map(({ Names: [name], State }) => [name, State]);
  };
  assertEquals(await list(), [["/old", "running"]]);
  const taken = new Collector();
  await using connection = connectDocker(taken, {
    engines: [{ host: engine.host }],
  });
  await connection.ready;
  assertEquals(taken.names(), ["host:added", "container:seen"]);
  const at = lines.findIndex((line) => line.includes('"Action":"pause"'));
  assertEquals(engine.replay(at + 1), lines.length - at - 1);
  await taken.until("container:paused");
  assertEquals(
    BigInt(String(taken.payloads("container:paused")[0]!.timeNano)),
    BigInt(/"timeNano":(\d+)/.exec(lines[at]!)![1]!),
  );
  assertEquals((await list()).map(([, state]) => state), ["paused", "running"]);
  engine.replay();
  assertEquals(await list(), [["/old", "running"]]);
});

Deno.test("startRecordedEngine() gives who resumes what has been meanwhile, once", async () => {
  const lines = recordedLines();
  await using engine = startRecordedEngine({ events: lines });
  engine.replay(3);
  const since = /"timeNano":(\d+)/.exec(lines[0]!)![1]!;
  await using events = new DockerEvents({ host: engine.host, since });
  const reader = events[Symbol.asyncIterator]();
  await events.start();
  engine.replay(1);
  const taken: unknown[] = [];
  for (let i = 0; i < 3; i++) taken.push((await reader.next()).value.action);
  assertEquals(taken, ["connect", "start", "pause"]);
});

Deno.test("startRecordedEngine() refuses what is no event, with its number", () => {
  for (
    const [event, why] of [
      ["{", "it is no JSON"],
      ["5", "it is no object"],
      ["{}", "an event has Type, Action, Actor.ID and timeNano"],
    ] as const
  ) {
    const error = assertThrows(
      () => startRecordedEngine({ events: [recordedLines()[0]!, event] }),
      PluginError,
      `Cannot replay event 2 of the recording: ${why}`,
    );
    assertEquals(error.code, "INVALID_OPTIONS");
  }
});

Deno.test("startRecordedEngine() answers 404 to other paths, and ends with its disposal", async () => {
  const engine = startRecordedEngine();
  const url = engine.host.replace("tcp:", "http:");
  const response = await fetch(`${url}/v1.41/containers/none/json`);
  assertEquals(response.status, 404);
  await response.body?.cancel();
  await engine[Symbol.asyncDispose]();
  await assertRejects(() => fetch(url), TypeError);
});
