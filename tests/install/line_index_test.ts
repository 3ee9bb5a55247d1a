import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { LineIndex } from "../../src/install/manifest/line_index.ts";

Deno.test("LineIndex counts the line breaks before an offset", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "\n", "\r") });
  fc.assert(fc.property(text, fc.nat(20), (text, offset) => {
    const before = text.slice(0, offset).split("\n").length;
    assertEquals(new LineIndex(text).lineAt(offset), before);
  }));
});
