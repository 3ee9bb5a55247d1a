import { assert, assertEquals, assertThrows } from "@std/assert";
import { PluginError } from "../../src/shared/errors.ts";
import {
  type DockerEvent,
  DockerEvents,
  type DockerGap,
} from "../../src/docker/mod.ts";
import { eventLine, FakeEngine, recordedLines, take } from "./fake_engine.ts";
import { waitFor } from "../wait_for.ts";

const T0 = BigInt(Date.now() + 3_600_000) * 1_000_000n;
const quick = { backoff: { minMs: 1, maxMs: 5 }, connectTimeoutMs: 60_000 };

function open(engine: FakeEngine, options = {}): DockerEvents {
  return new DockerEvents({ host: engine.host, ...quick, ...options });
}

/** Every gap that is reported from now on. */
function gapsOf(events: DockerEvents): DockerGap[] {
  const gaps: DockerGap[] = [];
  events.addEventListener("gap", ({ detail }) => gaps.push(detail));
  return gaps;
}

function next(
  events: DockerEvents,
  type: "gap" | "lost" | "open",
): Promise<unknown> {
  return new Promise((resolve) =>
    events.addEventListener(type, ({ detail }) => resolve(detail), {
      once: true,
    })
  );
}

function times(events: DockerEvent[]): bigint[] {
  return events.map(({ timeNano }) => BigInt(timeNano) - T0);
}

function lines(...offsets: number[]): string {
  return offsets.map((offset) => eventLine(T0 + BigInt(offset)) + "\n").join(
    "",
  );
}

Deno.test("DockerEvents iterates over a recorded stream, whole and in order", async () => {
  await using engine = new FakeEngine();
  await using events = open(engine);
  const read = take(events, recordedLines().length);
  const connection = await engine.connection();
  for (const line of recordedLines()) connection.send(line + "\n");
  const actions = recordedLines().map((line) => JSON.parse(line).Action);
  assertEquals((await read).map(({ action }) => action), actions);
});

Deno.test("DockerEvents dispatches what it iterates over", async () => {
  await using engine = new FakeEngine();
  await using events = open(engine);
  const dispatched: DockerEvent[] = [];
  events.addEventListener("event", ({ detail }) => dispatched.push(detail));
  const read = take(events, 3);
  (await engine.connection()).send(lines(1, 2, 3));
  assertEquals(await read, dispatched);
});

Deno.test("DockerEvents agrees on the API version of an older engine", async () => {
  await using engine = new FakeEngine();
  engine.answers["/version"] = { Version: "19.03", ApiVersion: "1.40" };
  await using events = open(engine);
  const opened = next(events, "open");
  await events.start();
  assertEquals(await opened, { engine: "19.03", api: "1.40" });
  assert(engine.requests.includes("GET /v1.40/events"));
});

Deno.test("DockerEvents refuses an engine that is too old, and says so", async () => {
  await using engine = new FakeEngine();
  engine.answers["/version"] = { Version: "1.9", ApiVersion: "1.21" };
  await using events = open(engine);
  const lost = next(events, "lost");
  events.start();
  const error = await lost;
  assert(error instanceof PluginError && error.code === "DOCKER_FAILED");
  assert(error.message.includes("1.21"), error.message);
});

Deno.test("DockerEvents resumes after a break, repeats nothing and loses nothing", async () => {
  await using engine = new FakeEngine();
  await using events = open(engine);
  const gaps = gapsOf(events);
  const read = take(events, 5);
  const first = await engine.connection();
  // The last line is cut off by the break, and repeated whole by the engine.
  first.send(lines(1, 2, 3) + lines(4).slice(0, 50));
  engine.history = lines(1, 2, 3, 4, 5).trimEnd().split("\n");
  await waitFor("3 events", () => events.position === String(T0 + 3n));
  first.end();
  assertEquals(times(await read), [1n, 2n, 3n, 4n, 5n]);
  assertEquals(gaps, []);
  const second = await engine.connection();
  assert(Number(second.query.get("since")) < Number(T0 + 3n) / 1e9);
});

Deno.test("DockerEvents takes events that the engine stamped out of order", async () => {
  await using engine = new FakeEngine();
  await using events = open(engine);
  const read = take(events, 3);
  const first = await engine.connection();
  first.send(lines(10, 20));
  engine.history = lines(10, 20, 15).trimEnd().split("\n");
  first.end();
  assertEquals(times(await read), [10n, 20n, 15n]);
});

Deno.test("DockerEvents delivers both of two events that nothing tells apart, after a break", async () => {
  for (const before of [0, 1, 2]) {
    await using engine = new FakeEngine();
    await using events = open(engine);
    const gaps = gapsOf(events);
    const twins = [1, 5, 5, 9];
    const read = take(events, twins.length);
    const first = await engine.connection();
    const seen = twins.slice(0, before + 1);
    first.send(lines(...seen));
    const position = String(T0 + BigInt(seen.at(-1)!));
    await waitFor("all events", () => events.position === position);
    engine.history = lines(...twins).trimEnd().split("\n");
    first.end();
    assertEquals(times(await read), twins.map(BigInt));
    assertEquals(gaps, []);
  }
});

Deno.test("DockerEvents reports a gap where the engine forgot the last event", async () => {
  await using engine = new FakeEngine();
  await using events = open(engine);
  const gap = next(events, "gap");
  const read = take(events, 3);
  const first = await engine.connection();
  first.send(lines(1, 2));
  engine.history = [eventLine(T0 + 900n)];
  first.end();
  assertEquals(times(await read), [1n, 2n, 900n]);
  assertEquals(await gap, {
    reason: "not-replayed",
    since: String(T0 + 2n),
    until: String(T0 + 900n),
  });
});

