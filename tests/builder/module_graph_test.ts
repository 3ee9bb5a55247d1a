import { assertEquals } from "@std/assert";

interface Graph {
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly code?: { readonly specifier: string };
    }[];
  }[];
}

const ROOT = new URL("../../", import.meta.url).href;

Deno.test("builder.ts imports nothing heavy", async () => {
  const graph = await moduleGraph(`${ROOT}builder.ts`);
  const own = importedBy(graph, `${ROOT}builder.ts`)
    .map((specifier) => specifier.replace(ROOT, ""))
    .filter((path) => !path.startsWith("src/builder/"));

  assertEquals(own.sort(), [
    "builder.ts",
    "src/plugin/reply.ts",
    "src/shared/errors.ts",
    "src/shared/text/clip.ts",
    "src/sqlite/schema/column.ts",
    "src/sqlite/sql/sql_text.ts",
    "src/sqlite/sql/sql_words.ts",
    "src/sqlite/store_error.ts",
  ]);
});

async function moduleGraph(module: string): Promise<Graph> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", module],
    stderr: "inherit",
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** What is imported at run time; imports of types are erased. */
function importedBy(graph: Graph, root: string): string[] {
  const reached = new Set([root]);
  for (const specifier of reached) {
    const found = graph.modules.find((one) => one.specifier === specifier);
    for (const { code } of found?.dependencies ?? []) {
      if (code !== undefined) reached.add(code.specifier);
    }
  }
  return [...reached];
}
