import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  areaOf,
  areas,
  cyclesOf,
  type Edge,
  emptyAreasOf,
  orphansOf,
  violationOf,
} from "../../tools/architecture.ts";

function edge(from: string, to: string, typeOnly = false): Edge {
  return { from, to, typeOnly };
}

Deno.test("areaOf() takes the longest prefix", () => {
  assertEquals(areaOf("src/shared/errors.ts")?.name, "shared");
  assertEquals(areaOf("src/sqlite/mod.ts")?.name, "sqlite");
  assertEquals(areaOf("src/handler/plugin_handler.ts")?.name, "handler");
  assertEquals(areaOf("src/handler/options.ts")?.name, "handler");
  assertEquals(areaOf("src/new_room/mod.ts"), undefined);
});

Deno.test("violationOf() lets an import down the order pass through an entry", () => {
  assertEquals(
    violationOf(edge("src/handler/plugin_handler.ts", "src/sqlite/mod.ts")),
    undefined,
  );
  assertEquals(
    violationOf(edge("src/store/a.ts", "src/store/b.ts")),
    undefined,
  );
});

Deno.test("violationOf() names an import up the order", () => {
  assertEquals(
    violationOf(edge("src/store/a.ts", "src/dispatch/mod.ts")),
    "src/store/a.ts -> src/dispatch/mod.ts: store may not import dispatch",
  );
});

Deno.test("violationOf() names an import past the entry", () => {
  assertStringIncludes(
    violationOf(
      edge("src/handler/plugin_handler.ts", "src/install/manifest/manifest.ts"),
    )!,
    "manifest.ts: the public files of install are mod.ts",
  );
});

Deno.test("emptyAreasOf() names the areas that hold no file", () => {
  const files = areas.map(({ paths }) => `${paths[0]}mod.ts`);
  assertEquals(emptyAreasOf(files), []);
  assertEquals(
    emptyAreasOf(files.filter((file) => !file.startsWith("src/docker/"))),
    ["docker"],
  );
});

Deno.test("cyclesOf() walks each circle once", () => {
  const edges = [
    edge("src/store/a.ts", "src/store/b.ts"),
    edge("src/store/b.ts", "src/store/c.ts", true),
    edge("src/store/c.ts", "src/store/a.ts"),
    edge("src/store/a.ts", "src/shared/errors.ts"),
  ];
  assertEquals(cyclesOf(edges), [
    ["src/store/a.ts", "src/store/b.ts", "src/store/c.ts", "src/store/a.ts"],
  ]);
  assertEquals(cyclesOf(edges.slice(1)), []);
});

Deno.test("orphansOf() names the files that no entry leads to", () => {
  const edges = [edge("mod.ts", "src/a.ts"), edge("src/b.ts", "src/c.ts")];
  assertEquals(
    orphansOf(["src/a.ts", "src/b.ts", "src/c.ts"], edges, ["mod.ts"]),
    ["src/b.ts", "src/c.ts"],
  );
});

Deno.test("areas see only areas before them", () => {
  const names = areas.map(({ name }) => name);
  for (const [index, { sees }] of areas.entries()) {
    assertEquals(
      sees.filter((name) => !names.slice(0, index).includes(name)),
      [],
    );
  }
});
