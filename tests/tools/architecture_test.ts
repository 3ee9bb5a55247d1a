import { assertEquals } from "@std/assert";
import {
  cyclesOf,
  type Edge,
  exceptions,
  orphansOf,
  roomOf,
  rooms,
  violationOf,
} from "../../tools/architecture.ts";

function edge(from: string, to: string, typeOnly = false): Edge {
  return { from, to, typeOnly };
}

Deno.test("roomOf() takes the longest prefix", () => {
  assertEquals(roomOf("src/errors.ts")?.name, "words");
  assertEquals(roomOf("src/store/mod.ts")?.name, "store");
  assertEquals(roomOf("src/handler.ts")?.name, "handler");
  assertEquals(roomOf("src/handler/options.ts")?.name, "handler");
  assertEquals(roomOf("src/new_room/mod.ts"), undefined);
});

Deno.test("violationOf() lets an import down the order pass through a door", () => {
  assertEquals(
    violationOf(edge("src/handler.ts", "src/store/mod.ts")),
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
  assertEquals(
    violationOf(edge("src/handler.ts", "src/install/manifest.ts")),
    "src/handler.ts -> src/install/manifest.ts: the doors of install are mod.ts",
  );
});

Deno.test("violationOf() lets only types cross where there is an exception", () => {
  assertEquals(
    violationOf(edge("src/plugin.ts", "src/store/mod.ts", true)),
    undefined,
  );
  assertEquals(
    violationOf(edge("src/plugin.ts", "src/store/mod.ts")),
    "src/plugin.ts -> src/store/mod.ts: words may not import store",
  );
});

Deno.test("cyclesOf() walks each circle once", () => {
  const edges = [
    edge("src/store/a.ts", "src/store/b.ts"),
    edge("src/store/b.ts", "src/store/c.ts", true),
    edge("src/store/c.ts", "src/store/a.ts"),
    edge("src/store/a.ts", "src/errors.ts"),
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

Deno.test("rooms see only rooms before them, and exceptions name rooms that are", () => {
  const names = rooms.map(({ name }) => name);
  for (const [index, { sees }] of rooms.entries()) {
    assertEquals(
      sees.filter((name) => !names.slice(0, index).includes(name)),
      [],
    );
  }
  assertEquals(exceptions.filter(({ to }) => !names.includes(to)), []);
});
