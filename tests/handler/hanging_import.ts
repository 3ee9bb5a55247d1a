/**
 * Loads a plugin whose top-level await never ends, and says what is left of it.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { PluginError, PluginHandler } from "@dockstat/plugin-handler";
import { assertEquals, assertRejects } from "@std/assert";
import {
  assertOnlyNeighbour,
  notesSource,
  save,
  tablesOf,
  withNeighbour,
} from "./plugins.ts";

using db = new DatabaseSync(":memory:");
const handler = await withNeighbour({}, db);
const impatient = new PluginHandler(db, { loadTimeoutMs: 150 });
const source = `await new Promise(() => {}); ${notesSource()}`;
const id = save(handler, "bad", source);
const tables = tablesOf(db);

const error = await assertRejects(
  () => impatient.loadPlugin(id),
  PluginError,
);

assertEquals(tablesOf(db), tables);
assertEquals(impatient.getLoadedPlugins(), []);
await assertOnlyNeighbour(handler, { stored: ["neighbour", "bad"] });
console.log(`${error.code}, nothing is left`);
// Else Deno complains of the await when it is done with everything else.
Deno.exit();
