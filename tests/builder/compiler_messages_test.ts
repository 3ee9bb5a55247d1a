/** What TypeScript says of the mistakes that do not compile. */
import { fromFileUrl } from "@std/path";
import { assert, assertEquals } from "@std/assert";

/** A definition with mistakes, and what the compiler says of them, each once. */
const MISTAKES: readonly [definition: string, message: string][] = [
  [
    `{ events: { onContainerStrat: () => {} } }`,
    "but 'onContainerStrat' does not exist in type",
  ],
  [
    `{ events: { onContainerStrat: () => {} } }`,
    "Did you mean to write 'onContainerStart'?",
  ],
  [
    `{ config: {
      actions: { list: () => [] },
      apiRoutes: { "GET /a": { actions: ["lst"] } },
    } }`,
    `Type '"lst"' is not assignable to type '"list"'.`,
  ],
  [
    `{ config: { actions: { list: ({ table }) => table?.all() } } }`,
    "Property 'all' does not exist on type 'NoTableDeclared'.",
  ],
  [
    `{ config: {
      actions: { find: ({ params }) => params.idd },
      apiRoutes: { "GET /a/:id": { actions: ["find"] } },
    } }`,
    "Property 'idd' does not exist on type",
  ],
  [
    `{ config: {
      table: { name: "t", columns: { url: column.text({ notNull: true }) } },
      actions: { add: ({ table }) => table?.insert({ ulr: 1 }) },
    } }`,
    "and 'ulr' does not exist in type 'NewRow<",
  ],
  [
    `{ config: {
      table: { name: "t", columns: {
        url: column.text({ notNull: true }),
        note: column.text(),
      } },
      actions: { add: ({ table }) => table?.insert({ note: "a" }) },
    } }`,
    "Property 'url' is missing in type '{ note: string; }'",
  ],
  [
    `{ config: {
      actions: { list: () => [] },
      apiRoutes: { "GET /items": { actions: ["list"] } },
      frontend: { routes: [{
        path: "/",
        template: {},
        loaders: [{ id: "items", apiRoute: "/itms" }],
      }] },
    } }`,
    `Type '"/itms"' is not assignable to type '"/itms" & NotAmong<`,
  ],
  [
    `{ config: { frontend: { routes: [{
      path: "/",
      template: { type: "button", props: { text: "A", action: "refrsh" } },
      actions: [{ id: "refresh", type: "reload" }],
    }] } } }`,
    `Type '"refrsh"' is not assignable to type '"refrsh" & NotAmong<"refresh">'.`,
  ],
  [
    `{ config: { settings: { limit: { type: "number", default: 1 } },
      actions: { a: ({ settings }) => settings.limt } } }`,
    "Property 'limt' does not exist on type",
  ],
];

Deno.test("definePlugin() lets the compiler say what is wrong, and where", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const file = `${folder}/mistakes.ts`;
    const calls = MISTAKES.map(([definition]) =>
      `definePlugin(${definition});`
    );
    const names = "column, definePlugin";
    await Deno.writeTextFile(
      file,
      [
        `import { ${names} } from "@dockstat/plugin-handler/builder";`,
        "void column;",
        ...calls,
      ].join("\n"),
    );
    const config = fromFileUrl(new URL("../../deno.json", import.meta.url));
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--no-lock", "--config", config, file],
      env: { NO_COLOR: "1" },
    }).output();
    assertEquals(success, false);
    const said = new TextDecoder().decode(stderr);
    for (const [, message] of MISTAKES) {
      assert(said.includes(message), `${message}\n\n${said}`);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
