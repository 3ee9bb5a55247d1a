/**
 * What operators set of plugins, both ways of running them.
 *
 * @module
 */
import {
  PluginError,
  PluginHandler,
  ValidationError,
} from "@dockstat/plugin-handler";
import type { LogRecord } from "@logtape/logtape";
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { bothWays, Way } from "../sandbox/both_ways.ts";
import { rowOf, save } from "./plugins.ts";

const KEY = crypto.getRandomValues(new Uint8Array(32));

/** A plugin that shows what it is given. */
const SHOWS = `
const heard = [];
let atInit;
export default {
  config: {
    settings: {
      url: { type: "string", label: "Address", default: "http://localhost" },
      limit: { type: "number", description: "How many" },
      loud: { type: "boolean", default: false },
      mode: { type: "enum", options: ["fast", "slow"], default: "fast" },
      token: { type: "secret" },
    },
    actions: {
      show: ({ settings }) => ({ ...settings }),
      told: () => ({ heard, atInit }),
    },
    schedules: { often: { every: "7d", actions: ["show", "keep"] } },
    apiRoutes: {
      "/show": { method: "GET", actions: ["show"] },
      "/told": { method: "GET", actions: ["told"] },
    },
  },
  events: {
    "settings:changed": ({ changed }, { settings }) => {
      heard.push({ changed, url: settings.url });
    },
  },
  init({ settings }) { atInit = settings.url; },
};`;

const DEFAULTS = { url: "http://localhost", loud: false, mode: "fast" };

bothWays(
  "setSettings() hands values to the plugin and tells it",
  async (way) => {
    const id = await way.load(SHOWS);
    assertEquals(await way.ask("/show"), {
      ...DEFAULTS,
      limit: undefined,
      token: undefined,
    });
    const shown = await way.handler.setSettings(id, {
      url: "http://other",
      limit: 3,
      token: "s3cret",
    });
    assertEquals(shown, {
      ...DEFAULTS,
      url: "http://other",
      limit: 3,
      token: { set: true },
    });
    const seen = await way.ask("/show");
    assertEquals([seen.url, seen.limit, seen.token], [
      "http://other",
      3,
      "s3cret",
    ]);
    assertEquals(await way.ask("/told"), {
      heard: [{ changed: ["url", "limit", "token"], url: "http://other" }],
      atInit: "http://localhost",
    });
    await way.handler.reloadPlugin(id);
    assertEquals((await way.ask("/told")).atInit, "http://other");
    assertEquals((await way.ask("/show")).token, "s3cret");
  },
  { secretsKey: KEY },
);

bothWays(
  "setSettings() keeps no secret of nothing",
  async (way) => {
    const id = await way.load(SHOWS);
    const unset = await way.handler.setSettings(id, { token: "" });
    assertEquals(unset.token, { set: false });
    await way.handler.setSettings(id, { token: "s3cret" });
    const cleared = await way.handler.setSettings(id, { token: "" });
    assertEquals(cleared.token, { set: false });
    assertEquals((await way.ask("/show")).token, undefined);
  },
  { secretsKey: KEY },
);

bothWays(
  "setSettings() leaves the last of many changes at once",
  async (way) => {
    const id = await way.load(SHOWS);
    const numbers = Array.from({ length: 20 }, (_, index) => index);
    await Promise.all([
      ...numbers.map((limit) =>
        way.handler.setSettings(id, { limit, token: `t${limit}` })
      ),
      way.handler.reloadPlugin(id),
    ]);
    const { limit, token } = await way.ask("/show");
    assertEquals([limit, token], [19, "t19"]);
    assertEquals(way.handler.getSettings(id).limit, 19);
  },
  { secretsKey: KEY },
);

bothWays("setSettings() with null takes a value back", async (way) => {
  const id = await way.load(SHOWS);
  await way.handler.setSettings(id, { url: "http://other", token: "x" });
  await way.handler.setSettings(id, { url: null, token: { set: true } });
  const { url, token } = await way.ask("/show");
  assertEquals([url, token], ["http://localhost", "x"]);
  await way.handler.setSettings(id, { token: null });
  assertEquals(way.handler.getSettings(id), {
    ...DEFAULTS,
    token: { set: false },
  });
}, { secretsKey: KEY });

bothWays("setSettings() refuses what does not fit", async (way) => {
  const id = await way.load(SHOWS);
  const error = await assertRejects(
    () =>
      way.handler.setSettings(id, {
        limit: "3",
        loud: 1,
        mode: "other",
        url: 4,
        token: [],
        unknown: true,
      }),
    ValidationError,
  );
  assertEquals(error.code, "VALIDATION_FAILED");
  assertEquals(error.issues.map(({ path }) => path), [
    ["limit"],
    ["loud"],
    ["mode"],
    ["url"],
    ["token"],
    ["unknown"],
  ]);
  assertEquals(way.handler.getSettings(id), {
    ...DEFAULTS,
    token: { set: false },
  });
});

