import { assertEquals } from "@std/assert";
import { readModuleGraph } from "../../tools/module_graph.ts";

Deno.test("readModuleGraph() tells imports of types from those of code", async () => {
  const root = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${root}/deno.json`, "{}");
    await Deno.writeTextFile(
      `${root}/a.ts`,
      'import type { B } from "./b.ts";\nimport { c } from "./c.ts";\nexport const a: B = c;\n',
    );
    await Deno.writeTextFile(`${root}/b.ts`, "export type B = number;\n");
    await Deno.writeTextFile(`${root}/c.ts`, "export const c = 1;\n");
    const { files, edges } = await readModuleGraph(root, ["a.ts"]);
    assertEquals(files.toSorted(), ["a.ts", "b.ts", "c.ts"]);
    assertEquals(edges, [
      { from: "a.ts", to: "b.ts", typeOnly: true },
      { from: "a.ts", to: "c.ts", typeOnly: false },
    ]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
