import PluginHandler, {
  PluginError,
  type PluginHandlerOptions,
} from "@dockstat/plugin-handler";
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import * as fc from "fast-check";
import { save } from "./plugins.ts";

/** Opens a handler with options that TypeScript would refuse. */
function open(options: unknown): PluginHandler {
  return new PluginHandler(":memory:", options as PluginHandlerOptions);
}

function refusal(options: unknown): string {
  const error = assertThrows(() => open(options), PluginError);
  assertEquals([error.code, error.status], ["INVALID_OPTIONS", 500]);
  return error.message;
}

const REFUSED: readonly (readonly [unknown, string])[] = [
  [{ isolation: "Process" }, 'option "isolation": it is "Process"'],
  [{ isolation: true }, 'option "isolation": it is true'],
  [{ isolation: null }, 'option "isolation": it is null'],
  [{ hookConcurrency: NaN }, 'option "hookConcurrency": it is NaN'],
  [{ hookConcurrency: 0 }, 'option "hookConcurrency": it is 0'],
  [{ maxQueuedEvents: 1.5 }, 'option "maxQueuedEvents": it is 1.5'],
  [{ actionTimeoutMs: "5s" }, 'option "actionTimeoutMs": it is "5s"'],
  [{ actionTimeoutMs: -1 }, 'option "actionTimeoutMs": it is -1'],
  [{ loadTimeoutMs: NaN }, 'option "loadTimeoutMs": it is NaN'],
  [{ quarantineAfter: -5 }, 'option "quarantineAfter": it is -5'],
  [{ maxBodyBytes: 10n }, 'option "maxBodyBytes": it is 10n'],
  [{ safeMode: "yes" }, 'option "safeMode": it is "yes"'],
  [{ fetch: {} }, 'option "fetch": it is an object'],
  [{ loggerParents: "agent" }, 'option "loggerParents": it is "agent"'],
  [{ importer: "vm2" }, 'option "importer": it is "vm2"'],
  [{ lateErrors: "ignore" }, 'option "lateErrors": it is "ignore"'],
  [{ sandbox: new Date() }, 'option "sandbox": it is an object'],
  [{ install: new Map() }, 'option "install": it is an object'],
  [Promise.resolve({}), "they are an object"],
  [{ sandbox: 5 }, 'option "sandbox": it is 5'],
  [{ sandbox: { memoryMb: 0 } }, 'option "sandbox.memoryMb": it is 0'],
  [{ sandbox: { denoPath: "" } }, 'option "sandbox.denoPath": it is ""'],
  [{ sandbox: { memory: 5 } }, 'option "sandbox.memory": there is no such'],
  [{ install: { timeoutMs: 0 } }, 'option "install.timeoutMs": it is 0'],
  [{ install: { maxBytes: "5M" } }, 'option "install.maxBytes": it is "5M"'],
  [
    { install: { trustedKeys: { me: 5 } } },
    'option "install.trustedKeys": it is an object',
  ],
  [
    { install: { trustedKeys: { me: { key: "a", expires: "soon" } } } },
    'option "install.trustedKeys": it is an object',
  ],
  [
    { install: { trustedKeys: { me: "nope" } } },
    'option "install.trustedKeys": it is an object',
  ],
  [
    { install: { trustedKeys: { me: new Uint8Array(31).toBase64() } } },
    'option "install.trustedKeys": it is an object',
  ],
  [
    { install: { verification: { url: "vouch.example" } } },
    'option "install.verification.url": it is "vouch.example"',
  ],
  [{ isolaton: "process" }, 'option "isolaton": there is no such option'],
  [{ constructor: 1 }, 'option "constructor": there is no such option'],
  [[1, 2], 'option "loggerParents": it is an array'],
  ["process", 'the options: they are "process"'],
  [null, "the options: they are null"],
];

Deno.test("PluginHandler says where reading an option throws", () => {
  const getter = {
    get isolation() {
      throw new Error("no config yet");
    },
  };
  const proxy = new Proxy({}, {
    ownKeys() {
      throw new Error("gone");
    },
  });
  const throws = "reading what is inside throws";
  assertStringIncludes(
    refusal(getter),
    `Cannot use the options: ${throws}: no config yet`,
  );
  assertStringIncludes(
    refusal({ sandbox: proxy }),
    `Cannot use option "sandbox": ${throws}: gone`,
  );
});

Deno.test("PluginHandler refuses an option by name, value and what is allowed", () => {
  for (const [options, text] of REFUSED) {
    const message = refusal(options);
    assert(message.includes(text), `${message} has no ${text}`);
    assert(message.includes("; allowed is "), message);
  }
});

