/**
 * Kills the processes of an isolated plugin while it writes: no write that was
 * acknowledged is lost. `deno task long crash:stores` does it 200 times.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { childProcesses } from "./both_ways.ts";
import { SandboxedPlugin } from "./sandboxed_plugin.ts";

const KILLS = Number(Deno.env.get("CRASH_KILLS") ?? 4);

const CODE = `export default { name: "guest", version: "1.0.0", config: {
  table: { name: "writes", columns: {
    id: { type: "INTEGER", primaryKey: true },
    n: { type: "INTEGER" },
  } },
  actions: {
    add: ({ table, body }) => {
      table.insert({ n: body });
      return body;
    },
    both: ({ table, body }) => {
      table.insertBatch([{ n: body }, { n: body + 0.5 }]);
      return body;
    },
  },
} };`;

/** Writes until a call fails, and notes what was acknowledged. */
async function write(
  plugin: SandboxedPlugin,
  first: number,
  acknowledged: number[],
): Promise<number> {
  for (let n = first;; n++) {
    try {
      const action = n % 2 === 0 ? "add" : "both";
      acknowledged.push(await plugin.call(action, { body: n }));
    } catch {
      return n + 1;
    }
  }
}

Deno.test(
  `an isolated plugin that is killed ${KILLS} times loses no acknowledged write`,
  {
    ignore: Deno.build.os === "windows",
  },
  async () => {
    const folder = Deno.makeTempDirSync();
    const acknowledged: number[] = [];
    const answers: number[] = [];
    let next = 0;
    for (let round = 0; round < KILLS; round++) {
      await using plugin = new SandboxedPlugin(CODE, { folder });
      await plugin.call("add", { body: next });
      acknowledged.push(next++);
      const writing = write(plugin, next, acknowledged);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
      const victims = await childProcesses();
      Deno.kill(victims[round % victims.length]!, "SIGKILL");
      const start = performance.now();
      next = await writing;
      await plugin.call("add", { body: next });
      answers.push(performance.now() - start);
      acknowledged.push(next++);
    }
    const last = new SandboxedPlugin(CODE, { folder });
    await last.call("add", { body: next });
    using db = last.openFile();
    assertEquals(db.integrityCheck(), [{ integrity_check: "ok" }]);
    const stored = db.table("writes").select(["n"]).all().map(({ n }) => n);
    const found = new Set(stored);
    assertEquals(acknowledged.filter((n) => !found.has(n)), []);
    // Nothing is written twice, and of a batch all or nothing.
    assertEquals(found.size, stored.length);
    const halves = stored.filter((n) => !Number.isInteger(n));
    assert(halves.every((n) => found.has(Number(n) - 0.5)));
    await last[Symbol.asyncDispose]();
    Deno.removeSync(folder, { recursive: true });
    answers.sort((a, b) => a - b);
    console.log(
      `${KILLS} kills: ${acknowledged.length} writes acknowledged, none lost; next answer after ${
        answers[answers.length >> 1]!.toFixed(0)
      } ms (median)`,
    );
  },
);
