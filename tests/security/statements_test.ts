/**
 * What an isolated plugin's statements cost, they cost its own processes: the
 * attacks of issue 11, section 2. Each ends with an error of the plugin within
 * its time, while the host goes on and the plugin's next call is answered.
 *
 * @module
 */
import { PluginError, PluginHandler } from "@dockstat/plugin-handler";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { rowOf } from "../handler/plugins.ts";
import { Standstill } from "../../tools/soak/standstill.ts";

/** What an attack may take before its action is out of time. */
const ACTION_MS = 1_500;
/** Far below what any of the attacks took when it ran in the host. */
const STANDSTILL_MS = 1_000;
const ROOM = 512 * 1024 * 1024;

const OUT_OF_TIME = /took longer than/;
const JOINED =
  `id IN (SELECT a.value FROM json_each(?) a, json_each(?) b, json_each(?) c)`;

/** Each attack as an action, and how it ends. */
const ATTACKS: Readonly<Record<string, [action: string, end: RegExp]>> = {
  "three joined json_each()": [
    `({ table }) => {
      const list = JSON.stringify(Array.from({ length: 3_000 }, (_, i) => i));
      return table.whereRaw("${JOINED}", [list, list, list]).all();
    }`,
    OUT_OF_TIME,
  ],
  "a comment in front of it": [
    `({ table }) => {
      const list = JSON.stringify(Array.from({ length: 3_000 }, (_, i) => i));
      return table.whereRaw("/* no scan */ ${JOINED}", [list, list, list]).all();
    }`,
    OUT_OF_TIME,
  ],
  "values joined four times": [
    `({ table }) => {
      const values = "(VALUES " +
        Array.from({ length: 200 }, (_, i) => "(" + i + ")").join() + ")";
      const four = ["a", "b", "c", "d"].map((name) => values + " " + name);
      return table.whereRaw("id IN (SELECT a.column1 FROM " + four.join() + ")").all();
    }`,
    OUT_OF_TIME,
  ],
  "20 rows of 10 MB": [
    `({ table }) => {
      for (let i = 0; i < 20; i++) table.insert({ text: "x".repeat(1e7) });
      return table.select(["*"]).all();
    }`,
    /larger than 16777216 bytes|process crashed|took longer than/,
  ],
  "a million rows": [
    `({ table }) => {
      const rows = Array.from({ length: 1_000 }, () => ({ text: "x" }));
      table.insertBatch(rows);
      return table.whereRaw("id > 0 OR id IN (SELECT 1)").all().length +
        table.whereRaw("id IN (SELECT id FROM rows_1) AND (SELECT count(*) FROM rows_1 a, rows_1 b, rows_1 c) > 0").all().length;
    }`,
    OUT_OF_TIME,
  ],
  "half a gigabyte of zeros": [
    `({ table }) => {
      table.insert({ text: "x" });
      return table.whereRaw("length(hex(zeroblob(500000000))) > id").count();
    }`,
    /too big/,
  ],
  "a transaction that never ends": [
    `({ table }) => {
      table.insert({ text: "x" });
      for (;;) table.where({ text: "x" }).update({ text: "x" });
    }`,
    OUT_OF_TIME,
  ],
};

const CODE = `
// Whatever the builder offers, an attack may send any statement.
export default {
  config: {
    table: { name: "rows_1", columns: {
      id: { type: "INTEGER", primaryKey: true, autoincrement: true },
      text: { type: "TEXT" },
    } },
    actions: {
      ok: ({ table }) => table.count(),
      ${
  Object.entries(ATTACKS).map(([name, [action]]) =>
    `${JSON.stringify(name)}: ${action}`
  ).join(",\n")
}
    },
    apiRoutes: {
      "/ok": { method: "GET", actions: ["ok"] },
      ${
  Object.keys(ATTACKS).map((name, index) =>
    `"/${index}": { method: "GET", actions: [${JSON.stringify(name)}] }`
  ).join(",\n")
}
    },
  },
};`;

/** A handler with a file database and the attacker. */
class Attack implements AsyncDisposable {
  readonly folder = Deno.makeTempDirSync();
  readonly handler = new PluginHandler(`${this.folder}/agent.db`, {
    isolation: "process",
    actionTimeoutMs: ACTION_MS,
    loadTimeoutMs: 60_000,
    quarantineAfter: 0,
  });

  async load(code = CODE): Promise<unknown> {
    this.handler.savePlugin(rowOf("attacker", code));
    return await this.handler.loadPlugin(1).catch((error) => error);
  }

  ask(path: string): Promise<unknown> {
    const request = new Request(`http://localhost${path}`);
    return this.handler.handleRoute(1, path, request)
      .catch((error) => error) as Promise<unknown>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.handler.close();
    await Deno.remove(this.folder, { recursive: true });
  }
}

