/** The guide to the table, against what there is. */
import { assertEquals } from "@std/assert";
import { DB, type PendingUpdate, QueryBuilder } from "../../src/sqlite/mod.ts";

const guide = Deno.readTextFileSync(
  new URL("../../docs/table.md", import.meta.url),
);
const examples = [...guide.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) =>
  code
)
  .join("\n");

/** The public methods of an object, its prototypes included. */
function methodsOf(prototype: object): string[] {
  const names = new Set<string>();
  for (
    let at = prototype;
    at !== Object.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  }
  names.delete("constructor");
  return [...names].sort();
}

const OBJECTS: Record<string, object> = {
  QueryBuilder: QueryBuilder.prototype,
  DB: DB.prototype,
};

for (const [name, prototype] of Object.entries(OBJECTS)) {
  Deno.test(`docs/table.md has an example of every method of ${name}`, () => {
    // Not written with a call: properties.
    const properties = new Set(["hasCondition", "driver"]);
    const missing = methodsOf(prototype).filter((method) =>
      !properties.has(method) && !examples.includes(`.${method}(`)
    );
    assertEquals(missing, []);
  });
}

Deno.test("docs/table.md has an example of an update that waits", () => {
  using db = new DB(":memory:");
  const pending: PendingUpdate = db.table("t").update({ a: 1 });
  assertEquals(typeof pending.run, "function");
  assertEquals(examples.includes(".run()"), true);
});

Deno.test("what authors see in the editor has the methods of the table", async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", new URL("../../builder.ts", import.meta.url).href],
    env: { NO_COLOR: "1" },
    stderr: "inherit",
  }).output();
  const text = new TextDecoder().decode(stdout);
  const missing = ["insert(", "where(", "update(", "upsert(", "run(): "]
    .filter((method) => !text.includes(method));
  assertEquals(missing, []);
});
