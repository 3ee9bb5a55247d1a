import { assert, assertEquals, assertObjectMatch } from "@std/assert";
import { PluginHandler } from "../../mod.ts";
import { connectDocker } from "../../src/docker/mod.ts";
import { engineTest } from "./real_engine.ts";
import { startRegistry } from "./tiny_registry.ts";

/** One call of a hook. */
interface Call {
  readonly hook: string;
  readonly payload: Record<string, unknown>;
}

/** What happens to a container or an image, as both dialects call it. */
const HOOKS = {
  onContainerCreate: "container:created",
  onContainerStart: "container:started",
  onContainerStop: "container:stopped",
  onContainerRestart: "container:restarted",
  onContainerPause: "container:paused",
  onContainerUnpause: "container:unpaused",
  onContainerDie: "container:died",
  onContainerKill: "container:killed",
  onContainerRename: "container:renamed",
  onContainerRemove: "container:removed",
  onImagePull: "image:pulled",
  onImageRemove: "image:removed",
};

/** Saves a plugin whose route answers with the calls of its hooks, after the last. */
function savePlugin(
  handler: PluginHandler,
  hooks: readonly string[],
  last: string,
): number {
  const repository = "https://example.com/recorder";
  const { id } = handler.savePlugin({
    ...{ name: `recorder-of-${last.replace(/\W/, "-")}`, version: "1.0.0" },
    ...{ repository, manifest: `${repository}/manifest.json` },
    ...{ author: { name: "Test" }, tags: [], repoType: "local" },
    plugin: `
      const calls = [];
      const { promise, resolve } = Promise.withResolvers();
      const record = (hook) => (payload, { logger }) => {
        calls.push({ hook, payload: structuredClone({ ...payload }) });
        logger.debug(hook);
        if (hook === ${JSON.stringify(last)}) resolve(calls);
      };
      export default {
        config: {
          apiRoutes: { "/calls": { method: "GET", actions: ["calls"] } },
          actions: { calls: () => promise },
        },
        events: Object.fromEntries(
          ${JSON.stringify(hooks)}.map((hook) => [hook, record(hook)])),
      };`,
  });
  return id!;
}

/** Runs something on an engine that a handler with a plugin of each dialect listens to. */
async function callsOf(
  host: string,
  last: keyof typeof HOOKS,
  run: () => Promise<void>,
): Promise<[camel: Call[], colon: Call[]]> {
  await using handler = new PluginHandler(":memory:");
  const ids = [
    savePlugin(handler, Object.keys(HOOKS), last),
    savePlugin(handler, Object.values(HOOKS), HOOKS[last]),
  ];
  assertEquals((await handler.loadPlugins(ids)).successes, ids);
  await using connection = connectDocker(handler, { engines: [{ host }] });
  await connection.ready;
  await run();
  const [camel, colon] = await Promise.all(ids.map(async (id) => {
    const request = new Request("http://localhost/calls");
    return await handler.handleRoute(id, "/calls", request) as Call[];
  }));
  return [camel!, colon!];
}

const hooksOf = (calls: Call[]) => calls.map(({ hook }) => hook);

engineTest(
  "a real engine's container events reach the hooks of a real handler once, in order, in both dialects",
  async (engine) => {
    let id = "";
    const [camel, colon] = await callsOf(
      engine.host,
      "onContainerRemove",
      async () => {
        const command = ["-l", "app=web", "tiny:1", "/bin/sleep", "1000"];
        id = await engine.run("web", ...command);
        await engine.docker("pause", "web");
        await engine.docker("unpause", "web");
        await engine.docker("restart", "-t", "0", "web");
        await engine.docker("stop", "-t", "0", "web");
        await engine.docker("start", "web");
        await engine.docker("kill", "web");
        await engine.docker("rename", "web", "front");
        await engine.docker("rm", "front");
      },
    );
    // How many signals a stop takes depends on how soon the process ends.
    assertEquals(
      hooksOf(camel).filter((hook) => hook !== "onContainerKill").map((hook) =>
        hook.replace("onContainer", "")
      ),
      [
        ...["Create", "Start", "Pause", "Unpause", "Restart", "Die", "Stop"],
        ...["Start", "Die", "Rename", "Remove"],
      ],
    );
    assertEquals(
      colon,
      camel.map(({ hook, payload }) => ({
        hook: HOOKS[hook as keyof typeof HOOKS],
        payload,
      })),
    );
    const times = camel.map(({ payload }) => payload.timeNano);
    assertEquals(new Set(times).size, times.length);
    for (const { payload } of camel) {
      const own = { id, hostId: 1, clientId: 1, image: "tiny:1", ports: [] };
      assertObjectMatch(payload, { ...own, labels: { app: "web" } });
    }
    assertEquals(statesOf(camel), [
      ...["Create created", "Start running", "Pause paused"],
      ...["Unpause running", "Restart running", "Die exited", "Stop exited"],
      ...["Start running", "Die exited", "Rename exited", "Remove exited"],
    ]);
    const last = (hook: string) =>
      camel.findLast((call) => call.hook === hook)!.payload;
    assert(last("onContainerStart").networkSettings);
    assertEquals(last("onContainerDie").exitCode, 137);
    const renamed = { name: "front", oldName: "web" };
    assertObjectMatch(last("onContainerRename"), renamed);
    assertEquals(last("onContainerRemove").name, "front");
  },
);

function statesOf(calls: Call[]): string[] {
  return calls.filter(({ hook }) => hook !== "onContainerKill").map((
    { hook, payload },
  ) => `${hook.replace("onContainer", "")} ${payload.state}`);
}

engineTest(
  "a real engine's pulled and removed image reaches the hooks of a real handler",
  async (engine) => {
    await using registry = await startRegistry();
    const image = `${registry.address}/tiny:1`;
    const [camel, colon] = await callsOf(
      engine.host,
      "onImageRemove",
      async () => {
        await engine.docker("pull", image);
        await engine.docker("rmi", image);
      },
    );
    assertEquals(hooksOf(camel), ["onImagePull", "onImageRemove"]);
    assertEquals(hooksOf(colon), ["image:pulled", "image:removed"]);
    assertObjectMatch(camel[0]!.payload, {
      ...{ id: image, name: image, action: "pull", hostId: 1, clientId: 1 },
    });
    assert(String(camel[1]!.payload.id).startsWith("sha256:"));
  },
);
