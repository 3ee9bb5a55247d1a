/**
 * A host that treats plugins as the original does: it takes the map of hooks
 * once, calls them without waiting, and asks for the hooks of plugins that are
 * gone. It prints what became of as many events as its first argument says.
 *
 * @module
 */
import { PluginHandler } from "@dockstat/plugin-handler";

const events = Number(Deno.args[0]);

const COUNTING = `export default {
  config: { table: { name: "NAME", columns: { id: { type: "INTEGER", primaryKey: true }, container: { type: "TEXT" } } } },
  events: { onContainerStart: (container, { table }) => { table.insert({ container: container.id }); } },
};`;

const hooked = (hook: string) =>
  `export default { events: { onContainerStart: ${hook} } };`;

const SOURCES: Readonly<Record<string, string>> = {
  throws: hooked(`() => { throw new Error("thrown"); }`),
  before: COUNTING.replace("NAME", "before_rows"),
  rejects: hooked(`async () => { throw "rejected"; }`),
  hangs: hooked(`() => new Promise(() => {})`),
  late: hooked(`() => { setTimeout(() => { throw "late"; }); }`),
  deleted: hooked(`async ({ container, table }) => container.id`),
  reloaded: COUNTING.replace("NAME", "reloaded_rows"),
  after: COUNTING.replace("NAME", "after_rows"),
};

const handler = new PluginHandler(":memory:", { actionTimeoutMs: 200 });
const ids: Record<string, number> = {};
for (const [name, plugin] of Object.entries(SOURCES)) {
  ids[name] = handler.savePlugin({
    name,
    version: "1.0.0",
    repository: "https://github.com/user/plugin",
    manifest: "https://github.com/user/plugin/manifest.json",
    author: { name: "Developer" },
    plugin,
  }).id!;
}
await handler.loadAllPlugins();

const hooks = handler.getHookHandlers();
let thrown = 0;

function containerStarted(container: { id: string }): void {
  for (const [pluginId, events] of hooks) {
    const serverHooks = handler.getServerHooks(pluginId);
    try {
      // The original asks for nothing here.
      events.onContainerStart!({
        container: container as never,
        logger: serverHooks?.logger,
        table: serverHooks?.table,
      });
    } catch {
      thrown++;
    }
  }
}

for (let event = 0; event < events; event++) {
  containerStarted({ id: `${event}` });
  if (event === Math.floor(events / 2)) handler.deletePlugin(ids.deleted!);
  if (event % 500 === 250) handler.reloadPlugin(ids.reloaded!);
  if (event % 100 === 99) await new Promise((done) => setTimeout(done));
}
await new Promise((done) => setTimeout(done, 300));

const rows = (name: string) =>
  handler.getServerHooks(ids[name]!).table!.count();
console.log(JSON.stringify({
  thrown: thrown > 0,
  before: rows("before"),
  reloaded: rows("reloaded"),
  after: rows("after"),
  loaded: handler.getLoadedPlugins().includes(ids.after!),
}));
await handler.close();
