import { context, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { PluginHandler } from "@dockstat/plugin-handler";
import { assertEquals, assertMatch } from "@std/assert";
import { isTracing } from "../../src/shared/tracing.ts";
import { openPlugins } from "../dispatch/open_plugin.ts";

/** The real SDK, registered until it is disposed of. */
function register(): { exporter: InMemorySpanExporter } & AsyncDisposable {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(
    new AsyncLocalStorageContextManager().enable(),
  );
  return {
    exporter,
    async [Symbol.asyncDispose]() {
      await provider.forceFlush();
      trace.disable();
      context.disable();
    },
  };
}

/** Each span with the name of its parent, in the order in which they began. */
function tree(spans: readonly ReadableSpan[]): string[] {
  const names = new Map(spans.map((it) => [it.spanContext().spanId, it.name]));
  return spans.map(({ name, parentSpanContext }) => {
    const parent = names.get(parentSpanContext?.spanId ?? "");
    return parent === undefined ? name : `${parent} > ${name}`;
  }).sort();
}

const SOURCE = `{
  config: {
    actions: {
      first: () => 1,
      second: async ({ stop }) => { await 1; return stop(2); },
      breaks: async () => { await 1; throw new RangeError("boom"); },
    },
    apiRoutes: {
      "/items/:id": { method: "GET", actions: ["first", "second"] },
      "/breaks": { method: "POST", actions: ["breaks"] },
    },
  },
  events: { onContainerStart: async () => { await 1 } },
}`;

Deno.test("isTracing() is true only while a tracer is registered", async () => {
  assertEquals(isTracing(), false);
  await using _sdk = register();
  assertEquals(isTracing(), true);
});

Deno.test("a route's span holds those of its actions", async () => {
  await using plugins = await openPlugins(SOURCE);
  await using sdk = register();
  assertEquals(await plugins.ask("/items/7"), 2);
  const spans = sdk.exporter.getFinishedSpans();
  assertEquals(tree(spans), [
    "GET /items/:id",
    "GET /items/:id > action first",
    "GET /items/:id > action second",
  ]);
  const plugin = {
    "dockstat.plugin.id": 1,
    "dockstat.plugin.name": "plugin-1",
    "dockstat.plugin.version": "1.0.0",
  };
  const attributes = Object.fromEntries(
    spans.map((it) => [it.name, it.attributes]),
  );
  assertEquals(attributes["GET /items/:id"], {
    ...plugin,
    "http.request.method": "GET",
    "http.route": "/items/:id",
  });
  assertEquals(attributes["action second"], {
    ...plugin,
    "code.function.name": "second",
    "dockstat.action.index": 1,
  });
  assertEquals(spans.map((it) => it.status.code), [0, 0, 0]);
});

Deno.test("a span says what its action threw", async () => {
  await using plugins = await openPlugins(SOURCE);
  await using sdk = register();
  await plugins.ask("/breaks", { method: "POST" }).catch(() => {});
  const spans = sdk.exporter.getFinishedSpans();
  assertEquals(
    spans.map((it) => [it.name, it.attributes["error.type"], it.status.code]),
    [
      ["action breaks", "RangeError", 2],
      ["POST /breaks", "ACTION_FAILED", 2],
    ],
  );
  assertEquals(spans[0]!.events[0]!.attributes?.["exception.message"], "boom");
  for (const { events } of spans) {
    const stack = String(events[0]!.attributes?.["exception.stacktrace"]);
    assertEquals(/blob:null|data:/.test(stack), false, stack);
  }
  assertMatch(
    String(spans[0]!.events[0]!.attributes?.["exception.stacktrace"]),
    /RangeError: boom\n +at \S*breaks \(?plugin-1@1\.0\.0:\d+:\d+/,
  );
});

Deno.test("each hook of an event has a span", async () => {
  await using plugins = await openPlugins([SOURCE, SOURCE]);
  await using sdk = register();
  await plugins.handler.emit("onContainerStart", {});
  const spans = sdk.exporter.getFinishedSpans();
  assertEquals(tree(spans), [
    "hook container:started",
    "hook container:started",
  ]);
});

Deno.test("loading and installing have spans of their own", async () => {
  await using sdk = register();
  await using handler = new PluginHandler(":memory:");
  const { id } = handler.savePlugin({
    name: "traced",
    version: "1.0.0",
    repository: "https://example.com",
    manifest: "https://example.com/manifest.json",
    author: { name: "A" },
    plugin: "export default { config: {} };",
  });
  await handler.loadPlugin(id!);
  await handler.installFromManifestLink("ftp://example.com/m.json");
  const spans = sdk.exporter.getFinishedSpans();
  assertEquals(tree(spans), ["install", "load traced"]);
  assertEquals(spans.map(({ attributes }) => attributes), [
    {
      "dockstat.plugin.id": id,
      "dockstat.plugin.name": "traced",
      "dockstat.plugin.version": "1.0.0",
    },
    {
      "url.full": "ftp://example.com/m.json",
      "error.type": "HOST_NOT_ALLOWED",
    },
  ]);
  assertEquals(spans.at(-1)?.status.code, SpanStatusCode.ERROR);
});
