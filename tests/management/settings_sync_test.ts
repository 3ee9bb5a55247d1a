/** What one agent sets reaches another that runs the plugin from the same file. */
import { assertEquals } from "@std/assert";
import {
  PluginHandler,
  type PluginHandlerOptions,
} from "@dockstat/plugin-handler";
import { waitFor } from "../wait_for.ts";
import { ask, rowOf } from "./market.ts";

const OLD_KEY = new Uint8Array(32).fill(1);
const KEY = new Uint8Array(32).fill(2);

const CODE = `
  const told = [];
  export default {
    config: {
      settings: {
        size: { type: "number", default: 1 },
        label: { type: "string" },
        token: { type: "secret" },
      },
      actions: {
        settings: ({ settings }) => JSON.parse(JSON.stringify(settings)),
        told: () => told,
        env: () => {
          try { return Deno.env.get("SYNCED") ?? "unset"; } catch { return "refused"; }
        },
      },
      apiRoutes: Object.fromEntries(["settings", "told", "env"]
        .map((name) => ["/" + name, { method: "GET", actions: [name] }])),
    },
    events: { "settings:changed": ({ changed }) => { told.push(changed.sort()); } },
  };`;

/** Two agents on one file, of which the first has loaded the plugin. */
class TwoAgents implements AsyncDisposable {
  readonly folder = Deno.makeTempDirSync();
  readonly first: PluginHandler;
  readonly second: PluginHandler;

  constructor(options: PluginHandlerOptions) {
    const file = `${this.folder}/agent.db`;
    this.first = new PluginHandler(file, { secretsKey: KEY, ...options });
    this.second = new PluginHandler(file, { secretsKey: KEY });
  }

  async load(): Promise<number> {
    const { id } = await this.first.installPlugin({
      ...rowOf("synced", CODE),
      description: "Is set by two agents",
      permissions: { env: ["SYNCED"] },
    });
    await this.first.loadAllPlugins();
    // Settings are known to whoever loads the plugin.
    await this.second.loadAllPlugins();
    return id!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.second.close();
    await this.first.close();
    await Deno.remove(this.folder, { recursive: true });
  }
}

const NOTHING = {
  reloaded: [],
  unloaded: [],
  configured: [],
  restarted: [],
  errors: [],
};

for (const isolation of ["inline", "process"] as const) {
  Deno.test(`syncFromStore() hands on settings that another agent changed, ${isolation}`, async () => {
    await using agents = new TwoAgents({ isolation });
    const { first, second } = agents;
    const id = await agents.load();
    assertEquals(await ask(first, id, "/settings"), { size: 1 });
    assertEquals(await first.syncFromStore(), NOTHING);

    await second.setSettings(id, { size: 2, label: "x", token: "s3cret" });
    assertEquals(await ask(first, id, "/settings"), { size: 1 });
    const synced = await first.syncFromStore();
    assertEquals(synced, { ...NOTHING, configured: [id] });
    const all = { size: 2, label: "x", token: "s3cret" };
    assertEquals(await ask(first, id, "/settings"), all);

    await second.setSettings(id, { label: null });
    assertEquals((await first.syncFromStore()).configured, [id]);
    const { label: _, ...rest } = all;
    assertEquals(await ask(first, id, "/settings"), rest);
    assertEquals(await ask(first, id, "/told"), [
      ["label", "size", "token"],
      ["label"],
    ]);
    assertEquals(await first.syncFromStore(), NOTHING);
  });
}

Deno.test("syncFromStore() takes for no news what the agent itself set", async () => {
  await using agents = new TwoAgents({});
  const id = await agents.load();
  await agents.first.setSettings(id, { size: 5 });
  assertEquals(await agents.first.syncFromStore(), NOTHING);
  await agents.second.setSettings(id, { size: 6 });
  assertEquals((await agents.first.syncFromStore()).configured, [id]);
});

Deno.test("syncFromStore() takes for no news a secret that was encrypted anew", async () => {
  await using agents = new TwoAgents({
    secretsKey: OLD_KEY,
    previousSecretsKeys: [KEY],
  });
  const { first, second } = agents;
  const id = await agents.load();
  await second.setSettings(id, { token: "s3cret" });
  assertEquals((await first.syncFromStore()).configured, [id]);
  assertEquals(await ask(first, id, "/settings"), { size: 1, token: "s3cret" });
  assertEquals(await first.syncFromStore(), NOTHING);
});

Deno.test("syncFromStore() tells which plugin's settings cannot be read", async () => {
  await using agents = new TwoAgents({ secretsKey: OLD_KEY });
  const { first, second } = agents;
  const id = await agents.load();
  await second.setSettings(id, { token: "s3cret" });
  for (let times = 0; times < 2; times++) {
    const { errors, configured } = await first.syncFromStore();
    assertEquals(configured, []);
    assertEquals(errors.map(({ pluginId }) => pluginId), [id]);
  }
  assertEquals(await ask(first, id, "/settings"), { size: 1 });
});

Deno.test("syncFromStore() starts a process anew where another agent changed its permissions", async () => {
  Deno.env.set("SYNCED", "yes");
  await using agents = new TwoAgents({ isolation: "process" });
  const { first, second } = agents;
  const id = await agents.load();
  assertEquals(await ask(first, id, "/env"), "refused");
  second.grantPermissions(id, { env: ["SYNCED"] });
  const synced = await first.syncFromStore();
  assertEquals(synced, { ...NOTHING, restarted: [id] });
  assertEquals(await ask(first, id, "/env"), "yes");
  assertEquals(await first.syncFromStore(), NOTHING);
  second.revokePermissions(id);
  assertEquals((await first.syncFromStore()).restarted, [id]);
  assertEquals(await ask(first, id, "/env"), "refused");
});

Deno.test("followStoreMs tells a plugin that others changed its settings", async () => {
  await using agents = new TwoAgents({ followStoreMs: 50 });
  const { first, second } = agents;
  const id = await agents.load();
  await second.setSettings(id, { size: 9 });
  await waitFor("the plugin is told", async () => {
    const told = await ask(first, id, "/told") as unknown[];
    return told.length > 0;
  });
  assertEquals(await ask(first, id, "/told"), [["size"]]);
  assertEquals(await ask(first, id, "/settings"), { size: 9 });
});