const BYTES = crypto.getRandomValues(new Uint8Array(33));

Deno.test("PluginHandler refuses a secretsKey that was cut short", () => {
  const short = [
    "",
    "short",
    "x".repeat(31),
    new Uint8Array(),
    new Uint8Array(5),
    BYTES.subarray(0, 31),
    BYTES.subarray(0, 31).toBase64(),
    BYTES.subarray(0, 29).toBase64({ alphabet: "base64url" }),
  ];
  for (const secretsKey of short) {
    assertStringIncludes(refusal({ secretsKey }), 'option "secretsKey"');
    const previousSecretsKeys = [BYTES, secretsKey];
    assertStringIncludes(
      refusal({ previousSecretsKeys }),
      'option "previousSecretsKeys"',
    );
  }
});

Deno.test("PluginHandler takes 32 bytes as the secretsKey, their base64, or a text as long", async () => {
  const bytes = BYTES.subarray(0, 32);
  const base64url = bytes.toBase64({
    alphabet: "base64url",
    omitPadding: true,
  });
  const texts = [bytes.toBase64(), base64url, "x".repeat(32)];
  for (const secretsKey of [bytes, BYTES, BYTES.toBase64(), ...texts]) {
    const options = { secretsKey, previousSecretsKeys: [secretsKey] };
    await using _ = new PluginHandler(":memory:", options);
  }
});

Deno.test("PluginHandler refuses a trusted key that is for something else", async () => {
  const { publicKey } = await crypto.subtle.generateKey(
    { name: "ECDSA", namedCurve: "P-256" },
    false,
    ["sign", "verify"],
  );
  const message = refusal({ install: { trustedKeys: { me: publicKey } } });
  assertStringIncludes(message, 'option "install.trustedKeys"');
});

Deno.test("PluginHandler never shows a secret that it refuses", () => {
  const options = { previousSecretsKeys: ["hunter2", 5] };
  const message = refusal(options);
  assertEquals(message.includes("hunter2"), false);
  assert(message.includes('"previousSecretsKeys"'));
});

Deno.test("PluginHandler opens nothing for options that it refuses", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/plugins.db`;
  assertThrows(() => new PluginHandler(path, { keepVersions: NaN }));
  assertEquals([...Deno.readDirSync(folder)], []);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("PluginHandler takes any limit that is a number of milliseconds", async () => {
  const limit = fc.oneof(
    fc.constantFrom(0, 3e9, 30 * 86_400_000, Number.MAX_VALUE, Infinity),
    fc.double({ min: 0, noNaN: true }),
  );
  await fc.assert(
    fc.asyncProperty(limit, async (ms) => {
      const options = { loadTimeoutMs: ms, actionTimeoutMs: ms };
      await using handler = open({ ...options, cleanupTimeoutMs: ms });
      const id = save(
        handler,
        "slow",
        `export default {
          init: () => new Promise((done) => setTimeout(done, 5)),
          cleanup: () => new Promise((done) => setTimeout(done, 5)),
          config: {
            actions: {
              wait: () => new Promise((done) => setTimeout(() => done(1), 5)),
            },
            apiRoutes: { "/": { method: "GET", actions: ["wait"] } },
          },
          events: {
            tick: () => new Promise((done) => setTimeout(done, 5)),
          },
        }`,
      );
      // Shorter limits may be over: what is to be seen is that long ones hold.
      if (ms !== 0 && ms < 60_000) return;
      await handler.loadPlugin(id);
      const request = new Request("http://host/");
      assertEquals(await handler.handleRoute(id, "/", request), 1);
      assertEquals((await handler.emit("tick")).delivered, 1);
    }),
    { numRuns: 20, examples: [[0], [Infinity], [3e9]] },
  );
});

Deno.test("a plugin's own timeoutMs may be Infinity or longer than 24 days", async () => {
  await using handler = open({});
  const action = `{ handler: () => new Promise((done) =>
    setTimeout(() => done("done"), 5)), timeoutMs: `;
  const id = save(
    handler,
    "patient",
    `export default { config: {
      actions: { a: ${action} 3e9 }, b: ${action} Infinity } },
      apiRoutes: {
        "/a": { method: "GET", actions: ["a"], timeoutMs: 3e9 },
        "/b": { method: "GET", actions: ["b"], timeoutMs: Infinity },
      },
    } }`,
  );
  await handler.loadPlugin(id);
  for (const path of ["/a", "/b"]) {
    const request = new Request("http://host/");
    assertEquals(await handler.handleRoute(id, path, request), "done");
  }
});

Deno.test("keepVersions: Infinity keeps every version", async () => {
  await using handler = open({ keepVersions: Infinity });
  for (let version = 0; version < 8; version++) {
    const row = { version: `${version}.0.0` };
    const code = `export default { config: {} }; // ${version}`;
    if (version === 0) save(handler, "kept", code, row);
    else {
      const { success } = handler.savePlugin({
        ...{ name: "kept", repository: "r", manifest: "m", author: {} },
        ...{ plugin: code, ...row },
      }, true);
      assert(success);
    }
  }
  assertEquals(handler.listVersions(1).length, 7);
});

