import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  cyclesOf,
  type Edge,
  emptyRoomsOf,
  orphansOf,
  roomOf,
  rooms,
  violationOf,
} from "../../tools/architecture.ts";

function edge(from: string, to: string, typeOnly = false): Edge {
  return { from, to, typeOnly };
}

Deno.test("roomOf() takes the longest prefix", () => {
  assertEquals(roomOf("src/shared/errors.ts")?.name, "shared");
  assertEquals(roomOf("src/sqlite/mod.ts")?.name, "sqlite");
  assertEquals(roomOf("src/handler/plugin_handler.ts")?.name, "handler");
  assertEquals(roomOf("src/handler/options.ts")?.name, "handler");
  assertEquals(roomOf("src/new_room/mod.ts"), undefined);
});

Deno.test("violationOf() lets an import down the order pass through a door", () => {
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

Deno.test("violationOf() names an import past the door", () => {
  assertStringIncludes(
    violationOf(
      edge("src/handler/plugin_handler.ts", "src/install/manifest/manifest.ts"),
    )!,
    "manifest.ts: the doors of install are mod.ts",
  );
});

Deno.test("emptyRoomsOf() names the rooms that hold no file", () => {
  const files = rooms.map(({ paths }) => `${paths[0]}mod.ts`);
  assertEquals(emptyRoomsOf(files), []);
  assertEquals(
    emptyRoomsOf(files.filter((file) => !file.startsWith("src/docker/"))),
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

Deno.test("rooms see only rooms before them", () => {
  const names = rooms.map(({ name }) => name);
  for (const [index, { sees }] of rooms.entries()) {
    assertEquals(
      sees.filter((name) => !names.slice(0, index).includes(name)),
      [],
    );
  }
});
