import { assertEquals, assertStrictEquals } from "@std/assert";
import * as store from "../../src/sqlite/mod.ts";

Deno.test("store/mod.ts exports exactly the names of the original", () => {
  assertEquals(Object.keys(store).sort(), [
    "DB",
    "QueryBuilder",
    "SQLiteFunctions",
    "SQLiteKeywords",
    "SQLiteTypes",
    "column",
    "default",
    "defaultExpr",
    "sql",
  ]);
});

Deno.test("store/mod.ts exports DB by name and by default", () => {
  assertStrictEquals(store.default, store.DB);
});
