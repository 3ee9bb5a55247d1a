/**
 * For the tests of plugins: a handler in memory with the plugin loaded,
 * payloads of the true shapes, and a Docker Engine that replays a recording.
 *
 * @example What a hook writes down
 * ```ts
 * import { fakeContainer, startTestHandler } from "@dockstat/plugin-handler/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * const plugin = `${folder}/plugin.js`;
 * await Deno.writeTextFile(plugin, `export default { events: {
 *   "container:started": ({ name }, { logger }) => logger.info(name),
 * } };`);
 *
 * await using test = await startTestHandler({ plugin });
 * await test.emit("container:started", fakeContainer({ name: "db" }));
 * assertEquals(test.logs.at(-1)?.message, "db");
 * ```
 *
 * @module
 */
export {
  fakeContainer,
  fakeContainerMetrics,
  fakeContainerStats,
  fakeHost,
  fakeHostMetrics,
  fakeImage,
} from "./fake_payloads.ts";
export type { RecordedContainer } from "./recorded_containers.ts";
export {
  RecordedEngine,
  type RecordedEngineOptions,
  startRecordedEngine,
} from "./recorded_engine.ts";
export type { RecordedEvents } from "./recorded_events.ts";
export {
  startTestHandler,
  type TestClock,
  type TestEvent,
  TestHandler,
  type TestHandlerOptions,
  type TestParts,
} from "./start_test_handler.ts";
export type { TestLogLine } from "./test_logs.ts";
