/** Adds 1 to a counter many times, each time in a transaction of its own. */
import { DB } from "../../src/sqlite/mod.ts";

const [path, times] = Deno.args as [string, string];
using db = new DB(path);
const table = db.table<{ id: number; n: number }>("counter");
for (let i = 0; i < Number(times); i++) {
  db.transaction(() => {
    const n = table.where({ id: 1 }).value("n")!;
    table.where({ id: 1 }).update({ n: n + 1 });
  });
  table.whereRgx({ id: /^2$/ }).increment("n");
  if (table.where({ id: 3 }).deleteAndGet().length === 0) {
    table.insertAndGet({ id: 3 }, { orIgnore: true });
  }
}
