import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type Dict,
  readable,
  valueAt,
  withValueAt,
} from "../../console/renderer/paths.ts";
import { length, ownClasses, tracks } from "../../console/renderer/styles.ts";

Deno.test("withValueAt() changes a copy, and no prototype", () => {
  const before = { a: { list: [{ x: 1 }, { x: 2 }] }, kept: 1 };
  assertEquals(withValueAt(before, ["a", "list", "1", "x"], 3), {
    a: { list: [{ x: 1 }, { x: 3 }] },
    kept: 1,
  });
  assertEquals(before.a.list[1]!.x, 2);
  for (const path of [["__proto__", "p"], ["a", "constructor", "p"]]) {
    assertEquals(withValueAt(before, path, 1), before);
  }
  assertEquals(Reflect.get({}, "p"), undefined);
});

Deno.test("withValueAt() makes what valueAt() finds", () => {
  const key = fc.string({ minLength: 1 }).filter((it) =>
    !["__proto__", "constructor", "prototype"].includes(it)
  );
  fc.assert(fc.property(
    fc.dictionary(key, fc.jsonValue()) as fc.Arbitrary<Dict>,
    fc.array(key, { minLength: 1, maxLength: 3 }),
    fc.jsonValue(),
    (root, path, value) => {
      const changed = withValueAt(root, path, value);
      // A place in a list that it does not have is no place.
      if (changed === root) return;
      if (Array.isArray(valueAt(root, path.slice(0, 1)))) return;
      assertEquals(valueAt(changed, path), value);
    },
  ));
});

Deno.test("readable() shows 0, hides false, and writes objects as JSON", () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  assertEquals(
    [0, false, true, null, undefined, "x", { a: 1 }, [1], circle].map(readable),
    ["0", "", "", "", "", "x", '{"a":1}', "[1]", ""],
  );
});

Deno.test("length() and tracks() take lengths and nothing else", () => {
  assertEquals(
    [16, "1rem", "2px 4px", "auto", " 50% "].map(length),
    ["16px", "1rem", "2px 4px", "auto", "50%"],
  );
  for (
    const bad of [
      "url(x)",
      "1px;color:red",
      NaN,
      {},
      "var(--x)",
      "expression(1)",
    ]
  ) {
    assertEquals(length(bad), undefined, String(bad));
  }
  assertEquals(tracks(3), "repeat(3, minmax(0, 1fr))");
  assertEquals(tracks(1e9), "repeat(24, minmax(0, 1fr))");
  assertEquals(tracks("1fr 2fr"), "1fr 2fr");
});

Deno.test("ownClasses() gives plugins no class of the console", () => {
  assertEquals(
    ownClasses({ className: " notices  text-sm" }),
    "p-notices p-text-sm",
  );
  assertEquals(ownClasses({ className: { x: 1 } }), "");
});
