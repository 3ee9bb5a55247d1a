import { assert, assertEquals, assertThrows } from "@std/assert";
import { PluginError, PluginHandler } from "@dockstat/plugin-handler";
import { DatabaseSync } from "node:sqlite";
import { digestOf } from "../../src/shared/digest.ts";
import {
  auditOf,
  inMemory,
  installed,
  Market,
  rowOf,
  versionSource,
} from "./market.ts";

Deno.test("getAudit() tells who did what, from where, and what the code was before and after", async () => {
  await using market = new Market();
  await using handler = inMemory({ actor: "agent-1" });
  const before = Date.now();
  const url = market.offer("a");
  const id = await installed(handler, url, { load: false });
  market.offer("a", { version: "2.0.0" });
  await handler.updateFromManifestLink(id, undefined, { actor: "ada" });
  const [update, install] = handler.getAudit();
  const digests = ["1.0.0", "2.0.0"].map((it) => digestOf(versionSource(it)));
  assert(install!.at >= before && update!.at <= Date.now());
  assertEquals({ ...install, at: 0 }, {
    id: 1,
    at: 0,
    actor: "agent-1",
    action: "install",
    pluginId: id,
    plugin: "a",
    url,
    digestBefore: null,
    digestAfter: digests[0]!,
    outcome: "done",
    detail: "1.0.0",
  });
  assertEquals({ ...update, at: 0 }, {
    id: 2,
    at: 0,
    actor: "ada",
    action: "update",
    pluginId: id,
    plugin: "a",
    url,
    digestBefore: digests[0]!,
    digestAfter: digests[1]!,
    outcome: "done",
    detail: "1.0.0 → 2.0.0",
  });
});

Deno.test("getAudit() notes every decision, and what was refused", async () => {
  await using handler = inMemory();
  handler.savePlugin(rowOf("a", versionSource("1.0.0")));
  handler.savePlugin({ name: "b" } as ReturnType<typeof rowOf>);
  handler.disablePlugin(1, "noisy", { actor: "ada" });
  handler.enablePlugin(1);
  handler.pinPlugin(1, "^1");
  handler.deletePlugin(1);
  assertEquals(auditOf(handler), [
    "save done",
    "save refused",
    "disable done",
    "enable done",
    "pin done",
    "delete done",
  ]);
  const disable = handler.getAudit().at(-3)!;
  assertEquals([disable.actor, disable.detail], ["ada", "noisy"]);
});

Deno.test("getAudit() narrows by plugin, moment and number", async () => {
  await using handler = inMemory();
  handler.savePlugin(rowOf("a", versionSource("1.0.0")));
  handler.savePlugin(rowOf("b", versionSource("1.0.0")));
  handler.disablePlugin(1);
  const names = (query: Parameters<typeof handler.getAudit>[0]) =>
    handler.getAudit(query).map(({ action, plugin }) => `${action} ${plugin}`);
  assertEquals(names({ pluginId: 1 }), ["disable a", "save a"]);
  assertEquals(names({ limit: 1 }), ["disable a"]);
  assertEquals(names({ limit: 0 }), []);
  assertEquals(names({ limit: Infinity, since: new Date(0) }).length, 3);
  assertEquals(names({ since: Date.now() + 60_000 }), []);
  assertEquals(names({ since: 0.5, pluginId: 2 }), ["save b"]);
  for (const query of [{ since: NaN }, { limit: -1 }, { limit: NaN }]) {
    const error = assertThrows(() => handler.getAudit(query), PluginError);
    assertEquals(error.code, "INVALID_REQUEST");
  }
});

Deno.test("an operation and its audit entry are stored together or not at all", async () => {
  using database = new DatabaseSync(":memory:");
  await using handler = new PluginHandler(database);
  handler.savePlugin(rowOf("a", versionSource("1.0.0")));
  database.exec(`CREATE TRIGGER full BEFORE INSERT ON plugin_handler_audit
    BEGIN SELECT RAISE(ABORT, 'disk full'); END`);
  assertEquals(handler.disablePlugin(1).success, false);
  assertEquals(handler.deletePlugin(1).success, false);
  const next = rowOf("a", versionSource("2.0.0"), { version: "2.0.0" });
  assertEquals(handler.savePlugin(next, true).success, false);
  assertEquals(handler.getHealth(1).state, "registered");
  assertEquals(handler.getAll()[0]!.version, "1.0.0");
  assertEquals(handler.listVersions(1), []);
});
