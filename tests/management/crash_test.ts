import { PluginHandler } from "@dockstat/plugin-handler";
import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { hasMood, RestlessMarket, tableSource } from "./crash_market.ts";
import { ask, rowOf, tell } from "./market.ts";

const KILLS = Number(Deno.env.get("CRASH_KILLS") ?? 30);
const PLUGINS = ["p0", "p1", "p2", "p3"];
const NOTES = Array.from({ length: 50 }, (_, at) => ({
  text: `note ${at}`,
  mood: `mood ${at}`,
}));
/** The longest that an agent lives once it runs. */
const LIFETIME_MS = 120;

/** Stores the plugins in their first version, each with its notes. */
async function setUp(path: string, market: RestlessMarket): Promise<void> {
  await using handler = new PluginHandler(path);
  for (const name of PLUGINS) {
    const { id } = handler.savePlugin({
      ...rowOf(name, tableSource(name, "1.0.0")),
      manifest: market.url(name),
    });
    await handler.loadPlugin(id!);
    for (const note of NOTES) await tell(handler, id!, ["/add", note]);
  }
}

/** Lets an agent update for a while, and gives the versions it had reached. */
async function killAtRandom(path: string): Promise<Map<string, string>> {
  const agent = new URL("crash_agent.ts", import.meta.url).href;
  await using child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", agent, path],
    stdout: "piped",
  }).spawn();
  const reached = new Map<string, string>();
  const lines = child.stdout.pipeThrough(new TextDecoderStream());
  let [rest, isRunning] = ["", false];
  for await (const chunk of lines) {
    const complete = (rest + chunk).split("\n");
    rest = complete.pop()!;
    for (const line of complete) {
      const [name, version] = line.split(" ");
      if (version !== undefined) reached.set(name!, version);
      else if (line === "ready") {
        isRunning = true;
        setTimeout(() => child.kill("SIGKILL"), Math.random() * LIFETIME_MS);
      }
    }
  }
  const { signal } = await child.status;
  assertEquals([isRunning, signal], [true, "SIGKILL"]);
  return reached;
}

function checkFile(path: string): void {
  using database = new DatabaseSync(path);
  const check = database.prepare("PRAGMA integrity_check").all();
  assertEquals(check, [{ integrity_check: "ok" }]);
}

/** Checks that every plugin is whole, at one of two versions, with its data. */
async function checkPlugins(
  path: string,
  versions: { reached: Map<string, string>; newest: Map<string, string> },
): Promise<void> {
  await using handler = new PluginHandler(path);
  assertEquals((await handler.loadAllPlugins()).errors, []);
  for (const { id, name, version } of handler.getAll()) {
    const { reached, newest } = versions;
    const allowed = [reached.get(name), newest.get(name)];
    assert(allowed.includes(version), `${name} is at ${version}: ${allowed}`);
    assertEquals(await ask(handler, id, "/version"), version);
    const notes = NOTES.map(({ text, mood }, at) =>
      hasMood(version) ? { id: at + 1, text, mood } : { id: at + 1, text }
    );
    assertEquals(await ask(handler, id, "/list"), notes);
    assert(handler.listVersions(id).length <= 5);
    reached.set(name, version);
  }
}

Deno.test(`updates survive ${KILLS} kills at random moments`, async () => {
  const directory = await Deno.makeTempDir();
  try {
    const path = `${directory}/agent.db`;
    await using market = new RestlessMarket();
    await setUp(path, market);
    const reached = new Map(PLUGINS.map((name) => [name, "1.0.0"]));
    for (let kill = 0; kill < KILLS; kill++) {
      for (const [name, version] of await killAtRandom(path)) {
        reached.set(name, version);
      }
      checkFile(path);
      await checkPlugins(path, { reached, newest: market.newest });
    }
    assert([...reached.values()].some((version) => version !== "1.0.0"));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