const ANSWERS: readonly (readonly [string, unknown])[] = [
  ['"Process"', () => "Process"],
  ["true", () => true],
  ["undefined", () => undefined],
  ["a promise", () => Promise.resolve("process")],
  ["a promise", () => Promise.reject(new Error("later"))],
  ["it throws: no idea", () => {
    throw new Error("no idea");
  }],
];

for (const activation of ["eager", "lazy"] as const) {
  Deno.test(`isolation() refuses the load where its answer is none, ${activation}`, async () => {
    for (const [text, isolation] of ANSWERS) {
      let answer: unknown = () => "inline";
      await using handler = open({
        activation,
        isolation: (plugin: unknown) =>
          (answer as (it: unknown) => unknown)(
            plugin,
          ),
      });
      const ran = { count: 0 };
      Reflect.set(globalThis, "ranInHost", ran);
      const id = save(handler, "any", "ranInHost.count++; export default {}");
      await handler.loadAllPlugins();
      handler.unloadPlugin(id);
      const before = ran.count;
      answer = isolation;
      const error = await assertRejects(
        () => handler.loadPlugin(id),
        PluginError,
      );
      assertEquals([error.code, error.pluginId], ["INVALID_OPTIONS", id]);
      assert(error.message.includes(text), error.message);
      const { successes, errors } = await handler.loadAllPlugins();
      assertEquals([successes, errors.length], [[], 1]);
      assertEquals(ran.count, before);
    }
  });
}

Deno.test("isolation() is asked once for each load", async () => {
  let asked = 0;
  await using handler = open({
    isolation: () => ++asked % 2 === 1 ? "inline" : "process",
  });
  const id = save(handler, "any", "export default { config: {} }");
  await handler.loadPlugin(id);
  assertEquals(asked, 1);
});

/** Runs a script in a process whose runtime says that it is another one. */
async function runAs(disguise: string, script: string): Promise<string> {
  const mod = new URL("../../mod.ts", import.meta.url).href;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const code = `${disguise}
    const { PluginHandler } = await import(${JSON.stringify(mod)});
    const code = (make) => { try { make(); return "none"; } catch (error) {
      return error.code + " " + error.message; } };
    ${script}`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--config", config, code],
  }).output();
  return new TextDecoder().decode(stdout).trim();
}

Deno.test("PluginHandler refuses to be its own guest in a compiled host", async () => {
  const disguise = `Object.defineProperty(Deno, "build",
    { value: { ...Deno.build, standalone: true } });`;
  const said = await runAs(
    disguise,
    `console.log(code(() => new PluginHandler(":memory:", { isolation: "process" })));
    const handler = new PluginHandler(":memory:", { isolation: () => "process" });
    handler.savePlugin({ name: "p", version: "1.0.0", repository: "r",
      manifest: "m", author: {}, plugin: "export default {}" });
    const error = await handler.loadPlugin(1).catch((error) => error);
    console.log(error.code, error.message, error.cause?.code);
    await handler.close();
    const named = new PluginHandler(":memory:", { isolation: "process",
      sandbox: { denoPath: Deno.execPath() } });
    await named.close();
    console.log("named");`,
  );
  const [constructed, loaded, named] = said.split("\n");
  assert(constructed?.startsWith("INVALID_OPTIONS "), said);
  assert(constructed?.includes("sandbox.denoPath"), said);
  assert(loaded?.includes("sandbox.denoPath"), said);
  assertEquals(named, "named");
});

Deno.test("PluginHandler names the lowest Deno on an older one", async () => {
  for (
    const [version, expected] of [
      ["2.7.14", "UNSUPPORTED_RUNTIME"],
      ["1.46.3", "UNSUPPORTED_RUNTIME"],
      ["2.8.0", "none"],
      ["2.10.0", "none"],
      ["3.0.0", "none"],
    ]
  ) {
    const said = await runAs(
      `Object.defineProperty(Deno, "version",
        { value: { ...Deno.version, deno: "${version}" } });`,
      `console.log(code(() => new PluginHandler(":memory:").close()));`,
    );
    assert(said.startsWith(expected!), `${version}: ${said}`);
    assert(expected === "none" || said.includes("2.8.0"), said);
  }
});
