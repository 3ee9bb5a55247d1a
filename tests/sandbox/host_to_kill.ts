/**
 * A host with one sandboxed plugin, to be killed: prints the numbers of its
 * processes, and keeps the plugin waiting or looping, or its store busy.
 *
 * @module
 */
import type { SystemConfinement } from "../../src/sandbox/mod.ts";
import { childProcesses } from "./both_ways.ts";
import { pluginWith, SandboxedPlugin } from "./sandboxed_plugin.ts";

const [action, confinement] = Deno.args;
const plugin = new SandboxedPlugin(
  pluginWith(`wait: () => new Promise(() => {}), loop: () => { for (;;); },
    query: ({ table }) => {
      const list = JSON.stringify(Array.from({ length: 9_999 }, (_, i) => i));
      return table.whereRaw(
        "id IN (SELECT a.value FROM json_each(?) a, json_each(?) b, json_each(?) c)",
        [list, list, list],
      ).all();
    }`),
  { confinement: confinement as SystemConfinement, actionTimeoutMs: 0 },
);
await plugin.call("ok");
const answer = plugin.call(action!);
console.log((await childProcesses()).join(" "));
await answer;