bothWays("setSettings() refuses a secret without secretsKey", async (way) => {
  const id = await way.load(SHOWS);
  const error = await assertRejects(
    () => way.handler.setSettings(id, { token: "s3cret", limit: 1 }),
    PluginError,
    "has no secretsKey; pass 32 random bytes",
  );
  assertEquals(error.code, "INVALID_OPTIONS");
  assertEquals(way.handler.getSettings(id).limit, undefined);
});

const WAITS = `
let runs = 0;
export default {
  config: {
    settings: {
      token: { type: "secret", required: true },
      name: { type: "string", required: true, default: "n" },
    },
    actions: { ask: ({ settings }) => settings.token + ++runs },
    schedules: { ask: { every: "7d", actions: ["ask"] } },
    apiRoutes: { "/ask": { method: "GET", actions: ["ask"] } },
  },
};`;

bothWays("handleRoute() says SETTINGS_MISSING until it is set", async (way) => {
  const id = await way.load(WAITS);
  const error = await assertRejects(() => way.ask("/ask"), PluginError);
  assertEquals([error.code, error.status], ["SETTINGS_MISSING", 503]);
  assertMatch(error.message, /waits for a value of "token"; call setSettings/);
  const response = await way.handler.fetch(
    new Request("http://localhost/plugins/plugin/routes/ask"),
  );
  assertEquals(response.status, 503);
  assertEquals((await response.json()).code, "SETTINGS_MISSING");
  const run = await way.handler.runSchedule(id, "ask");
  assertEquals(run.ok, false);
  const { state, missingSettings } = way.handler.getHealth(id);
  assertEquals([state, missingSettings], ["degraded", ["token"]]);
  await way.handler.setSettings(id, { token: "t" });
  assertEquals(await way.ask("/ask"), "t1");
  assertEquals(way.handler.getHealth(id).missingSettings, undefined);
}, { secretsKey: KEY });

/** A Standard Schema with a JSON Schema, as zod 4 has one. */
const SCHEMA = `
const schema = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate({ port = 80, host, key }) {
      const issues = [];
      if (typeof host !== "string") {
        issues.push({ message: "expected string", path: ["host"] });
      }
      if (!Number.isInteger(port) || port > 65535) {
        issues.push({ message: "no port", path: [{ key: "port" }] });
      }
      return issues.length > 0
        ? { issues }
        : { value: { host, port, key, address: host + ":" + port } };
    },
    jsonSchema: {
      input: () => ({
        type: "object",
        properties: {
          host: { type: "string", title: "Host" },
          port: { type: "integer", default: 80, description: "TCP" },
          key: { type: "string", secret: true, default: "never shown" },
          kind: { type: "string", enum: ["a", "b"] },
          list: { type: "array", items: { type: "string" } },
        },
        required: ["host"],
      }),
    },
  },
};
export default {
  config: {
    settings: schema,
    actions: { show: ({ settings }) => settings },
    apiRoutes: { "/show": { method: "GET", actions: ["show"] } },
  },
};`;

bothWays("setSettings() asks the schema of the plugin", async (way) => {
  const id = await way.load(SCHEMA);
  const missing = await assertRejects(() => way.ask("/show"), PluginError);
  assertEquals(missing.code, "SETTINGS_MISSING");
  assertEquals(way.handler.getHealth(id).missingSettings, ["host"]);
  const error = await assertRejects(
    () => way.handler.setSettings(id, { host: "h", port: 1e6 }),
    ValidationError,
    "port no port",
  );
  assertEquals(error.issues, [{ message: "no port", path: ["port"] }]);
  await way.handler.setSettings(id, { host: "h", key: "k" });
  assertEquals(await way.ask("/show"), {
    host: "h",
    port: 80,
    key: "k",
    address: "h:80",
  });
}, { secretsKey: KEY });

bothWays("getSettingsForm() shows what a schema says", async (way) => {
  const id = await way.load(SCHEMA);
  await way.handler.setSettings(id, { host: "h", key: "k" });
  const form = way.handler.getSettingsForm(id);
  assertEquals(JSON.parse(JSON.stringify(form)), {
    pluginId: id,
    plugin: "plugin",
    fields: [
      {
        name: "host",
        type: "string",
        label: "Host",
        required: true,
        isSet: true,
      },
      {
        name: "port",
        type: "number",
        label: "port",
        description: "TCP",
        default: 80,
        required: false,
        isSet: false,
      },
      {
        name: "key",
        type: "secret",
        label: "key",
        required: false,
        isSet: true,
      },
      {
        name: "kind",
        type: "enum",
        label: "kind",
        required: false,
        options: ["a", "b"],
        isSet: false,
      },
      {
        name: "list",
        type: "json",
        label: "list",
        required: false,
        isSet: false,
      },
    ],
  });
}, { secretsKey: KEY });

