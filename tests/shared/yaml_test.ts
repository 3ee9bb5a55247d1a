import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { stringify } from "@std/yaml";
import fc from "fast-check";
import { readYaml } from "../../src/shared/document/yaml.ts";

function problemOf(text: string): string {
  const [issue] = readYaml(text).issues;
  assert(issue, text);
  return issue.message;
}

const data = fc.jsonValue({ depthSize: "small", maxDepth: 5 }).filter(
  (value) => !/__proto__|"<<"|e[+-]|\[object/.test(JSON.stringify(value)),
);

Deno.test("readYaml() reads JSON, however it is indented", () => {
  const indent = fc.constantFrom(undefined, 2, "\t");
  fc.assert(fc.property(data, indent, (value, indent) => {
    const text = JSON.stringify(value, null, indent);
    assertEquals(readYaml(text), { value: JSON.parse(text), issues: [] });
  }));
});

Deno.test("readYaml() reads what stringify() writes", () => {
  const written = data.map((value) => JSON.parse(JSON.stringify(value)));
  fc.assert(fc.property(written, (value) => {
    const text = stringify(value, { schema: "core" });
    assertEquals(readYaml(text), { value, issues: [] }, text);
  }));
});

Deno.test("readYaml() refuses numbers that are not what they look like", () => {
  const numbers = ["014", "1_000", "0b101", "0x1F", "+1", ".5", "5.", ".inf"];
  for (const number of numbers) {
    assertStringIncludes(
      problemOf(`a: ${number}`),
      `is written as ${number}, which would be`,
    );
    assertEquals(readYaml(`a: "${number}"`).issues, []);
  }
  const { value } = readYaml("a: 1.10\nb: -0.5e3\nc: 0\nd: yes\ne: 2020-01-01");
  assertEquals(value, { a: 1.1, b: -500, c: 0, d: "yes", e: "2020-01-01" });
});

Deno.test("readYaml() refuses a tab in the indentation", () => {
  for (
    const text of [
      "a:\n\tb: 1",
      "a:\n  \tb: 1",
      "a: b\n\tc: d",
      "- a\n\t- b",
      "a: |\n  x\n\tb: 1",
    ]
  ) assertStringIncludes(problemOf(text), "tab in its indentation");
});

Deno.test("readYaml() takes tabs that are no indentation of the structure", () => {
  const texts: [string, unknown][] = [
    ["a: |\n  x\n  \ty\nb: 1", { a: "x\n\ty\n", b: 1 }],
    ["a:\t1\n\t\nb: 2 \t# c\n\t# d", { a: 1, b: 2 }],
    ['a: "b\n\tc"', { a: "b c" }],
    ["a: 'b\n\tc'", { a: "b c" }],
    ["a: [\n\t1,\n\t{ b: 2 }\n]", { a: [1, { b: 2 }] }],
  ];
  for (const [text, value] of texts) {
    assertEquals(readYaml(text), { value, issues: [] });
  }
});

Deno.test("readYaml() refuses a key that is no scalar", () => {
  for (
    const text of [
      "[a]: 1",
      "{a: 1}: 2",
      "? [a]\n: 1",
      "? - a\n: 1",
      "?\n  - a\n: 1",
      "- ? {a: b}\n  : c",
      "x: {[a]: 1}",
      "x: [[a]: 1]",
      "x: {? [a] : 1}",
      "a: &a [x]\n*a : 1",
      "a: &a [x]\nb: {*a : 1}",
      "? a: b\n: c",
    ]
  ) assertStringIncludes(problemOf(text), "key that is no scalar");
});

Deno.test("readYaml() takes what only looks like such a key", () => {
  const texts: [string, unknown][] = [
    ["a: |\n  [b]: 1\n  ? [c]\nd: 1", { a: "[b]: 1\n? [c]\n", d: 1 }],
    ["- a: x\n  b: >-\n    [c]: 1\n  d: 1", [{ a: "x", b: "[c]: 1", d: 1 }]],
    ['a: "[b]: 1"\n', { a: "[b]: 1" }],
    ["a: 'it''s [b]: c'\n", { a: "it's [b]: c" }],
    ["a: b # [c]: d", { a: "b" }],
    ["a: b#[c]", { a: "b#[c]" }],
    ["? a\n: 1", { a: 1 }],
    ["a: [b, c]\nd: {e: [f]}", { a: ["b", "c"], d: { e: ["f"] } }],
    ["a: http://x:80/[y]", { a: "http://x:80/[y]" }],
    ["a: &b [c]\nd: *b", { a: ["c"], d: ["c"] }],
    ["a: x\n  [y]\nb: 1", { a: "x [y]", b: 1 }],
  ];
  for (const [text, value] of texts) {
    assertEquals(readYaml(text), { value, issues: [] });
  }
});

Deno.test("readYaml() refuses merge keys and __proto__ by their path", () => {
  const [merge, proto] = ["a: {<<: {b: 1}}", "a:\n  __proto__:\n    b: 1"]
    .map((text) => readYaml(text).issues[0]);
  assertEquals(merge?.path, ["a", "<<"]);
  assertStringIncludes(merge?.message ?? "", "merge key");
  assertEquals(proto?.path, ["a", "__proto__"]);
});

Deno.test("readYaml() tells the line and the column of a syntax error", () => {
  const [issue] = readYaml("a: 1\nb: [1, 2\nc: 3").issues;
  assertEquals([issue?.line, issue?.column], [3, 1]);
  const [twice] = readYaml("a: 1\nb:\n  c: 1\n  c: 2").issues;
  assertEquals(twice, {
    message: "is a duplicate key",
    path: [],
    line: 4,
    column: 3,
  });
});

Deno.test("readYaml() refuses an escape beyond Unicode", () => {
  assertStringIncludes(problemOf('a: "\\\\ \\UFFFFFFFF"'), "code point");
  assertEquals(readYaml('a: "\\\\UFFFFFFFF \\U0010FFFF"').value, {
    a: "\\UFFFFFFFF \u{10FFFF}",
  });
});

Deno.test("readYaml() reads long quoted scalars over many lines", () => {
  const lines = Array.from({ length: 60_000 }, (_, at) => `line ${at}`);
  for (const quote of ['"', "'"]) {
    const text = `a: ${quote}${lines.join("\n  ")}\n\n\n  end${quote}\nb: 1`;
    const { value, issues } = readYaml(text);
    assertEquals(issues, []);
    assertEquals((value as { a: string }).a.split(" ").length, 120_000);
  }
});

Deno.test("readYaml() stays bounded, whatever it is given", () => {
  const bomb = Array.from(
    { length: 30 },
    (_, i) => `a${i}: &a${i} [${i ? `*a${i - 1}, *a${i - 1}` : "x"}]`,
  ).join("\n");
  const texts = [
    bomb,
    "a: &a [*a, *a]",
    "- ".repeat(500_000),
    "? ".repeat(500_000),
    "[".repeat(1_000_000),
    `a: ${"{a: ".repeat(200_000)}`,
    `a: [${"1,".repeat(1_000_000)}1]`,
    "a: 1\n".repeat(500_000),
    "&a ".repeat(500_000),
    "!a ".repeat(500_000),
    '"'.repeat(1_000_001),
    "\t".repeat(1_000_000) + "a",
    " ".repeat(1_000_000) + "@",
    `a: "${"\\q".repeat(500_000)}"`,
    "a:\n" + " \n".repeat(500_000) + "\t b",
    "%A b\n".repeat(500_000),
    "...\n".repeat(500_000),
    `a: "x${"\nx".repeat(500_000)}"`,
    `a: 'x${"\nx".repeat(500_000)}'`,
    `a: ["x${"\nx".repeat(500_000)}"]`,
    `a: "x${"\rx".repeat(500_000)}"`,
  ];
  for (const text of texts) {
    const before = performance.now();
    assert(readYaml(text).issues.length > 0, text.slice(0, 20));
    assert(performance.now() - before < 30_000, text.slice(0, 20));
  }
});
