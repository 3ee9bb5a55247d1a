import { assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import fc from "fast-check";
import type { DockerEvent } from "../../src/docker/mod.ts";
import { parseDockerEvent } from "../../src/docker/stream/docker_event.ts";
import { RestartMerger } from "../../src/docker/stream/restart_merger.ts";
import { eventLine, recordedLines } from "./fake_engine.ts";

const START = 1_795_395_340_000n;

function event(ms: number, action: string, id = "c1"): DockerEvent {
  const [type = "", name = ""] = action.includes(" ")
    ? action.split(" ")
    : ["container", action];
  const line = eventLine((START + BigInt(ms)) * 1_000_000n, name, {
    type,
    id: type === "network" ? "n1" : id,
    attributes: type === "network" ? { container: id } : {},
  });
  return parseDockerEvent(line)!;
}

/** Pushes `[ms, action]` pairs by the fake clock; returns what came out, with its time. */
function fold(time: FakeTime, steps: [number, string, string?][]): string[] {
  const out: string[] = [];
  const start = Date.now();
  const merger = new RestartMerger(({ action, actor }) => {
    out.push(
      `${Date.now() - start} ${
        actor.id === "c1" ? "" : `${actor.id} `
      }${action}`,
    );
  });
  for (const [ms, action, id] of steps) {
    time.tick(start + ms - Date.now());
    merger.push(event(ms, action, id));
  }
  time.tick(20_000);
  merger[Symbol.dispose]();
  return out;
}

Deno.test("RestartMerger folds a restart into one event", () => {
  using time = new FakeTime();
  const steps: [number, string][] = [
    [0, "kill"],
    [30, "die"],
    [32, "network disconnect"],
    [40, "stop"],
    [60, "network connect"],
    // Slower than the window: the network showed that a start is under way.
    [2000, "start"],
    [2000, "restart"],
  ];
  assertEquals(fold(time, steps), [
    "0 kill",
    "32 n1 disconnect",
    "60 n1 connect",
    "2000 restart",
  ]);
});

Deno.test("RestartMerger folds the restart of a container that was stopped", () => {
  using time = new FakeTime();
  assertEquals(fold(time, [[0, "start"], [1, "restart"]]), ["1 restart"]);
});

Deno.test("RestartMerger folds a restart whose stop comes before its death", () => {
  using time = new FakeTime();
  const steps: [number, string][] = [[0, "kill"], [1, "stop"], [2, "die"], [
    3,
    "start",
  ], [3, "restart"]];
  assertEquals(fold(time, steps), ["0 kill", "3 restart"]);
});

Deno.test("RestartMerger lets a stop go after the window", () => {
  using time = new FakeTime();
  assertEquals(fold(time, [[0, "kill"], [10, "die"], [20, "stop"]]), [
    "0 kill",
    "520 die",
    "520 stop",
  ]);
});

Deno.test("RestartMerger keeps a stop and a start apart", () => {
  using time = new FakeTime();
  const steps: [number, string][] = [[0, "kill"], [10, "die"], [20, "stop"], [
    200,
    "start",
  ]];
  assertEquals(fold(time, steps), [
    "0 kill",
    "300 die",
    "300 stop",
    "300 start",
  ]);
});

Deno.test("RestartMerger lets a death of its own accord pass at once", () => {
  using time = new FakeTime();
  assertEquals(fold(time, [[0, "oom"], [10, "die"]]), ["0 oom", "10 die"]);
});

Deno.test("RestartMerger lets everything go when the container is removed", () => {
  using time = new FakeTime();
  assertEquals(
    fold(time, [[0, "kill"], [1, "die"], [2, "rename"], [3, "destroy"]]),
    [
      "0 kill",
      "3 die",
      "3 rename",
      "3 destroy",
    ],
  );
});

Deno.test("RestartMerger lets a stop go when the start after it fails", () => {
  using time = new FakeTime();
  const steps: [number, string][] = [
    [0, "kill"],
    [1, "die"],
    [2, "stop"],
    [3, "network connect"],
    [9, "network disconnect"],
  ];
  assertEquals(fold(time, steps).slice(2), [
    "9 die",
    "9 stop",
    "9 n1 disconnect",
  ]);
});

Deno.test("RestartMerger lets other containers pass what it holds back", () => {
  using time = new FakeTime();
  assertEquals(fold(time, [[0, "kill"], [1, "die"], [5, "pause", "c2"]]), [
    "0 kill",
    "5 c2 pause",
    "501 die",
  ]);
});

Deno.test("RestartMerger needs no time where the engine's clock has moved on", () => {
  const out: string[] = [];
  using merger = new RestartMerger(({ action }) => out.push(action));
  for (
    const [ms, action] of [[0, "kill"], [1, "die"], [2, "stop"], [
      900,
      "create",
    ]] as const
  ) {
    merger.push(event(ms, action, action === "create" ? "c2" : "c1"));
  }
  assertEquals(out, ["kill", "die", "stop", "create"]);
});

Deno.test("RestartMerger reports the recorded stream with one event for its restart", () => {
  const out: string[] = [];
  {
    using merger = new RestartMerger(({ type, action }) => {
      if (type === "container") out.push(action.split(":")[0] ?? "");
    });
    for (const line of recordedLines()) merger.push(parseDockerEvent(line)!);
  }
  assertEquals(out.slice(0, 17), [
    ...["create", "start", "pause", "unpause", "kill", "kill", "restart"],
    ...[
      "kill",
      "kill",
      "die",
      "stop",
      "start",
      "kill",
      "die",
      "rename",
      "destroy",
    ],
    "create",
  ]);
});

Deno.test("RestartMerger loses nothing but what a restart replaces, and keeps each container's order", () => {
  const action = fc.constantFrom(
    "kill",
    "die",
    "stop",
    "start",
    "pause",
    "destroy",
    "network connect",
  );
  const step = fc.tuple(action, fc.constantFrom("c1", "c2"), fc.nat(700));
  fc.assert(fc.property(fc.array(step), (steps) => {
    using _time = new FakeTime();
    const out: DockerEvent[] = [];
    const merger = new RestartMerger((event) => out.push(event));
    let ms = 0;
    const pushed = steps.map(([action, id, pause]) =>
      event(ms += pause, action, id)
    );
    for (const one of pushed) merger.push(one);
    merger[Symbol.dispose]();
    for (const id of ["c1", "c2", "n1"]) {
      assertEquals(of(out, id), of(pushed, id));
    }
  }));
});

function of(events: DockerEvent[], id: string): string[] {
  return events.filter(({ actor }) => actor.id === id).map((
    { timeNano, action },
  ) => `${timeNano} ${action}`);
}
