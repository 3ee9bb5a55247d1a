/**
 * Writes to a database for ever, to be killed at any moment: batches whose
 * rows carry one number, migrations back and forth, backups.
 */
import { column, DB } from "../../src/sqlite/mod.ts";

export const BATCH = 40;
const [path, mode] = Deno.args as [string, "batch" | "migration" | "backup"];

function work(db: DB): void {
  const columns = { id: column.id(), turn: column.integer() };
  const wide = { ...columns, extra: column.text({ default: "x" }) };
  const table = db.createTable<Record<string, unknown>>("t", columns);
  let turn = Number(table.orderBy("id").desc().value("turn") ?? 0);
  console.log("ready");
  for (;;) {
    turn++;
    table.insertBatch(Array.from({ length: BATCH }, () => ({ turn })));
    if (mode === "migration") {
      db.createTable("t", turn % 2 === 0 ? columns : wide);
    }
    if (mode === "backup") db.backup(`${path}.${crypto.randomUUID()}.copy`);
  }
}

if (import.meta.main) work(new DB(path));
