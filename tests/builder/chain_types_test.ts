import { chain, definePlugin } from "@dockstat/plugin-handler/builder";
import { assertEquals } from "@std/assert";
import { assertType, type IsExact } from "@std/testing/types";
import { inMemory, post, save } from "../handler/plugins.ts";

interface Note {
  id: number;
  text: string;
}

Deno.test("chain() types previousAction by what the step before returned", () => {
  const steps = chain("parse", async ({ body, previousAction }) => {
    assertType<IsExact<typeof previousAction, undefined>>(true);
    return await Promise.resolve({ text: String(body.text) });
  }).step("check", ({ previousAction, stop }) => {
    assertType<IsExact<typeof previousAction, { text: string }>>(true);
    return previousAction.text === "" ? stop("empty") : previousAction;
  }).step("save", ({ table, previousAction }) => {
    // @ts-expect-error: Property 'txt' does not exist on type '{ text: string; }'
    table.insert({ text: previousAction.txt });
    return 1;
  });
  assertType<IsExact<keyof typeof steps.actions, "parse" | "check" | "save">>(
    true,
  );
  assertEquals(steps.names, ["parse", "check", "save"]);
});

Deno.test("chain()() knows the rows as well", () => {
  chain<Note>()("read", ({ table }) => table?.where({ id: 1 }).first() ?? null)
    .step("name", ({ previousAction }) => {
      assertType<IsExact<typeof previousAction, Note | null>>(true);
      return previousAction?.text;
    })
    // @ts-expect-error: 'txt' does not exist in type 'Partial<Note>'
    .step("lost", ({ table }) => table?.insert({ txt: "a" }));
});

Deno.test("definePlugin() takes a chain, and no route over steps that it lacks", () => {
  const steps = chain("a", () => 1).step("b", () => 2);
  const longer = steps.step("c", () => 3);
  definePlugin({
    name: "chained",
    version: "1.0.0",
    config: {
      actions: { ...steps.actions },
      apiRoutes: { "GET /a": { actions: steps.names } },
    },
  });
  definePlugin({
    name: "chained",
    version: "1.0.0",
    config: {
      actions: { ...steps.actions },
      // @ts-expect-error: Type '"c"' is not assignable to type '"a" | "b"'
      apiRoutes: { "GET /a": { actions: longer.names } },
    },
  });
  assertEquals(steps.names, ["a", "b"]);
});

Deno.test("chain() gives actions that the handler runs in order", async () => {
  await using handler = inMemory();
  const builder = import.meta.resolve("@dockstat/plugin-handler/builder");
  const id = save(
    handler,
    "chained",
    `import { chain, definePlugin } from "${builder}";
    const steps = chain("parse", ({ body }) => body.text.split(" "))
      .step("count", ({ previousAction }) => previousAction.length);
    export default definePlugin({ config: {
      actions: { ...steps.actions },
      apiRoutes: { "POST /count": { actions: steps.names } },
    } });`,
  );
  await handler.loadPlugin(id);
  assertEquals(
    await handler.handleRoute(id, "/count", post({ text: "a b c" })),
    3,
  );
});
