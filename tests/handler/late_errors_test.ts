import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  actionsSource,
  assertOnlyNeighbour,
  get,
  save,
  withNeighbour,
} from "./plugins.ts";
import { waitFor } from "../wait_for.ts";

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
  await waitFor("a late error", () => handler.getHealth(id).lateErrors > 0);

  assertStringIncludes(String(handler.getHealth(id).lastError), "floating");
  assertEquals(await handler.handleRoute(id, "/fine", get()), "fine");
  handler.unloadPlugin(id);
  await assertOnlyNeighbour(handler, { stored: ["neighbour", "floats"] });
});
