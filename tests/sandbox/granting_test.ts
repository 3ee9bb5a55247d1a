/**
 * What isolated plugins may do: nothing that is not both asked for by their
 * manifest and granted.
 *
 * @module
 */
import { PluginHandler } from "@dockstat/plugin-handler";
import { assert, assertEquals } from "@std/assert";
import { actionsSource, rowOf } from "../handler/plugins.ts";
import { installed, Market, storedVersion } from "../management/market.ts";

const READER = actionsSource({
  read: `async ({ query }) => {
    try {
      return await Deno.readTextFile(query.get("path"));
    } catch (error) {
      return error.name;
    }
  }`,
  streams: `({ logger }) => new Response(new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(1)),
  }))`,
  pid: "() => Deno.pid",
});

function ask(handler: PluginHandler, path: string): Promise<unknown> {
  const request = new Request(`http://localhost${path}`);
  return handler.handleRoute(1, path, request);
}

/** A file that a plugin wants to read. */
async function withSecret(
  check: (file: string) => Promise<void>,
): Promise<void> {
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, "secret");
    await check(file);
  } finally {
    await Deno.remove(file);
  }
}

/** A handler with a plugin whose manifest asks for this much. */
async function asking(permissions: object): Promise<PluginHandler> {
  const options = { isolation: "process", cleanupTimeoutMs: 30_000 } as const;
  const handler = new PluginHandler(":memory:", options);
  const row = { ...rowOf("reader", READER), permissions };
  assert(handler.savePlugin(row).success);
  await handler.loadPlugin(1);
  return handler;
}

Deno.test("a plugin may do nothing without both manifest and grant", async () => {
  await withSecret(async (file) => {
    await using asks = await asking({ read: [file] });
    assertEquals(await ask(asks, `/read?path=${file}`), "NotCapable");
    await using silent = await asking({});
    silent.grantPermissions(1, { read: [file] });
    assertEquals(await ask(silent, `/read?path=${file}`), "NotCapable");
  });
});

Deno.test("grantPermissions() takes effect at once, and revokePermissions() takes it away", async () => {
  await withSecret(async (file) => {
    await using handler = await asking({ read: [file] });
    const before = await ask(handler, "/pid");
    handler.grantPermissions(1, { read: true });
    assertEquals(await ask(handler, `/read?path=${file}`), "secret");
    assertEquals(await ask(handler, "/read?path=/etc/hostname"), "NotCapable");
    const between = await ask(handler, "/pid");
    handler.revokePermissions(1);
    assertEquals(await ask(handler, `/read?path=${file}`), "NotCapable");
    const pids = [before, between, await ask(handler, "/pid")];
    assertEquals(new Set(pids).size, 3);
  });
});

Deno.test("revokePermissions() does not wait for a response that streams for ever", async () => {
  await withSecret(async (file) => {
    await using handler = await asking({ read: [file] });
    handler.grantPermissions(1, { read: [file] });
    const response = await ask(handler, "/streams") as Response;
    const reader = response.body!.getReader();
    await reader.read();
    handler.revokePermissions(1);
    assertEquals(await ask(handler, `/read?path=${file}`), "NotCapable");
    await reader.cancel().catch(() => {});
  });
});

Deno.test("a plugin that asks for more after an update stays on the old version until it is granted", async () => {
  await withSecret(async (file) => {
    await using market = new Market();
    await using handler = new PluginHandler(":memory:", {
      isolation: "process",
    });
    const id = await installed(handler, market.offer("a", { plugin: READER }));
    const more = {
      version: "2.0.0",
      plugin: `${READER}\n`,
      permissions: { read: [file] },
    };
    market.offer("a", more);
    assertEquals((await handler.updateFromManifestLink(id)).success, false);
    assertEquals(storedVersion(handler, id), "1.0.0");
    assertEquals(await ask(handler, `/read?path=${file}`), "NotCapable");
    handler.grantPermissions(id, { read: [file] });
    assert((await handler.updateFromManifestLink(id)).success);
    assertEquals(await ask(handler, `/read?path=${file}`), "secret");
  });
});
