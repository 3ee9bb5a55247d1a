import { assertEquals, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { AuditLog, SqlitePluginRepository } from "../../src/store/mod.ts";
import { DB } from "../../src/sqlite/mod.ts";

const ENTRY = {
  actor: "ada",
  action: "save",
  pluginId: 1,
  plugin: "a",
  url: null,
  digestBefore: null,
  digestAfter: null,
  outcome: "done",
  detail: null,
} as const;

function withLog(
  options: ConstructorParameters<typeof AuditLog>[1],
  run: (log: AuditLog, handle: DatabaseSync) => void,
): void {
  using handle = new DatabaseSync(":memory:");
  const { driver } = DB.from(handle);
  new SqlitePluginRepository(driver);
  run(new AuditLog(driver, options), handle);
}

Deno.test("append() drops the oldest entries when there are too many", () =>
  withLog({ maxEntries: 10 }, (log) => {
    for (let at = 0; at < 25; at++) log.append({ ...ENTRY, detail: `${at}` });
    const details = log.list().map(({ detail }) => Number(detail));
    assertEquals(details, [24, 23, 22, 21, 20, 19, 18, 17, 16, 15]);
  }));

Deno.test("append() drops entries that are too old", () =>
  withLog({ maxAgeMs: 60_000 }, (log, handle) => {
    const insert = handle.prepare(`INSERT INTO plugin_handler_audit
      (at, actor, action, plugin, outcome) VALUES (?, 'a', 'save', 'a', 'done')`);
    const now = Date.now();
    for (const age of [120_000, 61_000, 1_000]) insert.run(BigInt(now - age));
    log.append(ENTRY);
    assertEquals(log.list().map(({ id }) => id), [4, 3]);
  }));

Deno.test("append() catches up when the bound was lowered", () =>
  withLog({}, (log, handle) => {
    for (let at = 0; at < 60; at++) log.append(ENTRY);
    const lower = new AuditLog(DB.from(handle).driver, { maxEntries: 5 });
    for (let at = 0; at < 10; at++) lower.append(ENTRY);
    assertEquals(lower.list().length, 5);
  }));

Deno.test("entries cannot be changed, not even with SQL", () =>
  withLog({}, (log, handle) => {
    log.append(ENTRY);
    assertThrows(
      () => handle.exec("UPDATE plugin_handler_audit SET actor = 'eve'"),
      Error,
      "only ever appended to",
    );
    assertEquals(log.list()[0]!.actor, "ada");
  }));

Deno.test("ids are never given again", () =>
  withLog({}, (log, handle) => {
    log.append(ENTRY);
    handle.exec("DELETE FROM plugin_handler_audit");
    log.append(ENTRY);
    assertEquals(log.list()[0]!.id, 2);
  }));
