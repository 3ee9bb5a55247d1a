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

Deno.test("many processes open a new file and make its table at once", async () => {
  using scratch = new Scratch();
  const module = new URL("../../src/sqlite/mod.ts", import.meta.url).href;
  const worker = scratch.file("open.ts");
  Deno.writeTextFileSync(
    worker,
    `import { column, DB } from ${JSON.stringify(module)};
    using db = new DB(Deno.args[0]);
    db.createTable("t", { id: column.id() }).insert({ id: Deno.pid });
    console.log(db.pragma("journal_mode"));`,
  );
  const path = scratch.file("new.db");
  const args = ["run", "--no-check", "--allow-all", worker, path];
  const outputs = await Promise.all(
    [1, 2, 3, 4].map(() =>
      new Deno.Command(Deno.execPath(), { args }).output()
    ),
  );
  const decoder = new TextDecoder();
  for (const { stdout, stderr } of outputs) {
    assertEquals([decoder.decode(stdout), decoder.decode(stderr)], [
      "wal\n",
      "",
    ]);
  }
  using db = new DB(path);
  assertEquals(db.table("t").count(), 4);
});
