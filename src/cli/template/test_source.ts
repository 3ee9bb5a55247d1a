/**
 * The test of a new plugin.
 *
 * @module
 */

/** The text of the file. */
export function testSource(): string {
  return `import {
  fakeContainer,
  startTestHandler,
} from "@dockstat/plugin-handler/testing";
import { assertEquals } from "@std/assert";

const plugin = new URL("./plugin.ts", import.meta.url);

Deno.test("the plugin writes down which containers start", async () => {
  await using test = await startTestHandler({ plugin });
  await test.emit("container:started", fakeContainer({ name: "db" }));

  const response = await test.request("/entries?limit=1");
  assertEquals(response.status, 200);
  const [entry] = await response.json();
  assertEquals([entry.event, entry.container], ["started", "db"]);
});

Deno.test("the plugin keeps as many entries as it is set to", async () => {
  await using test = await startTestHandler({ plugin, settings: { kept: 2 } });
  for (const name of ["a", "b", "c"]) {
    await test.emit("container:started", fakeContainer({ name }));
  }
  assertEquals((await test.runSchedule("prune")).ok, true);
  assertEquals(test.table.count(), 2);
});
`;
}
