import PluginHandler, {
  type LifecycleEvent,
  type LifecycleEventName,
  PluginError,
  type PluginHandlerOptions,
} from "@dockstat/plugin-handler";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { DatabaseSync } from "node:sqlite";
import { save } from "../handler/plugins.ts";

const NEWS: readonly LifecycleEventName[] = [
  "plugin:quarantined",
  "plugin:recovered",
  "plugin:failed",
  "plugin:loaded",
  "plugin:unloaded",
  "plugin:enabled",
];

/** A handler whose time is ours, and what it said. */
class Patient implements AsyncDisposable {
  readonly time = new FakeTime();
  readonly handler: PluginHandler;
  readonly news: string[] = [];

  constructor(
    options: PluginHandlerOptions = {},
    db: DatabaseSync | string = ":memory:",
  ) {
    this.handler = new PluginHandler(db, options);
    for (const name of NEWS) {
      this.handler.on(name, (it) => {
        const { name: plugin } = it as LifecycleEvent;
        this.news.push(`${name.slice("plugin:".length)} ${plugin}`);
      });
    }
  }

  /** Lets time pass, until something is said of it where that is expected. */
  async pass(ms: number, news?: string): Promise<void> {
    const before = this.news.length;
    await this.time.tickAsync(ms);
    const end = performance.now() + 30_000;
    // Importing is nothing that a clock could be turned forward for.
    while (news !== undefined && !this.news.slice(before).includes(news)) {
      assert(performance.now() < end, `nothing is said: ${news}`);
      await turn();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.handler.close();
    this.time.restore();
  }
}

/** A turn of the event loop, which takes no time of the clock. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = () => {
      port1.close();
      resolve();
    };
    port1.postMessage(undefined);
  });
}

/** Fails in its hook while the host says so, and answers requests all along. */
const MOODY = `export default {
  config: {
    actions: { ok: () => "fine" },
    apiRoutes: { "/ok": { method: "GET", actions: ["ok"] } },
  },
  events: { tick() { if (globalThis.breakerFails) throw new Error("moody"); } },
};`;

function fails(does: boolean): void {
  Reflect.set(globalThis, "breakerFails", does);
}

async function emitTimes(handler: PluginHandler, times: number) {
  for (let i = 0; i < times; i++) await handler.emit("tick");
}

async function answer(handler: PluginHandler, name: string) {
  const response = await handler.fetch(
    new Request(`http://host/plugins/${name}/routes/ok`),
  );
  const body = await response.text();
  const code = response.ok ? body : JSON.parse(body).code;
  return [response.status, code, response.headers.get("retry-after")];
}

Deno.test("a hook that fails event after event opens the circuit, and closes it once it works", async () => {
  await using patient = new Patient({ quarantineAfter: 3 });
  const { handler, news } = patient;
  const id = save(handler, "moody", MOODY);
  await handler.loadPlugin(id);
  news.length = 0;
  fails(true);
  await emitTimes(handler, 3);
  const { state, retryAt, reason } = handler.getHealth(id);
  assertEquals([state, retryAt], ["quarantined", Date.now() + 5_000]);
  assert(reason?.includes("moody"));
  assertEquals(await answer(handler, "moody"), [
    503,
    "PLUGIN_QUARANTINED",
    "5",
  ]);
  assertEquals(news, ["unloaded moody", "quarantined moody"]);

  await patient.pass(5_000, "loaded moody");
  assertEquals(handler.getHealth(id).state, "degraded");
  assertEquals(await answer(handler, "moody"), [200, "fine", null]);
  await emitTimes(handler, 1);
  assertEquals(handler.getHealth(id).state, "quarantined");
  assertEquals(handler.getHealth(id).retryAt, Date.now() + 10_000);

  await patient.pass(10_000, "loaded moody");
  fails(false);
  await emitTimes(handler, 1);
  assertEquals(news.slice(2), [
    "loaded moody",
    "unloaded moody",
    "quarantined moody",
    "loaded moody",
    "recovered moody",
  ]);
  fails(true);
  await emitTimes(handler, 2);
  assertEquals(handler.getLoadedPlugins(), [id]);
  await emitTimes(handler, 1);
  assertEquals(handler.getHealth(id).retryAt, Date.now() + 5_000);
});

Deno.test("a plugin that holds for as long as it rested has recovered", async () => {
  await using patient = new Patient({ quarantineAfter: 1 });
  const { handler, news } = patient;
  const id = save(handler, "moody", MOODY);
  await handler.loadPlugin(id);
  fails(true);
  await emitTimes(handler, 1);
  await patient.pass(5_000, "loaded moody");
  await patient.pass(4_000);
  assertEquals(news.at(-1), "loaded moody");
  await patient.pass(1_000);
  assertEquals(news.at(-1), "recovered moody");
  const { retryAt } = handler.getHealth(id);
  assertEquals(retryAt, undefined);
});

Deno.test("loads that fail open the circuit, and one that works closes it", async () => {
  await using patient = new Patient({ quarantineAfter: 2 });
  const { handler, news } = patient;
  const id = save(
    handler,
    "late",
    `if (globalThis.breakerFails) throw new Error("not yet"); ${MOODY}`,
  );
  fails(true);
  await assertRejects(() => handler.loadPlugin(id), PluginError, "not yet");
  const { state, lastError } = handler.getHealth(id);
  assertEquals(state, "failed");
  assert(lastError?.includes("not yet"));
  assertEquals((await answer(handler, "late")).slice(0, 2), [
    500,
    "LOAD_FAILED",
  ]);
  await assertRejects(() => handler.loadPlugin(id), PluginError, "not yet");
  assertEquals(await handler.loadAllPlugins(), {
    successes: [],
    errors: [],
    skipped: [{
      pluginId: id,
      reason: `quarantined: ${handler.getHealth(id).lastError}`,
    }],
  });
  const error = await assertRejects(() => handler.loadPlugin(id), PluginError);
  assertEquals([error.code, error.retryAfterMs], ["PLUGIN_QUARANTINED", 5_000]);

  await patient.pass(5_000, "quarantined late");
  assertEquals(handler.getHealth(id).retryAt, Date.now() + 10_000);
  fails(false);
  await patient.pass(10_000, "recovered late");
  assertEquals(news, [
    "failed late",
    "failed late",
    "quarantined late",
    "failed late",
    "quarantined late",
    "loaded late",
    "recovered late",
  ]);
  assertEquals(handler.getHealth(id).state, "active");
});

Deno.test("enablePlugin() closes the circuit at once", async () => {
  await using patient = new Patient({ quarantineAfter: 1 });
  const { handler } = patient;
  const id = save(handler, "moody", MOODY);
  await handler.loadPlugin(id);
  fails(true);
  await emitTimes(handler, 1);
  assert(handler.enablePlugin(id).success);
  assertEquals(handler.getHealth(id).state, "registered");
  await handler.loadPlugin(id);
  assertEquals(handler.getHealth(id).state, "active");
  await patient.pass(60_000);
  assertEquals(handler.getLoadedPlugins(), [id]);
  await emitTimes(handler, 1);
  assertEquals(handler.getHealth(id).retryAt, Date.now() + 5_000);
});

for (const what of ["disabled", "deleted", "updated"] as const) {
  Deno.test(`a quarantined plugin that was ${what} is not tried again`, async () => {
    await using patient = new Patient({ quarantineAfter: 1 });
    const { handler, news } = patient;
    const id = save(handler, "moody", MOODY);
    await handler.loadPlugin(id);
    fails(true);
    await emitTimes(handler, 1);
    if (what === "disabled") handler.disablePlugin(id);
    else if (what === "deleted") handler.deletePlugin(id);
    else {
      const row = { name: "moody", version: "2.0.0", repository: "r" };
      const more = { manifest: "m", author: {}, plugin: MOODY };
      assert(handler.savePlugin({ ...row, ...more }, true).success);
      assertEquals(handler.getHealth(id).state, "registered");
    }
    await patient.pass(60_000);
    assertEquals(news.filter((it) => it.startsWith("loaded")).length, 1);
  });
}

for (const activation of ["eager", "lazy"] as const) {
  Deno.test(`a restart tries a quarantined plugin first, ${activation}`, async () => {
    using db = new DatabaseSync(":memory:");
    let id: number;
    {
      await using patient = new Patient({ quarantineAfter: 1 }, db);
      id = save(patient.handler, "moody", MOODY);
      await patient.handler.loadPlugin(id);
      fails(true);
      await emitTimes(patient.handler, 1);
    }
    const options = { quarantineAfter: 5, activation };
    await using patient = new Patient(options, db);
    const { handler, news } = patient;
    const { state, lastError, lastErrorAt } = handler.getHealth(id);
    assertEquals(state, "quarantined");
    assert(lastError?.includes("moody"));
    assertEquals(typeof lastErrorAt, "number");
    assertEquals((await handler.loadAllPlugins()).successes, [id]);
    assertEquals(handler.getHealth(id).state, "degraded");
    await emitTimes(handler, 1);
    assertEquals(handler.getHealth(id).retryAt, Date.now() + 10_000);
    assertEquals((await handler.loadAllPlugins()).skipped.length, 1);
    fails(false);
    await patient.pass(10_000, "loaded moody");
    await emitTimes(handler, 1);
    assertEquals(news.at(-1), "recovered moody");
  });
}

Deno.test("a host that ends during a trial goes on with it", async () => {
  using db = new DatabaseSync(":memory:");
  {
    await using patient = new Patient({ quarantineAfter: 1 }, db);
    const id = save(patient.handler, "moody", MOODY);
    await patient.handler.loadPlugin(id);
    fails(true);
    await emitTimes(patient.handler, 1);
    await patient.pass(5_000, "loaded moody");
    assertEquals(patient.handler.getHealth(id).state, "degraded");
  }
  const options = { quarantineAfter: 5, activation: "lazy" } as const;
  await using patient = new Patient(options, db);
  const { handler } = patient;
  assertEquals((await handler.loadAllPlugins()).successes, [1]);
  await emitTimes(handler, 1);
  assertEquals(handler.getHealth(1).state, "quarantined");
});

Deno.test("quarantineAfter: 0 sets nothing aside", async () => {
  await using patient = new Patient({ quarantineAfter: 0 });
  const { handler } = patient;
  const id = save(handler, "moody", MOODY);
  await handler.loadPlugin(id);
  fails(true);
  await emitTimes(handler, 20);
  assertEquals(handler.getHealth(id).state, "degraded");
});
