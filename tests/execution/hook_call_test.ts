import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { DB } from "../../src/sqlite/mod.ts";
import type { EventHandler } from "../../src/plugin/plugin.ts";
import { compileHook } from "../../src/execution/call_hook.ts";

const logger = { error() {}, warn() {}, info() {}, debug() {} };

/** Calls a hook and gives what it returns. */
// deno-lint-ignore no-explicit-any
function call(hook: (first: any, second: any) => unknown, payload?: unknown) {
  const run = compileHook(hook as EventHandler, {
    logger,
    table: () => null,
    settings: {},
    emit() {},
    tables: {},
  });
  return run(payload);
}

Deno.test("compileHook() calls hooks of both shapes", () => {
  const payload = { id: "abc" };
  const first = call(
    (container, { logger, table }) => [container.id, logger, table],
    payload,
  );
  const second = call(
    ({ container, logger, table }) => [container.id, logger, table],
    payload,
  );
  assertEquals(first, ["abc", logger, null]);
  assertEquals(second, first);
});

Deno.test("compileHook() keeps the three names out of sight", () => {
  const payload = { id: "abc", labels: { a: "b" } };
  const seen = call((first) => ({
    json: JSON.stringify(first),
    keys: Object.keys(first),
    spread: { ...first },
    container: JSON.stringify(first.container),
    own: Object.hasOwn(first, "logger"),
    clone: structuredClone(first),
  }), payload);
  assertEquals(seen, {
    json: JSON.stringify(payload),
    keys: ["id", "labels"],
    spread: payload,
    container: JSON.stringify(payload),
    own: false,
    clone: payload,
  });
});

Deno.test("compileHook() lets the payload's own properties win", () => {
  const payload = { container: "mine", logger: "too", table: 0 };
  const seen = call(
    (
      { container, logger, table },
      context,
    ) => [container, logger, table, context.logger],
    payload,
  );
  assertEquals(seen, ["mine", "too", 0, logger]);
});

Deno.test("compileHook() gives each hook a payload of its own", () => {
  const payload = { name: "a" };
  call((first) => first.name = "changed", payload);
  call((first) => first.container = "changed", payload);
  assertEquals(payload, { name: "a" });
});

Deno.test("compileHook() answers without a payload", () => {
  for (const nothing of [undefined, null]) {
    assertEquals(call((first) => JSON.stringify(first), nothing), "{}");
    assertEquals(call(({ logger }) => logger, nothing), logger);
  }
});

Deno.test("compileHook() passes other payloads as they are", () => {
  for (const payload of ["text", 7, true, 1n, [1, 2], new Date(0), new Map()]) {
    assertStrictEquals(call((first) => first, payload), payload);
  }
});

Deno.test("compileHook() keeps the prototype of an instance", () => {
  class Started {
    constructor(readonly id: string) {}
    get short(): string {
      return this.id.slice(0, 2);
    }
  }
  const payload = new Started("abc");
  assertEquals(
    call((first) => [first.short, first instanceof Started], payload),
    [
      "ab",
      true,
    ],
  );
  assertEquals(
    call(({ container, logger: it }) => [container.id, it], payload),
    [
      "abc",
      logger,
    ],
  );
  assertEquals(call((first) => JSON.stringify(first), payload), '{"id":"abc"}');
});

Deno.test("compileHook() takes a payload without prototype", () => {
  const payload = Object.assign(Object.create(null), { id: "abc" });
  assertEquals(call(({ container }) => container.id, payload), "abc");
});

Deno.test("compileHook() makes a payload's __proto__ a property", () => {
  const payload = JSON.parse('{"__proto__":{"admin":true},"id":1}');
  const seen = call((first) => [first.admin, JSON.stringify(first)], payload);
  assertEquals(seen, [undefined, '{"__proto__":{"admin":true},"id":1}']);
});

Deno.test("compileHook() hands out a fresh builder each time", () => {
  using db = new DB(":memory:");
  db.createTable("t", { id: { type: "INTEGER" } });
  const tables: unknown[] = [];
  const run = compileHook(
    ((first, { table }) => tables.push(first.table, table)) as EventHandler,
    {
      logger,
      table: () => db.table("t"),
      settings: {},
      tables: {},
      emit() {},
    },
  );
  run({});
  run({});
  assertEquals(new Set(tables).size, 4);
  assert(tables.every((it) => it !== null));
});

Deno.test("compileHook() gives the container to hooks that want no more", () => {
  const payloads = [[1], new Date(0), new Map(), Object.create(null)];
  for (const payload of payloads) {
    assertStrictEquals(call(({ container }) => container, payload), payload);
  }
  assertEquals(call(({ container: it }) => it, { container: 7 }), 7);
});
