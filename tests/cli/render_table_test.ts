import { assertEquals } from "@std/assert";
import { colours } from "../../src/cli/program/colours.ts";
import { renderTable } from "../../src/cli/program/render_table.ts";

Deno.test("renderTable() aligns wide and combined characters, and colours", () => {
  const red = colours(true).red("ab");
  assertEquals(
    renderTable(["name", "x"], [
      ["日本", 1],
      ["e\u0301a", 2],
      [red, 3],
      ["line\nbreak", null],
    ], colours(false)),
    [
      "name        x",
      "日本        1",
      "e\u0301a          2",
      `${red}          3`,
      "line break",
    ].join("\n"),
  );
});
