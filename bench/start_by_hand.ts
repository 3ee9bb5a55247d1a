/**
 * The floor of `start_bench.ts`: the same rows, imports, tables and answer
 * without the handler, or SQLite alone.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";

const [way, file = ""] = Deno.args;

if (way === "resident") {
  const db = new DatabaseSync(file);
  await new Promise((resolve) => setTimeout(resolve, 500));
  console.log(Deno.memoryUsage().rss);
  db.close();
} else {
  await byHand();
}

/** The least that a start can do: rows, imports, tables, one answer. */
async function byHand(): Promise<void> {
  const db = new DatabaseSync(file);
  const rows = db.prepare("SELECT id, plugin FROM plugins ORDER BY id").all();
  const loaded = await Promise.all(rows.map(async ({ plugin }) => {
    const blob = new Blob([String(plugin)], { type: "text/javascript" });
    const url = URL.createObjectURL(blob);
    try {
      return (await import(url)).default;
    } finally {
      URL.revokeObjectURL(url);
    }
  }));
  const { config } = loaded.at(-1);
  const table = {
    get: () =>
      db.prepare(`SELECT count(*) AS n FROM ${config.table.name}`).get(),
  };
  const value = config.actions.state({
    table: { count: () => table.get()!.n },
  });
  if (Response.json(value).status !== 200) throw new Error("no answer");
  db.close();
}
