import { assert, assertEquals, assertRejects } from "@std/assert";
import { ActionError, PluginError } from "../../src/shared/errors.ts";
import { Sandbox } from "../../src/sandbox/host/sandbox.ts";
import { pluginWith, SandboxedPlugin } from "./sandboxed_plugin.ts";
import { waitFor } from "../wait_for.ts";

Deno.test("ProcessRunner.activate() gives a definition whose functions call across", async () => {
  const code = pluginWith("echo: ({ body }) => body") +
    `\nglobalThis.started = true;`;
  await using plugin = new SandboxedPlugin(code);
  const definition = await plugin.runner.activate();
  assertEquals([definition.name, definition.id], ["guest", 7]);
  const echo = definition.config!.actions!.echo as (c: unknown) => unknown;
  assertEquals(await echo({ body: { a: 1 } }), { a: 1 });
  assertEquals("started" in globalThis, false);
});

for (
  const [what, code, expected] of [
    ["does not parse", "export default {", "LOAD_FAILED"],
    ["throws", "throw new Error('no')", "LOAD_FAILED"],
    ["is no plugin", "export default 5", "INVALID_PLUGIN"],
    ["never ends", "await new Promise(() => {})", "LOAD_TIMEOUT"],
    ["loops", "for (;;);", "LOAD_TIMEOUT"],
    ["exits", "Deno.exit(5)", "SANDBOX_CRASHED"],
    [
      "fails in init()",
      "export default { name: 'guest', version: '1.0.0', init() { throw 1 } }",
      "LOAD_FAILED",
    ],
  ] as const
) {
  Deno.test(`ProcessRunner.activate() refuses code that ${what}`, async () => {
    const loadTimeoutMs = expected === "LOAD_TIMEOUT" ? 500 : 60_000;
    await using plugin = new SandboxedPlugin(code, { loadTimeoutMs });
    const error = await assertRejects(
      () => plugin.runner.activate(),
      PluginError,
    );
    assertEquals([error.code, error.pluginId], [expected, 7]);
    assertEquals(plugin.runner.pid, undefined);
  });
}

Deno.test("ProcessRunner stops an idle process, and starts another one", async () => {
  const code = pluginWith("count: () => globalThis.n = (globalThis.n ?? 0) + 1")
    .replace(
      "config:",
      `init() { console.log("init") }, cleanup() { console.log("bye") }, config:`,
    );
  await using plugin = new SandboxedPlugin(code, { idleMs: 30 });
  await plugin.call("count");
  await waitFor("the process ends", () => plugin.runner.pid === undefined);
  assertEquals(plugin.logs, ["info: init", "info: bye"]);
  assertEquals(await plugin.call("count"), 1);
});

Deno.test("ProcessRunner.dispose() lets calls under way finish when draining", async () => {
  const plugin = new SandboxedPlugin(pluginWith(
    `slow: async ({ logger }) => { logger.info("at it"); await new Promise((r) => setTimeout(r, 50)); return "done" }`,
  ));
  const answer = plugin.call("slow");
  await waitFor("a line is logged", () => plugin.logs.length > 0);
  await plugin.runner.dispose({ drain: true });
  assertEquals(await answer, "done");
  await plugin[Symbol.asyncDispose]();
});

Deno.test("ProcessRunner.dispose() fails calls under way otherwise", async () => {
  const plugin = new SandboxedPlugin(pluginWith(
    `hang: ({ logger }) => { logger.info("at it"); return new Promise(() => {}) }`,
  ));
  const answer = plugin.call("hang").catch((error) => error.code);
  await waitFor("a line is logged", () => plugin.logs.length > 0);
  await plugin[Symbol.asyncDispose]();
  assertEquals(await answer, "PLUGIN_NOT_LOADED");
  const later = await plugin.call("ok").catch((error) => error.code);
  assertEquals(later, "PLUGIN_NOT_LOADED");
});

Deno.test("ProcessRunner.dispose() works while the process starts", async () => {
  const plugin = new SandboxedPlugin("await new Promise(() => {})");
  const activation = plugin.runner.activate().catch((error) => error.code);
  await plugin[Symbol.asyncDispose]();
  assertEquals(await activation, "PLUGIN_NOT_LOADED");
});

Deno.test("Sandbox lets more plugins than processes take turns", async () => {
  const sandbox = new Sandbox({ maxProcesses: 2 });
  const plugins = Array.from({ length: 5 }, (_, index) =>
    new SandboxedPlugin(
      pluginWith(
        "slow: async () => { await new Promise((r) => setTimeout(r, 5)); return 1 }",
      )
        .replaceAll("guest_rows", `rows_${index}`),
      { sandbox, name: `guest-${index}` },
    ));
  let most = 0;
  const watch = setInterval(() => {
    const running = plugins.filter(({ runner }) => runner.pid !== undefined);
    most = Math.max(most, running.length);
  }, 1);
  const answers = await Promise.all(
    plugins.flatMap((plugin) => [1, 2, 3].map(() => plugin.call("slow"))),
  );
  clearInterval(watch);
  assertEquals(answers.length, 15);
  assert(most <= 2, `${most} processes`);
  for (const plugin of plugins) await plugin[Symbol.asyncDispose]();
  assertEquals(sandbox.slots.size, 0);
});

Deno.test("ProcessRunner gives a plugin what it is granted, and no more", async () => {
  const file = await Deno.makeTempFile();
  Deno.env.set("DOCKSTAT_GRANTED", "yes");
  Deno.env.set("DOCKSTAT_SECRET", "no");
  await using plugin = new SandboxedPlugin(
    pluginWith(`
      env: ({ body }) => Deno.env.get(body),
      read: ({ body }) => Deno.readTextFileSync(body)`),
    { permissions: () => ({ env: ["DOCKSTAT_GRANTED"], read: [file] }) },
  );
  assertEquals(await plugin.call("env", { body: "DOCKSTAT_GRANTED" }), "yes");
  assertEquals(await plugin.call("read", { body: file }), "");
  const refusals = [
    plugin.call("env", { body: "DOCKSTAT_SECRET" }),
    plugin.call("read", { body: "/etc/passwd" }),
  ];
  for (const refusal of refusals) {
    await assertRejects(() => refusal, ActionError);
  }
  Deno.env.delete("DOCKSTAT_GRANTED");
  Deno.env.delete("DOCKSTAT_SECRET");
  await Deno.remove(file);
});

Deno.test("ProcessRunner.restart() takes changed permissions to a new process", async () => {
  let granted = {};
  await using plugin = new SandboxedPlugin(
    pluginWith(
      `state: async () => (await Deno.permissions.query({ name: "sys" })).state`,
    ),
    { permissions: () => granted },
  );
  const before = await plugin.call("state");
  granted = { sys: true };
  await plugin.runner.restart();
  assertEquals([before, await plugin.call("state")], ["prompt", "granted"]);
});