bothWays("loadPlugin() refuses settings that are malformed", async (way) => {
  const code = `export default { config: { settings: {
    a: { type: "text" },
    b: { type: "enum" },
    c: { type: "number", default: "1" },
    d: { type: "secret", default: "known to all" },
    e: 4,
  } } };`;
  const error = await assertRejects(() => way.load(code), ValidationError);
  assertEquals(error.code, "INVALID_PLUGIN");
  assertEquals(error.issues.map(({ path }) => path.slice(2)), [
    ["a", "type"],
    ["b", "options"],
    ["c", "default"],
    ["d", "default"],
    ["e"],
  ]);
});

bothWays(
  "savePlugin() keeps old values where the new version takes them",
  async (way) => {
    const code = (settings: string) =>
      `export default { config: {
      settings: ${settings},
      actions: { show: ({ settings }) => settings },
      apiRoutes: { "/show": { method: "GET", actions: ["show"] } },
    } };`;
    const id = await way.load(
      code(`{ a: { type: "string" }, b: { type: "string" } }`),
    );
    await way.handler.setSettings(id, { a: "one", b: "two" });
    const replace = async (settings: string) => {
      const row = rowOf("plugin", code(settings));
      assert(way.handler.savePlugin(row, true).success);
      await way.handler.loadPlugin(id);
    };
    await replace(
      `{ a: { type: "string" }, b: { type: "number", default: 2 } }`,
    );
    assertEquals(await way.ask("/show"), { a: "one", b: 2 });
    assertMatch(
      way.handler.getStatus().warnings.join("\n"),
      /setting "b" has a value that this version does not take/,
    );
    await replace(`{ a: { type: "string" }, b: { type: "string" } }`);
    assertEquals(await way.ask("/show"), { a: "one", b: "two" });
    assertEquals(way.handler.getStatus().warnings, []);
  },
);

Deno.test("getAudit() names settings, and no values", async () => {
  await using handler = new PluginHandler(":memory:", { secretsKey: KEY });
  const id = save(handler, "shows", SHOWS);
  await handler.loadPlugin(id);
  await handler.setSettings(id, { token: "s3cret", url: "http://x" }, {
    actor: "ada",
  });
  await handler.setSettings(id, { url: null });
  const [cleared, set] = handler.getAudit({ pluginId: id });
  assertEquals([set?.action, set?.actor, set?.detail], [
    "settings",
    "ada",
    "set token, url",
  ]);
  assertEquals(cleared?.detail, "cleared url");
});

