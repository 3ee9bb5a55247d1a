import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  actionsSource,
  assertOnlyNeighbour,
  get,
  save,
  withNeighbour,
} from "./plugins.ts";

Deno.test("a promise that a plugin leaves to reject is laid to the plugin", {
  permissions: "none",
}, async () => {
  await using handler = await withNeighbour();
  const source = actionsSource({
    float: `() => { Promise.reject(new Error("floating")); }`,
    fine: `() => "fine"`,
  });
  const id = save(handler, "floats", source);
  await handler.loadPlugin(id);

  await handler.handleRoute(id, "/float", get());
  await new Promise((resolve) => setTimeout(resolve));

  assertStringIncludes(String(handler.getHealth(id).lastError), "floating");
  assertEquals(await handler.handleRoute(id, "/fine", get()), "fine");
  handler.unloadPlugin(id);
  await assertOnlyNeighbour(handler, { stored: ["neighbour", "floats"] });
});
