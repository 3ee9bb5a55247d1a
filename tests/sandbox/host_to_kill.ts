/**
 * A host with one sandboxed plugin, to be killed: prints the plugin's process
 * number, and keeps it waiting or looping.
 *
 * @module
 */
import type { SystemConfinement } from "../../src/sandbox/mod.ts";
import { pluginWith, SandboxedPlugin } from "./sandboxed_plugin.ts";

const [action, confinement] = Deno.args;
const plugin = new SandboxedPlugin(
  pluginWith(`wait: () => new Promise(() => {}), loop: () => { for (;;); }`),
  { confinement: confinement as SystemConfinement, actionTimeoutMs: 0 },
);
await plugin.call("ok");
const answer = plugin.call(action!);
console.log(plugin.runner.pid);
await answer;
