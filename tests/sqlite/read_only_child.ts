/** Opens a database that this process cannot write, and says what it finds. */
import { DB } from "../../src/sqlite/mod.ts";

const [path] = Deno.args;
const found: unknown[] = [];
using db = new DB(path!);
found.push(db.table("t").pluck("n"));
try {
  db.table("t").insert({ n: 2 });
} catch (error) {
  found.push((error as Error).message, (error as { status: number }).status);
}
try {
  new DB(`${path}.new`);
} catch (error) {
  found.push((error as Error).message, (error as { status: number }).status);
}
try {
  db.backup(`${path}.copy`);
} catch (error) {
  found.push((error as Error).message, (error as { status: number }).status);
}
console.log(JSON.stringify(found));
