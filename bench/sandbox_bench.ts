/**
 * What a process of its own costs a plugin: its start against `deno run` of an
 * empty module, a call against an echo over the same kind of pipe, statements,
 * calls side by side, and memory.
 *
 * @module
 */
import { PluginHealth } from "../src/execution/health/plugin_health.ts";
import { ProcessRunner } from "../src/sandbox/host/process_runner.ts";
import { Sandbox } from "../src/sandbox/host/sandbox.ts";
import { column, DB } from "../src/sqlite/mod.ts";

const CODE = `export default {
  name: "bench", version: "1.0.0",
  config: {
    table: { name: "bench_rows", columns: { id: { type: "INTEGER", primaryKey: true }, text: { type: "TEXT" } } },
    actions: {
      one: () => 1,
      echo: ({ body }) => body,
      rows: () => new Response(ReadableStream.from((function* () {
        const encoder = new TextEncoder();
        for (let i = 0; i < 10_000; i++) yield encoder.encode("row " + i + "\\n");
      })())),
      first: ({ table }) => table.where({ id: 1 }).first(),
      statements: ({ table }) => { for (let i = 0; i < 100; i++) table.where({ id: 1 }).first() },
    },
  },
};`;

const WITHOUT_TABLE =
  `export default { config: { actions: { one: () => 1 } } };`;

const db = new DB(":memory:");
const folder = Deno.makeTempDirSync();
const file = { folder, path: `${folder}/table.db`, temporary: false };
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const sandbox = new Sandbox({ idleMs: 0 });
const withSpare = new Sandbox({ idleMs: 0, spare: 1 });
addEventListener("unload", () => withSpare.close());
const request = new Request("http://agent.test/");
const plugin = { id: 1, name: "bench", version: "1.0.0" };

function newRunner(from: Sandbox = sandbox, code = CODE): ProcessRunner {
  const hasTable = code === CODE;
  return new ProcessRunner({
    sandbox: from,
    plugin,
    source: () => ({ ...plugin, code, language: "javascript" }),
    permissions: () => ({}),
    tableFile: () => hasTable ? file : null,
    open: () => hasTable ? { file, kept: [] } : null,
    logger: { error() {}, warn() {}, info() {}, debug() {} },
    health: new PluginHealth(),
    actionTimeoutMs: 30_000,
    loadTimeoutMs: 30_000,
    cleanupTimeoutMs: 1_000,
  });
}

const runner = newRunner();
await runner.activate();

function caller(action: string): (body?: unknown) => Promise<unknown> {
  const run = runner.chain({
    path: "/",
    key: action,
    methods: ["POST"],
    actions: [action],
    body: "parsed",
  });
  return (body) => run({ request, body, params: {} }) as Promise<unknown>;
}

/** A child that sends back what it is sent. */
class Echo {
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor() {
    const code = "const b = new Uint8Array(65536);" +
      "for (;;) { const n = await Deno.stdin.read(b); if (n === null) break;" +
      "Deno.stdout.writeSync(b.subarray(0, n)) }";
    this.#process = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-config",
        "--no-lock",
        `data:text/javascript,${encodeURIComponent(code)}`,
      ],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#writer = this.#process.stdin.getWriter();
    this.#reader = this.#process.stdout.getReader();
    this.#process.unref();
  }

  async send(bytes: Uint8Array): Promise<void> {
    await this.#writer.write(bytes);
    await this.#reader.read();
  }
}

const empty = await Deno.makeTempFile({ suffix: ".js" });
addEventListener("unload", () => Deno.removeSync(empty));

Deno.bench({
  name: "deno run of an empty module",
  group: "start",
  baseline: true,
  async fn() {
    await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-config", "--no-lock", empty],
    }).output();
  },
});

for (
  const [name, from, code] of [
    ["a plugin's process: start, import, init()", sandbox, WITHOUT_TABLE],
    ["the same with a spare that has started", withSpare, WITHOUT_TABLE],
    ["the same with a table, in a store of its own", sandbox, CODE],
  ] as const
) {
  Deno.bench({
    name,
    group: "start",
    n: 20,
    warmup: 2,
    async fn(bench) {
      // The start before this one has asked for another spare.
      await new Promise((resolve) => setTimeout(resolve, 300));
      const fresh = newRunner(from, code);
      bench.start();
      await fresh.activate();
      bench.end();
      await fresh.dispose();
    },
  });
}

function* rows(): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  for (let i = 0; i < 10_000; i++) yield encoder.encode(`row ${i}\n`);
}

Deno.bench({
  name: "a body of 10,000 small pieces, by hand",
  group: "pieces",
  baseline: true,
  async fn() {
    await new Response(ReadableStream.from(rows()) as never).bytes();
  },
});

const pieces = caller("rows");

Deno.bench({
  name: "the same from a plugin's process",
  group: "pieces",
  async fn() {
    await (await pieces() as Response).bytes();
  },
});

const echo = new Echo();
const message = new Uint8Array(200);

Deno.bench({
  name: "200 bytes to an echo and back",
  group: "call",
  baseline: true,
  fn: async () => await echo.send(message),
});

for (
  const [name, action, body] of [
    ["a route call", "one", undefined],
    ["a route call that hands 50 values over and back", "echo", {
      list: Array.from({ length: 50 }, (_, i) => `value ${i}`),
    }],
    ["a route call with one statement", "first", undefined],
  ] as const
) {
  const call = caller(action);
  Deno.bench({ name, group: "call", fn: async () => void await call(body) });
}

const statements = caller("statements");
const columns = { id: column.id(), text: column.text() };
const builder = db.createTable("bench_rows", columns);
builder.insert({ text: "first" });

Deno.bench({
  name: "100 statements inline",
  group: "statements",
  baseline: true,
  fn() {
    for (let i = 0; i < 100; i++) builder.where({ id: 1 }).first();
  },
});

Deno.bench({
  name: "100 statements of a sandboxed plugin",
  group: "statements",
  fn: async () => void await statements(),
});

for (const count of [1, 8, 64]) {
  const call = caller("one");
  Deno.bench({
    name: `64 calls, ${count} in flight`,
    group: "in flight",
    baseline: count === 1,
    async fn() {
      await Promise.all(Array.from({ length: count }, async () => {
        for (let i = 0; i < 64 / count; i++) await call();
      }));
    },
  });
}

addEventListener("unload", () => {
  const bytes = runner.residentBytes;
  const memory = bytes === undefined
    ? "unknown"
    : `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  console.error(`memory of a process after all that: ${memory}`);
});
const fresh = newRunner();
await fresh.activate();
console.error(
  `memory of a fresh process: ${
    ((fresh.residentBytes ?? 0) / 2 ** 20).toFixed(0)
  } MiB`,
);
await fresh.dispose();
