import { assert, assertEquals } from "@std/assert";
import {
  ask,
  inMemory,
  installed,
  Market,
  notesSource,
  tell,
} from "./market.ts";

Deno.test("a plugin in a process of its own is updated, given back and rolled back as an inline one", async () => {
  await using market = new Market();
  await using handler = inMemory({ isolation: "process" });
  const offer = (version: string, columns: string, rest = "") =>
    market.offer("a", { version, plugin: notesSource(columns, { rest }) });
  const id = await installed(
    handler,
    offer("1.0.0", `text: { type: "TEXT" },`),
  );
  await tell(handler, id, ["/add", { text: "mine" }]);

  offer("2.0.0", `stars: { type: "INTEGER", default: 3 },`);
  assert((await handler.updateFromManifestLink(id)).success);
  assertEquals(await ask(handler, id, "/list"), [{ id: 1, stars: 3 }]);

  offer("3.0.0", "", "init() { throw new Error('no') }");
  assertEquals((await handler.updateFromManifestLink(id)).success, false);
  assertEquals(await ask(handler, id, "/list"), [{ id: 1, stars: 3 }]);

  assert((await handler.rollbackPlugin(id, "1.0.0")).success);
  assertEquals(await ask(handler, id, "/list"), [{ id: 1, text: "mine" }]);
});
