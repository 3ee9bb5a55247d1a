/**
 * Whatever a sandboxed plugin does: the host answers, other plugins answer,
 * the file system and the database are as before.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Sandbox } from "../../src/sandbox/host/sandbox.ts";
import type { SandboxOptions } from "../../src/sandbox/mod.ts";
import { DB } from "../../src/sqlite/mod.ts";
import { pluginWith, SandboxedPlugin } from "./sandboxed_plugin.ts";

/** What is watched while a plugin tries to get out. */
class Surroundings implements AsyncDisposable {
  readonly db: DB;
  readonly folder: string;
  readonly secretFile: string;
  readonly sandbox: Sandbox;
  readonly neighbour: SandboxedPlugin;
  #plugins = 0;

  constructor(options: SandboxOptions = {}) {
    this.folder = Deno.makeTempDirSync();
    this.secretFile = `${this.folder}/secret.txt`;
    Deno.writeTextFileSync(this.secretFile, "top secret");
    Deno.symlinkSync(this.secretFile, `${this.folder}/link`);
    this.db = new DB(`${this.folder}/agent.db`);
    this.db.driver.exec(
      "CREATE TABLE plugins (id INTEGER PRIMARY KEY, name TEXT);" +
        "INSERT INTO plugins VALUES (1, 'precious')",
    );
    this.sandbox = new Sandbox(options);
    this.neighbour = new SandboxedPlugin(
      pluginWith("").replaceAll("guest_rows", "other_rows"),
      { sandbox: this.sandbox, folder: this.tables(), name: "neighbour" },
    );
  }

  /** A folder for the tables of one more plugin, as a handler makes it. */
  tables(): string {
    const folder = `${this.folder}/agent.db.plugins/${++this.#plugins}`;
    Deno.mkdirSync(folder, { recursive: true });
    return folder;
  }

  plugin(actions: string, more = "", actionTimeoutMs = 60_000) {
    return new SandboxedPlugin(pluginWith(actions, more), {
      sandbox: this.sandbox,
      folder: this.tables(),
      actionTimeoutMs,
    });
  }

