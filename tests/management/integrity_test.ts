import { assertEquals, assertRejects } from "@std/assert";
import { PluginError, PluginHandler } from "@dockstat/plugin-handler";
import { DatabaseSync } from "node:sqlite";
import { digestOf } from "../../src/shared/digest.ts";
import {
  ask,
  inMemory,
  installed,
  Market,
  rowOf,
  versionSource,
} from "./market.ts";

Deno.test("a changed byte in the row is not run, and getStatus() says modified", async () => {
  using database = new DatabaseSync(":memory:");
  await using handler = new PluginHandler(database);
  handler.savePlugin(rowOf("a", versionSource("1.0.0")));
  assertEquals(handler.getStatus().signatures, { 1: "unsigned" });
  database.exec(
    "UPDATE plugins SET plugin = replace(plugin, '1.0.0', '6.6.6')",
  );
  const error = await assertRejects(() => handler.loadPlugin(1), PluginError);
  assertEquals(error.code, "INTEGRITY_MISMATCH");
  assertEquals(handler.getStatus().signatures, { 1: "modified" });
  assertEquals(handler.getHealth(1).state, "failed");

  handler.savePlugin(rowOf("a", versionSource("1.0.1")), true);
  await handler.loadPlugin(1);
  assertEquals(handler.getStatus().signatures, { 1: "unsigned" });
});

Deno.test("a bundle swapped under unchanged metadata is refused", async () => {
  await using market = new Market();
  await using handler = inMemory();
  const code = versionSource("1.0.0");
  market.serve("a.js", code);
  const offer = { plugin: undefined, bundle: "a.js" };
  const url = market.offer("a", { ...offer, integrity: digestOf(code) });
  const id = await installed(handler, url);
  market.serve("a.js", versionSource("evil"));
  market.offer("a", { ...offer, integrity: digestOf(code), tags: ["new"] });
  const pinned = await handler.updateFromManifestLink(id);
  assertEquals(pinned.cause?.code, "INTEGRITY_MISMATCH");
  market.offer("a", offer);
  const unpinned = await handler.updateFromManifestLink(id);
  assertEquals(unpinned.cause?.code, "INTEGRITY_MISMATCH");
  assertEquals(await ask(handler, id, "/version"), "1.0.0");
});

Deno.test("secrets in a URL reach neither the audit log nor the result", async () => {
  await using handler = inMemory();
  const secret = "http://user:hunter2@127.0.0.1:9/a.json?token=hunter3";
  const result = await handler.installFromManifestLink(secret);
  assertEquals(result.success, false);
  const text = JSON.stringify([result, handler.getAudit()]);
  assertEquals(/hunter/.exec(text), null);
});
