import { assert, assertEquals, assertMatch } from "@std/assert";
import { PluginHandler, type SandboxOptions } from "@dockstat/plugin-handler";
import { waitFor } from "../wait_for.ts";

const CODE = `export default { config: {
  apiRoutes: { "/answer": { method: "GET", actions: ["answer"] } },
  actions: { answer: async () => {
    try { await Deno.connect({ hostname: "127.0.0.1", port: 1 }); return "reached"; }
    catch (error) { return String(error.cause ?? error); }
  } },
} };`;

function open(sandbox: SandboxOptions = {}): PluginHandler {
  const handler = new PluginHandler(":memory:", {
    isolation: "process",
    sandbox: { confinement: "none", idleMs: 0, ...sandbox },
  });
  for (const name of ["first", "second", "third"]) {
    handler.savePlugin({
      name,
      version: "1.0.0",
      repository: "https://example.com/r",
      manifest: "https://example.com/m.json",
      author: {},
      plugin: CODE,
      ...name === "third" ? { permissions: { net: ["127.0.0.1:1"] } } : {},
    });
  }
  return handler;
}

async function answer(handler: PluginHandler, id: number): Promise<string> {
  return String(
    await handler.handleRoute(
      id,
      "/answer",
      new Request("http://localhost/answer"),
    ),
  );
}

/** The processes that this one has started, by number. */
function children(): number[] {
  return [...Deno.readDirSync("/proc")].flatMap(({ name }) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = Deno.readTextFileSync(`/proc/${name}/stat`);
      const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return Number(parent) === Deno.pid && state !== "Z" ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

function without(all: readonly number[], known: readonly number[]): number[] {
  return all.filter((pid) => !known.includes(pid));
}

/** Loads the first plugin; gives the process that waits for the next. */
async function loadFirst(handler: PluginHandler): Promise<number> {
  const others = children();
  await handler.loadPlugin(1);
  const started = await waitFor("a spare process", () => {
    const started = without(children(), others);
    return started.length === 2 ? started : undefined;
  });
  return Math.max(...started!);
}

Deno.test({
  name: "a process that was started ahead runs the next plugin",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const others = children();
    const handler = open();
    const spare = await loadFirst(handler);
    const before = children();
    await handler.loadPlugin(2);
    assertMatch(await answer(handler, 2), /--allow-net/);
    const started = await waitFor("the next spare process", () => {
      const started = without(children(), before);
      return started.length > 0 ? started : undefined;
    });
    assertEquals(started!.length, 1);
    assertEquals(await handler.unloadPlugin(2), true);
    await waitFor("its end", () => !children().includes(spare));
    await handler.close();
    assertEquals(without(children(), others), []);
  },
});

Deno.test({
  name: "a plugin with permissions does not run in one that has none",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using handler = open();
    const spare = await loadFirst(handler);
    handler.grantPermissions(3, { net: ["127.0.0.1:1"] });
    await handler.loadPlugin(3);
    // The connection is refused, and not by Deno.
    assertMatch(await answer(handler, 3), /refused/);
    assert(children().includes(spare));
    assertMatch(await answer(handler, 1), /--allow-net/);
  },
});

Deno.test({
  name: "a process that was started ahead and has ended is missed by nobody",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using handler = open();
    const spare = await loadFirst(handler);
    Deno.kill(spare, "SIGKILL");
    await waitFor("its end", () => !children().includes(spare));
    await handler.loadPlugin(2);
    assertMatch(await answer(handler, 2), /--allow-net/);
  },
});

Deno.test({
  name: "sandbox.spare 0 starts nothing ahead",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const others = children();
    await using handler = open({ spare: 0 });
    await handler.loadPlugins([1, 2]);
    assertEquals(without(children(), others).length, 2);
  },
});

Deno.test("a host ends by itself beside a process that was started ahead", async () => {
  const root = new URL("../../", import.meta.url);
  const code = `import { PluginHandler } from "@dockstat/plugin-handler";
    const handler = new PluginHandler(":memory:", {
      isolation: "process", sandbox: { confinement: "none", idleMs: 1 },
    });
    handler.savePlugin({ name: "first", version: "1.0.0", repository: "r",
      manifest: "https://example.com/m.json", author: {},
      plugin: "export default { config: {} }" });
    const { errors } = await handler.loadPlugins([1]);
    if (errors.length > 0) throw errors[0].cause;
    console.log("loaded");`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", code],
    cwd: root,
  }).output();
  const decoder = new TextDecoder();
  assertEquals(decoder.decode(stdout), "loaded\n", decoder.decode(stderr));
});
