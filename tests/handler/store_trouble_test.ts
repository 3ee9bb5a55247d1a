/**
 * A database that does not answer for a while, as when another process holds
 * its lock: nothing is lost by it, and no call ends otherwise than it did.
 */
import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { FakeTime } from "@std/testing/time";
import { PluginError, PluginHandler } from "@dockstat/plugin-handler";
import { DB } from "@dockstat/plugin-handler/sqlite";
import { save } from "./plugins.ts";

const COUNT = 12;
const CODE = `export default {
  config: {
    apiRoutes: { "/answer": { method: "GET", actions: ["answer"] } },
    actions: { answer: () => "answered" },
  },
  events: {
    onContainerStart: () => {},
    onContainerStop: () => { throw new Error("on purpose"); },
  },
};`;

/** A handler over a file whose readers wait for its writers, and one of those. */
interface Shared extends AsyncDisposable {
  readonly handler: PluginHandler;
  /** Holds the lock while it does something. */
  locked<R>(act: () => Promise<R>): Promise<R>;
}

async function openShared(
  activation: "eager" | "lazy",
  plugins = COUNT,
): Promise<Shared> {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/agent.db`;
  {
    await using first = new PluginHandler(path);
    for (let index = 0; index < plugins; index++) {
      save(first, `plugin-${index}`, CODE);
    }
    await first.loadAllPlugins();
  }
  const db = new DB(path, {
    pragmas: [["journal_mode", "DELETE"]],
    busyTimeoutMs: 1,
  });
  const handler = new PluginHandler(db, { activation, quarantineAfter: 2 });
  await handler.loadAllPlugins();
  const other = new DatabaseSync(path);
  return {
    handler,
    async locked(act) {
      other.exec("BEGIN EXCLUSIVE");
      try {
        return await act();
      } finally {
        other.exec("COMMIT");
      }
    },
    async [Symbol.asyncDispose]() {
      await handler.close();
      db.close();
      other.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

Deno.test("emit() tells which plugins it could not reach, and reaches them later", async () => {
  await using shared = await openShared("lazy");
  const { handler } = shared;
  const { delivered, failed } = await shared.locked(() =>
    handler.emit("onContainerStart", {})
  );
  assertEquals([delivered, failed.length], [0, COUNT]);
  for (const { error } of failed) assertEquals(error.code, "STORE_FAILED");

  assertEquals(await handler.emit("onContainerStart", {}), {
    delivered: COUNT,
    failed: [],
  });
  assertEquals(handler.getHookHandlers().size, COUNT);
});

Deno.test("getHookHandlers() throws where it cannot tell all hooks", async () => {
  await using shared = await openShared("lazy");
  const { handler } = shared;
  const error = await shared.locked(() =>
    Promise.try(() => handler.getHookHandlers()).then(
      () => undefined,
      (it) => it,
    )
  );
  assert(error instanceof PluginError);
  assertEquals(error.code, "STORE_FAILED");
  assertEquals(handler.getHookHandlers().size, COUNT);
});

Deno.test("a hook that fails has failed itself, also where it cannot be set aside", async () => {
  await using shared = await openShared("eager", 1);
  const { handler } = shared;
  await shared.locked(async () => {
    for (let time = 0; time < 4; time++) {
      const { failed } = await handler.emit("onContainerStop", {});
      assertEquals(failed[0]!.error.code, "ACTION_FAILED");
    }
  });
  assertEquals(handler.getHealth(1).state, "degraded");
  // The next failures ask for it anew.
  for (let time = 0; time < 2; time++) {
    await handler.emit("onContainerStop", {});
  }
  assertEquals(handler.getHealth(1).state, "quarantined");
});

Deno.test("a plugin that was set aside is tried again once the database answers", async () => {
  using time = new FakeTime();
  await using shared = await openShared("eager", 1);
  const { handler } = shared;
  for (let count = 0; count < 2; count++) {
    await handler.emit("onContainerStop", {});
  }
  assertEquals(handler.getHealth(1).state, "quarantined");
  await shared.locked(() => time.tickAsync(30_000));
  assertEquals(handler.getHealth(1).state, "quarantined");
  await time.tickAsync(120_000);
  for (let turn = 0; turn < 100 && !handler.getLoadedPlugins().length; turn++) {
    await time.runMicrotasks();
    await new Promise<void>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => (port1.close(), resolve());
      port2.postMessage(0);
    });
  }
  assertEquals(handler.getLoadedPlugins().length, 1);
});

Deno.test("a call that goes well is answered, also where that cannot be noted", async () => {
  await using shared = await openShared("eager", 1);
  const { handler } = shared;
  for (let count = 0; count < 2; count++) {
    await handler.emit("onContainerStop", {});
  }
  handler.enablePlugin(1);
  await handler.loadPlugin(1);
  const request = () =>
    handler.handleRoute(1, "/answer", new Request("http://localhost/answer"));
  await shared.locked(async () => {
    assertEquals(await request(), "answered");
    assertEquals(await handler.emit("onContainerStart", {}), {
      delivered: 1,
      failed: [],
    });
  });
  assertEquals(await request(), "answered");
});