Deno.test("DockerEvents reports a gap even where the engine says nothing after it", async () => {
  await using engine = new FakeEngine();
  await using events = open(engine);
  const gap = next(events, "gap");
  const read = take(events, 1);
  const first = await engine.connection();
  first.send(lines(1));
  await read;
  first.end();
  assertEquals(await gap, { reason: "not-replayed", since: String(T0 + 1n) });
});

Deno.test("DockerEvents knows by what the engine held before whether it was restarted", async () => {
  await using engine = new FakeEngine();
  engine.history = [eventLine(1_000_000_000n)];
  await using events = open(engine);
  const gap = next(events, "gap");
  await events.start();
  engine.history = [];
  (await engine.connection()).end();
  assertEquals(await gap, { reason: "not-replayed", since: "1000000000" });
});

Deno.test("DockerEvents does not take what happened before its start for new", async () => {
  await using engine = new FakeEngine();
  const now = BigInt(Date.now()) * 1_000_000n;
  const just = eventLine(now - 1_000_000n);
  engine.history = [just];
  await using events = open(engine);
  const gaps = gapsOf(events);
  const read = take(events, 2);
  const first = await engine.connection();
  engine.history = [
    just,
    eventLine(now + 100_000_000n),
    eventLine(now + 200_000_000n),
  ];
  first.send(engine.history[1] + "\n");
  first.end();
  assertEquals((await read).map(({ timeNano }) => BigInt(timeNano) - now), [
    100_000_000n,
    200_000_000n,
  ]);
  assertEquals(gaps, []);
});

Deno.test("DockerEvents continues an earlier stream", async () => {
  await using engine = new FakeEngine();
  engine.history = lines(1, 2, 3).trimEnd().split("\n");
  await using events = open(engine, { since: String(T0 + 1n) });
  const gaps = gapsOf(events);
  assertEquals(times(await take(events, 2)), [2n, 3n]);
  assertEquals(gaps, []);
});

Deno.test("DockerEvents opens a silent stream anew, without a gap", async () => {
  await using engine = new FakeEngine();
  await using events = open(engine, { idleTimeoutMs: 20 });
  const gaps = gapsOf(events);
  const read = take(events, 2);
  engine.history = [eventLine(T0 + 1n)];
  await engine.connection();
  await engine.connection();
  engine.history.push(eventLine(T0 + 2n));
  assertEquals(times(await read), [1n, 2n]);
  assertEquals(gaps, []);
});

Deno.test("DockerEvents gives up on an engine that takes the question and stays silent", async () => {
  await using engine = new FakeEngine();
  const silence = Promise.withResolvers<Response>();
  engine.override = (url) =>
    url.pathname === "/version" ? silence.promise : undefined;
  await using events = open(engine, { connectTimeoutMs: 20 });
  const lost = next(events, "lost");
  events.start();
  const error = await lost as PluginError;
  assert(error.message.includes("did not answer in time"), error.message);
  engine.override = undefined;
  silence.resolve(new Response());
  await engine.connection();
});

Deno.test("DockerEvents comes back after errors of the engine", async () => {
  await using engine = new FakeEngine();
  let failures = 3;
  engine.override = (url) =>
    url.pathname.endsWith("/events") && !url.searchParams.has("until") &&
      failures-- > 0
      ? new Response("out of order", { status: 500 })
      : undefined;
  await using events = open(engine);
  const lost = next(events, "lost");
  const read = take(events, 1);
  (await engine.connection()).send(lines(1));
  assertEquals(times(await read), [1n]);
  assert((await lost as PluginError).message.includes("500 out of order"));
});

Deno.test("DockerEvents reports what is no event as a gap, and goes on", async () => {
  await using engine = new FakeEngine();
  await using events = open(engine);
  const gap = next(events, "gap");
  const read = take(events, 2);
  (await engine.connection()).send(lines(1) + `{"Type":\n` + lines(2));
  assertEquals(times(await read), [1n, 2n]);
  assertEquals(await gap, { reason: "malformed", since: String(T0 + 1n) });
});

Deno.test("DockerEvents takes 100,000 events at once, each once and in order", async () => {
  await using engine = new FakeEngine();
  await using events = open(engine);
  const read = take(events, 100_000);
  const offsets = Array.from({ length: 100_000 }, (_, index) => index);
  (await engine.connection()).send(lines(...offsets));
  assertEquals(times(await read), offsets.map(BigInt));
});

Deno.test("DockerEvents drops what is beyond maxPending, and reports it once", async () => {
  await using engine = new FakeEngine();
  await using events = open(engine, { maxPending: 2 });
  const gap = next(events, "gap");
  const reader = events[Symbol.asyncIterator]();
  (await engine.connection()).send(lines(1, 2, 3, 4));
  assertEquals(await gap, { reason: "overflow", since: String(T0 + 3n) });
  assertEquals(
    times([(await reader.next()).value, (await reader.next()).value]),
    [1n, 2n],
  );
});

Deno.test("DockerEvents ends its iterations when it is closed", async () => {
  await using engine = new FakeEngine();
  const events = open(engine);
  const read = take(events, 5);
  await engine.connection();
  await events.close();
  assertEquals(await read, []);
  assertEquals(await take(events, 1), []);
});

Deno.test("DockerEvents sends nothing but GET", async () => {
  await using engine = new FakeEngine();
  await using events = open(engine);
  await events.start();
  assertEquals(
    engine.requests.filter((request) => !request.startsWith("GET ")),
    [],
  );
});

Deno.test("DockerEvents refuses an address that it cannot use", () => {
  for (const host of ["ssh://engine", "unix://relative.sock", "nonsense"]) {
    const error = assertThrows(
      () => new DockerEvents({ host }),
      PluginError,
      host,
    );
    assertEquals(error.code, "DOCKER_FAILED");
  }
});
