import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { evaluate, holds } from "../../console/renderer/expression.ts";

const scope = {
  state: {
    flag: true,
    off: false,
    n: 3,
    status: "running",
    name: "web",
    none: null,
    deep: { list: [{ id: 7 }] },
  },
  data: { n: 4, items: [1, 2] },
  variables: { item: { id: 1 } },
};

Deno.test("holds() keeps what conditions were right about, and mends the rest", () => {
  const table: [string, boolean][] = [
    ["", true],
    ["flag", true],
    [" flag ", true],
    ["off", false],
    ["missing", false],
    ["status === 'running'", true],
    ['status !== "running"', false],
    ["status === running", true],
    ["status === 'running' && name === 'web'", true],
    ["status === 'x' || name === 'web'", true],
    ["!off", true],
    ["!(flag && off)", true],
    ["n === 4", true],
    ["state.n === 3", true],
    ["data.n > 3", true],
    ["n >= 5", false],
    ["none === null", true],
    ["missing === undefined", true],
    ["items.length === 2", true],
    ["deep.list.0.id === 7", true],
    ["item.id === 1", true],
    ["flag === true", true],
    ["name < 3", false],
    ["constructor", false],
    ["__proto__", false],
    ["name.constructor", false],
    ["items.constructor", false],
  ];
  for (const [condition, expected] of table) {
    assertEquals(holds(condition, scope), expected, condition);
  }
});

Deno.test("holds() hides nothing for what it cannot read", () => {
  for (const condition of ["a ===", "(a", "a b", "alert(1)", "a = 1", "&&"]) {
    assertEquals(evaluate(condition, scope), undefined, condition);
    assertEquals(holds(condition, scope), true, condition);
  }
});

Deno.test("holds() answers for every text", () => {
  const part = fc.constantFrom(
    "a",
    "&&",
    "(",
    ")",
    "!",
    "===",
    "'x'",
    "1",
    " ",
  );
  fc.assert(fc.property(
    fc.oneof(fc.string(), fc.array(part).map((parts) => parts.join(" "))),
    (condition) => typeof holds(condition, scope) === "boolean",
  ));
});

Deno.test("holds() refuses nesting that would exhaust the stack", () => {
  assertEquals(holds("(".repeat(1_900), scope), true);
  assertEquals(holds("!".repeat(1_900) + "off", scope), false);
});
