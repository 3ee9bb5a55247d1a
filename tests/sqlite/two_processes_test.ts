import { assertEquals } from "@std/assert";
import { column, DB } from "../../src/sqlite/mod.ts";
import { Scratch } from "./fixtures.ts";

const WORKER = new URL("./busy_worker.ts", import.meta.url);
const TIMES = 300;

Deno.test("two processes on one file wait for each other", async () => {
  using scratch = new Scratch();
  const path = scratch.file("a.db");
  using db = new DB(path);
  db.createTable("counter", { id: column.id(), n: column.integer() })
    .insert([{ n: 0 }, { n: 0 }]);
  const args = ["run", "--no-check", "--allow-all", WORKER.pathname, path];
  const outputs = await Promise.all(
    [1, 2].map(() =>
      new Deno.Command(Deno.execPath(), { args: [...args, String(TIMES)] })
        .output()
    ),
  );
  for (const { code, stderr } of outputs) {
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
  }
  assertEquals(db.table("counter").whereIn("id", [1, 2]).pluck("n"), [
    2 * TIMES,
    2 * TIMES,
  ]);
});

const TICK_MS = 20;
const FILES = 100;

Deno.test("many processes open new files and make their tables at once", async () => {
  using scratch = new Scratch();
  const module = new URL("../../src/sqlite/mod.ts", import.meta.url).href;
  const worker = scratch.file("open.ts");
  // At every tick of the clock all of them open the file of that tick.
  Deno.writeTextFileSync(
    worker,
    `import { column, DB } from ${JSON.stringify(module)};
    for (let i = 0; i < ${FILES}; i++) {
      const tick = Math.floor(Date.now() / ${TICK_MS}) + 1;
      while (Date.now() < tick * ${TICK_MS});
      using db = new DB(Deno.args[0] + "/" + tick + ".db");
      db.createTable("t", { id: column.id() }).insert({ id: Deno.pid });
      const mode = db.pragma("journal_mode");
      if (mode !== "wal") throw new Error(String(mode));
    }`,
  );
  const folder = scratch.file("new");
  Deno.mkdirSync(folder);
  const args = ["run", "--no-check", "--allow-all", worker, folder];
  const outputs = await Promise.all(
    [1, 2, 3, 4].map(() =>
      new Deno.Command(Deno.execPath(), { args }).output()
    ),
  );
  for (const { code, stderr } of outputs) {
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
  }
  let rows = 0;
  for (const { name } of Deno.readDirSync(folder)) {
    if (!name.endsWith(".db")) continue;
    using db = new DB(`${folder}/${name}`);
    rows += db.table("t").count();
  }
  assertEquals(rows, 4 * FILES);
});
