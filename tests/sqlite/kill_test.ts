/** `SIGKILL` in the middle of writing, 50 times. */
import { assertEquals } from "@std/assert";
import { DB } from "../../src/sqlite/mod.ts";
import { Scratch } from "./fixtures.ts";
import { BATCH } from "./kill_worker.ts";

const WORKER = new URL("./kill_worker.ts", import.meta.url);
const KILLS = { batch: 20, migration: 20, backup: 10 } as const;

/** Starts a writer and kills it some milliseconds after its first write. */
async function writeAndKill(
  path: string,
  mode: keyof typeof KILLS,
  delay: number,
): Promise<void> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--allow-all", WORKER.pathname, path, mode],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  await new Promise((done) => setTimeout(done, delay));
  child.kill("SIGKILL");
  await reader.cancel();
  await child.status;
}

function assertWhole(path: string): number {
  using db = new DB(path);
  assertEquals(db.integrityCheck(), [{ integrity_check: "ok" }]);
  const batches = db.driver.all(
    "SELECT turn, count(*) AS n FROM t GROUP BY turn HAVING n <> ?",
    [BATCH],
  );
  assertEquals(batches, [], "half a batch is there");
  assertEquals(db.getSchema().map(({ name }) => name), [
    "sqlite_sequence",
    "t",
  ]);
  return db.table("t").count();
}

function copiesOf(directory: string): string[] {
  return [...Deno.readDirSync(directory)]
    .map(({ name }) => name).filter((name) => name.endsWith(".copy"));
}

for (const [mode, kills] of Object.entries(KILLS)) {
  Deno.test(`${kills} kills in the middle of a ${mode} leave a whole database`, async () => {
    using scratch = new Scratch();
    const path = scratch.file("a.db");
    let before = 0;
    for (let i = 0; i < kills; i++) {
      await writeAndKill(path, mode as keyof typeof KILLS, i % 10 * 5);
      const rows = assertWhole(path);
      assertEquals(rows >= before, true, "committed rows are gone");
      before = rows;
      for (const copy of copiesOf(scratch.path)) {
        assertWhole(scratch.file(copy));
        Deno.removeSync(scratch.file(copy));
      }
    }
    assertEquals(before > 0, true, "nothing was ever written");
  });
}
