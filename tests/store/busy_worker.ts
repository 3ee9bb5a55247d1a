/** Adds 1 to a counter many times, each time in a transaction of its own. */
import { DB } from "../../src/store/mod.ts";

const [path, times] = Deno.args as [string, string];
using db = new DB(path);
const table = db.table<{ id: number; n: number }>("counter");
for (let i = 0; i < Number(times); i++) {
  db.driver.transaction(() => {
    const n = table.where({ id: 1 }).value("n")!;
    table.where({ id: 1 }).update({ n: n + 1 });
  }, "IMMEDIATE");
  table.where({ id: 2 }).increment("n");
}