  async assertUntouched(): Promise<void> {
    assertEquals(await this.neighbour.call("ok"), "ok");
    assertEquals(
      this.db.driver.all("SELECT * FROM plugins"),
      [{ id: 1, name: "precious" }],
    );
    assertEquals(Deno.readTextFileSync(this.secretFile), "top secret");
    const files = [...Deno.readDirSync(this.folder)].map(({ name }) => name)
      .filter((name) => !name.startsWith("agent.db"));
    assertEquals(files.sort(), ["link", "secret.txt"]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.neighbour[Symbol.asyncDispose]();
    this.db.close();
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** Runs code that has to fail inside of the plugin, which goes on. */
async function assertRefused(
  code: (around: Surroundings) => string,
  reason: RegExp = /[Rr]equires|not allowed|denied|disabled/,
): Promise<void> {
  await using around = new Surroundings();
  await using plugin = around.plugin(
    `async attempt() { return await (async () => { ${code(around)} })() }`,
  );
  const outcome = await plugin.call("attempt").then(
    (value) => ({ value }),
    (error) => error,
  );
  assert(outcome instanceof Error, `it got ${Deno.inspect(outcome)}`);
  assertMatch(outcome.message, reason);
  assertEquals(await plugin.call("ok"), "ok");
  await around.assertUntouched();
}

/** Runs code that takes the process along; the next call gets a fresh one. */
async function assertContained(
  code: string,
  expected: { code: string | RegExp; message?: RegExp; more?: string },
  actionTimeoutMs = 60_000,
): Promise<void> {
  await using around = new Surroundings();
  await using plugin = around.plugin(
    `attempt: async ({ table, logger }) => { ${code} }`,
    expected.more,
    actionTimeoutMs,
  );
  assertEquals(await plugin.call("ok"), "ok");
  const error = await plugin.call("attempt").then(
    (value) => ({ code: `returned ${value}`, message: "" }),
    (error) => error,
  );
  if (typeof expected.code === "string") {
    assertEquals(error.code, expected.code, error.message);
  } else assertMatch(error.code, expected.code, error.message);
  if (expected.message) assertMatch(error.message, expected.message);
  assertEquals(await plugin.call("ok"), "ok");
  await around.assertUntouched();
}

const refused: Record<string, (around: Surroundings) => string> = {
  "reads a file": ({ secretFile }) =>
    `return Deno.readTextFileSync("${secretFile}")`,
  "writes a file": ({ folder }) =>
    `Deno.writeTextFileSync("${folder}/new", "x")`,
  "reads a file through node:fs": ({ secretFile }) =>
    `return (await import("node:fs")).readFileSync("${secretFile}", "utf8")`,
  "reads a file through a text import": ({ secretFile }) =>
    `return (await import("file://${secretFile}", { with: { type: "text" } })).default`,
  "reads a file through a symlink": ({ folder }) =>
    `return Deno.readTextFileSync("${folder}/link")`,
  "makes a symlink": ({ folder, secretFile }) =>
    `Deno.symlinkSync("${secretFile}", "${folder}/new")`,
  "opens its file descriptors by /proc": () =>
    `return Deno.readDirSync("/proc/self/fd").next()`,
  "opens another process's memory": () =>
    `return Deno.openSync("/proc/" + Deno.ppid + "/mem")`,
  "reads the environment": () => `return Deno.env.toObject()`,
  "connects": () => `return await Deno.connect({ port: 80 })`,
  "fetches": () =>
    `return await (await fetch("http://127.0.0.1:8080/")).text()`,
  "listens": () => `return Deno.listen({ port: 0 }).addr`,
  "runs a command": () => `return new Deno.Command("/bin/true").outputSync()`,
  "runs a command through node:child_process": () =>
    `return (await import("node:child_process")).execSync("id").toString()`,
  "starts itself again and again": () =>
    `for (;;) new Deno.Command(Deno.execPath(), { args: ["eval", ""] }).spawn()`,
  "loads a native library": () => `return Deno.dlopen("libc.so.6", {})`,
  "kills its host": () => `Deno.kill(Deno.ppid, "SIGKILL")`,
  "stops its host": () =>
    `(await import("node:process")).default.kill(Deno.ppid, "SIGSTOP")`,
  "asks for a permission": () =>
    `const { state } = await Deno.permissions.request({ name: "net" });
     if (state !== "granted") throw new Error("denied " + state)`,
};

for (const [what, code] of Object.entries(refused)) {
  Deno.test(`ProcessRunner refuses a plugin that ${what}`, () =>
    assertRefused(code));
}

for (
  const specifier of [
    "npm:ms@2.1.3",
    "jsr:@std/assert",
    "https://127.0.0.1:1/x?secret",
  ]
) {
  Deno.test(`ProcessRunner refuses a plugin that imports ${specifier}`, () =>
    assertRefused(
      () =>
        `return await import("${specifier.slice(0, 3)}" + "${
          specifier.slice(3)
        }")`,
      /npm|remote|import|Import/,
    ));
}

Deno.test("ProcessRunner refuses a plugin that reaches for another table", async () => {
  await using around = new Surroundings();
  await using plugin = around.plugin(
    `add: ({ table }) => table.insert({ id: 1 }),
     attempt: ({ table }) =>
       table.whereRaw("id IN (SELECT id FROM plugins)").all()`,
  );
  await plugin.call("ok");
  await plugin.call("add");
  const error = await plugin.call("attempt").catch((error) => error);
  assertMatch(error.message, /may reach its own table/);
  assertEquals(error.cause.code, "STORE_FAILED");
  await around.assertUntouched();
});

const containedCrashes: Record<string, [code: string, message: RegExp]> = {
  "ends its process": ["Deno.exit(3)", /code 3/],
  "fills its heap": [
    "const a = []; for (;;) a.push(new Array(1e5).fill(1.5))",
    /out of memory/,
  ],
  "sets timers without end": [
    "for (;;) setTimeout(() => {}, 1e8)",
    /out of memory/,
  ],
  "writes to standard output": [
    "Deno.stdout.writeSync(new Uint8Array(100)); await new Promise(() => {})",
    /standard output/,
  ],
  "writes an endless frame": [
    "const a = new Uint8Array(65536); for (;;) Deno.stdout.writeSync(a)",
    /standard output/,
  ],
  "forges a reply": [
    `Deno.stdout.writeSync(new Uint8Array([40, 0, 0, 0, ...new Array(60).fill(9)]));
     await new Promise(() => {})`,
    /standard output/,
  ],
  "starts a worker with more permissions": [
    `const url = URL.createObjectURL(new Blob(["postMessage(1)"]));
     new Worker(url, { type: "module", deno: { permissions: { read: true } } });
     await new Promise(() => {})`,
    /crashed/,
  ],
};

for (const [what, [code, message]] of Object.entries(containedCrashes)) {
  Deno.test(`ProcessRunner goes on when a plugin ${what}`, () =>
    assertContained(code, { code: "SANDBOX_CRASHED", message }));
}

const containedLoops: Record<string, string> = {
  "loops": "for (;;);",
  "loops in microtasks":
    "const again = () => Promise.resolve().then(again); again(); await new Promise(() => {})",
  "loops in a regular expression": `/^(a+)+$/.test("a".repeat(60) + "!")`,
  "waits for ever":
    "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)",
  "never answers": "await new Promise(() => {})",
  "loops after a pause":
    "await new Promise((r) => setTimeout(r, 1)); for (;;);",
  "stops itself": `Deno.kill(Deno.pid, "SIGSTOP")`,
  "freezes the clock":
    "globalThis.setTimeout = () => 0; await new Promise(() => {})",
};

for (const [what, code] of Object.entries(containedLoops)) {
  Deno.test(`ProcessRunner times out a plugin that ${what}`, () =>
    assertContained(code, { code: "ACTION_TIMEOUT", message: /300 ms/ }, 300));
}

Deno.test("ProcessRunner fails the action of a plugin that asks for 10 GB", () =>
  assertContained("new Uint8Array(10e9)", {
    code: "ACTION_FAILED",
    message: /allocation/,
  }));

// Whether a buffer or the collector is the first to find no memory left, is
// up to the engine: it refuses the one, and ends with the other.
Deno.test("ProcessRunner goes on when a plugin fills memory outside of its heap", () =>
  assertContained(
    "const a = []; for (;;) a.push(new Uint8Array(5e7).fill(1))",
    {
      code: /^(ACTION_FAILED|SANDBOX_CRASHED)$/,
      message: /allocation|out of memory/,
    },
  ));

Deno.test("ProcessRunner drops what a plugin logs beyond its rate", async () => {
  await using around = new Surroundings({ logLinesPerSecond: 20 });
  await using plugin = around.plugin(`
    flood: ({ logger }) => {
      const line = "x".repeat(100_000);
      for (let i = 0; i < 10_000; i++) { logger.info(line); console.log(line) }
      return "done";
    }`);
  assertEquals(await plugin.call("flood"), "done");
  assert(plugin.logs.length < 1_000, `${plugin.logs.length} lines`);
  assert(plugin.logs.every((line) => line.length < 17_000));
  await around.assertUntouched();
});

Deno.test("ProcessRunner lays an unhandled rejection to the plugin", async () => {
  await using around = new Surroundings();
  await using plugin = around.plugin(
    `async attempt() {
       Promise.reject(new Error("late"));
       setTimeout(() => { throw new Error("later") });
       await new Promise((r) => setTimeout(r, 20));
       return "fine";
     }`,
  );
  assertEquals(await plugin.call("attempt"), "fine");
  assertEquals(plugin.health.lateErrors, 2);
  assertEquals(await plugin.call("ok"), "ok");
  await around.assertUntouched();
});

Deno.test("ProcessRunner keeps a reply from changing prototypes", async () => {
  await using around = new Surroundings();
  await using plugin = around.plugin(
    `attempt: () => JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')`,
  );
  const value = await plugin.call("attempt");
  assertEquals(Object.getPrototypeOf(value), Object.prototype);
  assertEquals(({} as { polluted?: number }).polluted, undefined);
  assertEquals(value.polluted, undefined);
  await around.assertUntouched();
});

Deno.test("ProcessRunner goes on when a plugin replaces what its shell uses", async () => {
  await using around = new Surroundings();
  await using plugin = around.plugin(
    `ok2: () => "ok"`,
    `for (const name of ["set", "subarray"]) Uint8Array.prototype[name] = () => { throw new Error("mine") };
     globalThis.Deno.exit = () => {};`,
  );
  // Whatever becomes of the plugin, it is told apart from a healthy one.
  await plugin.call("ok2").catch(() => {});
  await around.assertUntouched();
});
