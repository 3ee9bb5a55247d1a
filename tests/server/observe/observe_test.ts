import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { LogRecord } from "@logtape/logtape";
import { CallSeries } from "../../../src/server/observe/call_series.ts";
import { EventHub } from "../../../src/server/observe/event_hub.ts";
import { eventStream } from "../../../src/server/observe/event_stream.ts";
import { LogRing } from "../../../src/server/observe/log_ring.ts";
import { prometheusText } from "../../../src/server/observe/prometheus.ts";

function record(message: string, more: Partial<LogRecord> = {}): LogRecord {
  return {
    category: ["agent", "plugin-handler", "notes"],
    level: "info",
    message: [message],
    rawMessage: message,
    timestamp: 0,
    properties: {},
    ...more,
  };
}

Deno.test("LogRing keeps the latest lines, in order", () => {
  const ring = new LogRing(3, new EventHub());
  for (const text of ["a", "b", "c", "d", "e"]) ring.sink(record(text));

  assertEquals(
    ring.find({ limit: 10 }).map(({ message }) => message),
    ["c", "d", "e"],
  );
  assertEquals(
    ring.find({ limit: 2 }).map(({ message }) => message),
    ["d", "e"],
  );
});

Deno.test("LogRing finds by level, plugin and text", () => {
  const ring = new LogRing(10, new EventHub());
  ring.sink(record("Started"));
  ring.sink(record("It failed", { level: "error" }));
  ring.sink(record("other", { category: ["agent"] }));
  const found = (query: Partial<Parameters<LogRing["find"]>[0]>) =>
    ring.find({ limit: 10, ...query }).map(({ message }) => message);

  assertEquals(found({ level: "warning" }), ["It failed"]);
  assertEquals(found({ plugin: "notes" }), ["Started", "It failed"]);
  assertEquals(found({ q: "START" }), ["Started"]);
});

Deno.test("LogRing keeps little of a line that is long", () => {
  const ring = new LogRing(10, new EventHub());
  const cause = new Error("x".repeat(1_000_000));
  ring.sink(record("y".repeat(1_000_000), { properties: { cause } }));

  assert(JSON.stringify(ring.find({ limit: 1 })).length < 20_000);
});

Deno.test("eventStream() sends what happens, and says what was lost", async () => {
  const hub = new EventHub();
  const ended = new AbortController();
  const response = eventStream(hub, ended.signal);
  for (let done = 0; done < 600; done++) {
    hub.publish({ type: "progress", data: { task: "t", step: "s", done } });
  }
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let read = 0; read < 500; read++) {
    text += decoder.decode((await reader.read()).value);
  }
  hub.publish({ type: "progress", data: { task: "t", step: "last" } });
  ended.abort();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value);
  }

  assertStringIncludes(text, `event: progress\ndata: {"task":"t"`);
  assertStringIncludes(text, "event: lost\ndata: ");
  assertStringIncludes(text, `"step":"last"`);
  assertEquals(hub.watchers, 0);
});

Deno.test("CallSeries counts each minute for itself, also after a reload", () => {
  let requests = 5;
  using series = new CallSeries(() =>
    new Map([[1, { requests, failures: 1, p50Ms: 2, p99Ms: 3 }]])
  );
  series.sample();
  requests = 12;
  series.sample();
  requests = 4;
  series.sample();

  assertEquals(series.of(1).map((minute) => minute.requests), [5, 7, 4]);
  for (let minute = 0; minute < 100; minute++) series.sample();
  assertEquals(series.of(1).length, 60);
});

Deno.test("prometheusText() escapes what labels hold", () => {
  const text = prometheusText([{
    name: "calls_total",
    help: "Calls",
    type: "counter",
    samples: [{ labels: { plugin: 'a"b\\c\nd' }, value: 3 }],
  }]);

  assertEquals(
    text,
    '# HELP calls_total Calls\n# TYPE calls_total counter\ncalls_total{plugin="a\\"b\\\\c\\nd"} 3\n',
  );
});
