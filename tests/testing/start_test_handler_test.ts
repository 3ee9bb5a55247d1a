import {
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { configureSync, getLogger, resetSync } from "@logtape/logtape";
import { PluginError } from "@dockstat/plugin-handler";
import {
  fakeContainer,
  startTestHandler,
} from "@dockstat/plugin-handler/testing";

const plugin = new URL("./sample_plugin.ts", import.meta.url);

for (const isolation of ["inline", "process"] as const) {
  Deno.test(`startTestHandler() runs routes, hooks and schedules, ${isolation}`, async () => {
    await using test = await startTestHandler({
      plugin,
      isolation,
      settings: { greeting: "Moin" },
      events: [{
        event: "container:started",
        payload: fakeContainer({ name: "early" }),
      }],
    });
    await test.emit("container:started", fakeContainer({ name: "db" }));
    const saved = await test.request("/save", { json: { text: "mine" } });
    assertEquals(saved.status, 200);
    const notes = await (await test.request("/notes")).json();
    assertEquals(notes, [{ text: "early" }, { text: "db" }, { text: "mine" }]);
    assertEquals(await (await test.request("/greet")).text(), "Moin");
    await test.set({ greeting: "Servus" });
    assertEquals(await (await test.request("/greet")).text(), "Servus");
    assertEquals((await test.runSchedule("tick")).ok, true);
    assertEquals(
      test.logs.filter(({ plugin }) => plugin).map(({ message }) => message),
      ["ticked"],
    );
  });
}

Deno.test("startTestHandler() names the author's lines in what failed", async () => {
  await using test = await startTestHandler({ plugin });
  const response = await test.request("/fail");
  assertEquals(response.status, 500);
  assertStringIncludes(JSON.stringify(await response.json()), "on purpose");
});

Deno.test("startTestHandler() moves schedules by its clock", async () => {
  await using test = await startTestHandler({
    plugin,
    clock: "2026-01-01T00:00:00Z",
  });
  assertEquals(test.table.count(), 0);
  await test.clock.tickAsync(3_600_000 * 1.5);
  await test.clock.runMicrotasks();
  assertEquals(test.table.count(), 1);
  const row = test.table.select(["text"]).first() as { text: string };
  assertStringIncludes(row.text, "2026-01-01T0");
});

Deno.test("startTestHandler() leaves time and logs as they were", async () => {
  const lines: string[] = [];
  configureSync({
    sinks: { mine: ({ message }) => void lines.push(message.join("")) },
    loggers: [{ category: ["mine"], sinks: ["mine"] }],
    reset: true,
  });
  try {
    const { Date: before } = globalThis;
    {
      await using one = await startTestHandler({ plugin, clock: 0 });
      await using two = await startTestHandler({ plugin });
      getLogger(["mine"]).info("during");
      assertEquals(one.handler === two.handler, false);
      assertThrows(() => two.clock, PluginError, "the option clock");
    }
    getLogger(["mine"]).info("after");
    assertEquals(globalThis.Date, before);
    assertEquals(lines, ["during", "after"]);
  } finally {
    resetSync();
  }
});

Deno.test("startTestHandler() rejects what keeps a plugin from being loaded", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const broken = `${folder}/plugin.js`;
    await Deno.writeTextFile(broken, "export default 7;");
    const error = await assertRejects(
      () => startTestHandler({ plugin: broken }),
      PluginError,
    );
    assertEquals(error.code, "INVALID_PLUGIN");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("startTestHandler() rejects settings that the plugin does not take", async () => {
  const error = await assertRejects(
    () => startTestHandler({ plugin, settings: { greeting: 7 } }),
    PluginError,
  );
  assertEquals(error.code, "VALIDATION_FAILED");
});