Deno.test("setSettings() keeps no secret in the clear", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const file = `${folder}/db`;
    {
      await using handler = new PluginHandler(file, { secretsKey: KEY });
      const id = save(handler, "shows", SHOWS);
      await handler.loadPlugin(id);
      await handler.setSettings(id, { token: "a-very-secret-token" });
      const status = JSON.stringify([
        handler.getStatus(),
        handler.getHealth(),
        handler.getSettings(id),
        handler.getSettingsForm(id),
        handler.getAudit(),
      ]);
      assert(!status.includes("a-very-secret-token"));
    }
    for await (const { name } of Deno.readDir(folder)) {
      const bytes = await Deno.readFile(`${folder}/${name}`);
      const text = new TextDecoder("latin1").decode(bytes);
      assert(!text.includes("a-very-secret-token"));
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("setSettings() shows no value in a plugin's environment or arguments", async () => {
  const logs: LogRecord[] = [];
  await using way = new Way("process", logs, { secretsKey: KEY });
  const id = await way.load(SHOWS);
  await way.handler.setSettings(id, { token: "a-very-secret-token" });
  await way.handler.reloadPlugin(id);
  assertEquals((await way.ask("/show")).token, "a-very-secret-token");
  const { stdout } = await new Deno.Command("ps", {
    args: ["eww", "-e", "-o", "args="],
  }).output();
  const processes = new TextDecoder().decode(stdout);
  assertStringIncludes(processes, "deno");
  assert(!processes.includes("a-very-secret-token"));
});

bothWays("getAudit() quotes no value that a schema refuses", async (way) => {
  const code = `export default { config: { settings: { "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) => value.token === undefined ? { value } : {
      issues: [{ message: "not " + value.token, path: ["token"] }],
    },
    jsonSchema: { input: () => ({ properties: {
      token: { type: "string", secret: true },
    } }) },
  } } } };`;
  const id = await way.load(code);
  await assertRejects(
    () => way.handler.setSettings(id, { token: "s3cret" }),
    ValidationError,
    "not s3cret",
  );
  const [refused] = way.handler.getAudit({ pluginId: id });
  assertEquals([refused?.outcome, refused?.detail], [
    "refused",
    `Cannot change settings: the plugin does not take the values of "token"`,
  ]);
  assert(!way.logs.join().includes("s3cret"));
}, { secretsKey: KEY });

bothWays("setSettings() waits for no schema that does not end", async (way) => {
  const code = `export default { config: { settings: { "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) => value.slow ? new Promise(() => {}) : { value },
    jsonSchema: { input: () => ({ properties: { slow: { type: "boolean" } } }) },
  } } } };`;
  const id = await way.load(code);
  const error = await assertRejects(
    () => way.handler.setSettings(id, { slow: true }),
    PluginError,
  );
  assert(
    ["ACTION_TIMEOUT", "SANDBOX_CRASHED"].includes(error.code),
    error.code,
  );
  assertEquals(way.handler.getSettings(id), {});
}, { actionTimeoutMs: 500 });

/** Opens the same database with a key. */
async function withKey(
  file: string,
  keys: {
    secretsKey?: string | Uint8Array;
    previousSecretsKeys?: Uint8Array[];
  },
  act: (handler: PluginHandler) => Promise<void>,
): Promise<void> {
  await using handler = new PluginHandler(file, keys);
  await act(handler);
}

Deno.test("loadPlugin() reads secrets with earlier keys, and encrypts them anew", async () => {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/db`;
  const other = crypto.getRandomValues(new Uint8Array(32));
  const ask = (handler: PluginHandler) =>
    handler.handleRoute(1, "/show", new Request("http://localhost/show"));
  try {
    await withKey(file, { secretsKey: KEY }, async (handler) => {
      const id = save(handler, "shows", SHOWS);
      await handler.loadPlugin(id);
      await handler.setSettings(id, { token: "s3cret" });
    });
    const rotated = { secretsKey: other, previousSecretsKeys: [KEY] };
    await withKey(file, rotated, async (handler) => {
      await handler.loadPlugin(1);
      assertEquals((await ask(handler) as { token: string }).token, "s3cret");
    });
    // The earlier key is not needed any more; base64 stands for the bytes.
    await withKey(file, { secretsKey: other.toBase64() }, async (handler) => {
      await handler.loadPlugin(1).catch(() => {
        assert(handler.acceptStoredPlugin(1).success);
        return handler.loadPlugin(1);
      });
      assertEquals((await ask(handler) as { token: string }).token, "s3cret");
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("loadPlugin() with a wrong key fails for that plugin alone", async () => {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/db`;
  try {
    await withKey(file, { secretsKey: KEY }, async (handler) => {
      save(handler, "shows", SHOWS);
      save(handler, "other", WAITS);
      await handler.loadAllPlugins();
      await handler.setSettings(1, { token: "s3cret" });
    });
    await withKey(file, {
      secretsKey: crypto.getRandomValues(new Uint8Array(32)),
    }, async (handler) => {
      for (const id of [1, 2]) handler.acceptStoredPlugin(id);
      const { successes, errors } = await handler.loadAllPlugins();
      assertEquals([successes, errors.length], [[2], 1]);
      assertMatch(
        errors[0]!.error,
        /secret setting "token" of plugin "shows": it was encrypted with another secretsKey/,
      );
      assertEquals(handler.getSettings(1).token, { set: true });
      await handler.setSettings(1, { token: "new" });
      await handler.loadPlugin(1);
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("getSettings() says where nobody knows the settings yet", async () => {
  await using handler = new PluginHandler(":memory:");
  assertThrows(() => handler.getSettings(9), PluginError, "no such plugin");
  const id = save(handler, "shows", SHOWS);
  const error = assertThrows(() => handler.getSettings(id), PluginError);
  assertEquals(error.code, "PLUGIN_NOT_LOADED");
  await handler.loadPlugin(id);
  handler.unloadPlugin(id);
  await handler.setSettings(id, { limit: 4 });
  assertEquals(handler.getSettings(id).limit, 4);
});

Deno.test("deletePlugin() deletes settings with purge alone", async () => {
  await using handler = new PluginHandler(":memory:");
  const kept = () =>
    handler.database.driver.all("SELECT name FROM plugin_handler_settings")
      .length;
  const id = save(handler, "shows", SHOWS);
  await handler.loadPlugin(id);
  await handler.setSettings(id, { limit: 4 });
  assert(handler.deletePlugin(id).success);
  assertEquals(kept(), 1);
  assert(handler.deletePlugin(id, { purge: true }).success);
  assertEquals(kept(), 0);
});
