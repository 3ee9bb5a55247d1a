import { assertEquals, assertRejects } from "@std/assert";
import { PluginError } from "../../src/shared/errors.ts";
import { describePlugin } from "../../src/sandbox/host/describe_plugin.ts";
import { Sandbox } from "../../src/sandbox/host/sandbox.ts";

const sandbox = new Sandbox();

function describe(code: string, loadTimeoutMs = 60_000) {
  const plugin = { id: 4, name: "told", version: "1.0.0" };
  return describePlugin({ ...plugin, code, language: "javascript" }, {
    sandbox,
    loadTimeoutMs,
  });
}

Deno.test("describePlugin() tells routes, actions, events and warnings", async () => {
  const told = await describe(`globalThis.ran = true;
    export default { name: "told", version: "1.0.0",
      config: { actions: { a() {} }, apiRoutes: { "x": { method: "GET", actions: ["a", "none"] } } },
      events: { onContainerStart() {} }, init() { Deno.exit(1) } }`);
  assertEquals(told.routes[0]!.path, "/x");
  assertEquals([told.actions, told.events], [["a"], ["onContainerStart"]]);
  assertEquals(told.warnings.length, 1);
  assertEquals("ran" in globalThis, false);
  assertEquals(sandbox.slots.size, 0);
});

Deno.test("describePlugin() refuses what tells nonsense about itself", async () => {
  // The plugin breaks what its own process describes it with.
  const error = await assertRejects(
    () =>
      describe(`const keys = Object.keys;
        Object.keys = (o) => o && "a" in o ? ["a", 5, "__proto__"] : keys(o);
        export default { name: "told", version: "1.0.0", config: { actions: { a: 1 } } }`),
    PluginError,
  );
  assertEquals(error.code, "INVALID_PLUGIN");
});

Deno.test("describePlugin() gives up on code that never ends", async () => {
  const error = await assertRejects(
    () => describe("for (;;);", 300),
    PluginError,
  );
  assertEquals(error.code, "LOAD_TIMEOUT");
  assertEquals(sandbox.slots.size, 0);
});