for (const [index, [name, [, end]]] of Object.entries(ATTACKS).entries()) {
  Deno.test(`a statement of an isolated plugin stops nobody but it: ${name}`, async () => {
    await using attack = new Attack();
    await attack.load();
    const before = Deno.memoryUsage().rss;
    using standstill = new Standstill();
    const outcome = await attack.ask(`/${index}`);
    assert(outcome instanceof PluginError, String(outcome));
    assertEquals(outcome.pluginId, 1);
    assertMatch(outcome.message, end);
    assert(
      standstill.longestMs < STANDSTILL_MS,
      `the host stood still for ${standstill.longestMs} ms`,
    );
    assert(Deno.memoryUsage().rss - before < ROOM);
    assertEquals(typeof await attack.ask("/ok"), "number");
  });
}

Deno.test("making a table stops nobody but its plugin: a CHECK that takes half a gigabyte", async () => {
  await using attack = new Attack();
  using standstill = new Standstill();
  const check = "length(hex(zeroblob(400000000))) > 0";
  await attack.load(
    CODE.replace(
      `text: { type: "TEXT" }`,
      `text: { type: "TEXT", check: ${JSON.stringify(check)}, default: "x" }`,
    ),
  );
  await attack.ask("/1");
  assert(standstill.longestMs < STANDSTILL_MS, `${standstill.longestMs} ms`);
});

Deno.test("migrating a table stops nobody but its plugin", async () => {
  await using attack = new Attack();
  const filled = CODE.replace(
    "ok: ({ table }) =>",
    `ok: ({ table }) => table.insertBatch(
      Array.from({ length: 20_000 }, () => ({ text: "x" })),
    ).changes + table.count() * 0 || `,
  );
  await attack.load(filled);
  await attack.ask("/ok");
  using standstill = new Standstill();
  // Half a million characters are searched for each row.
  const check =
    "instr(replace(hex(zeroblob(200000)), '00', 'ab'), 'b' || text) > -1";
  attack.handler.savePlugin(
    rowOf(
      "attacker",
      CODE.replace(
        `text: { type: "TEXT" }`,
        `text: { type: "TEXT", check: ${JSON.stringify(check)} }`,
      ),
      { version: "2.0.0" },
    ),
  );
  await attack.handler.loadPlugin(1).catch(() => {});
  assert(standstill.longestMs < STANDSTILL_MS, `${standstill.longestMs} ms`);
});

Deno.test("PluginHandler refuses what a table of maxTableBytes cannot hold, and deleting works", async () => {
  const folder = Deno.makeTempDirSync();
  await using handler = new PluginHandler(`${folder}/agent.db`, {
    isolation: "process",
    actionTimeoutMs: 60_000,
    loadTimeoutMs: 60_000,
    sandbox: { maxTableBytes: 1024 * 1024 },
  });
  handler.savePlugin(rowOf(
    "hoarder",
    `export default { config: {
      table: { name: "hoard", columns: {
        id: { type: "INTEGER", primaryKey: true },
        text: { type: "TEXT" },
      } },
      actions: {
        fill: ({ table }) => { for (;;) table.insert({ text: "x".repeat(50_000) }) },
        clear: ({ table }) => table.whereRaw("1").delete().changes,
        one: ({ table }) => table.insert({ text: "y" }).changes,
      },
      apiRoutes: {
        "/fill": { method: "GET", actions: ["fill"] },
        "/clear": { method: "GET", actions: ["clear"] },
        "/one": { method: "GET", actions: ["one"] },
      },
    } };`,
  ));
  await handler.loadPlugin(1);
  const ask = (path: string) =>
    handler.handleRoute(1, path, new Request(`http://localhost${path}`));
  const error = await ask("/fill").then(() => undefined, (error) => error);
  assertMatch(error.message, /1048576 bytes of sandbox.maxTableBytes/);
  assertEquals(error.cause.code, "STORE_FAILED");
  const { tableBytes } = handler.getHealth(1);
  assert(tableBytes! > 900_000, `${tableBytes}`);
  assert((await ask("/clear") as number) > 10);
  assertEquals(await ask("/one"), 1);
  await handler.close();
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("a store that is killed takes its plugin along, and the next call gets another", async () => {
  await using attack = new Attack();
  await attack.load();
  await attack.ask("/ok");
  const { stdout } = await new Deno.Command("ps", {
    args: ["-o", "pid=", "--ppid", String(Deno.pid)],
  }).output();
  const pids = new TextDecoder().decode(stdout).trim().split(/\s+/).map(Number);
  for (const pid of pids) {
    try {
      Deno.kill(pid, "SIGKILL");
    } catch {
      // That was ps.
    }
  }
  for (let attempt = 0; attempt < 50; attempt++) {
    if (typeof await attack.ask("/ok") === "number") return;
  }
  throw new Error("no call was answered");
});
