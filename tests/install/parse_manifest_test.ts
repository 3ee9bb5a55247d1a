import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ValidationError } from "../../src/shared/errors.ts";
import {
  type ManifestFormat,
  parseManifest,
} from "../../src/install/manifest/parse_manifest.ts";
import { assertThrowsCode, demoManifest } from "./manifests.ts";

function problemsOf(text: string, format: ManifestFormat): string[] {
  const error = assertThrowsCode(
    () => parseManifest(text, format),
    "INVALID_MANIFEST",
  );
  assert(error instanceof ValidationError);
  return error.issues.map(({ path, line, message }) =>
    `${path.join(".")}${line === undefined ? "" : `@${line}`}: ${message}`
  );
}

const REST = `version: "1.0.0"
repository: r
manifest: m
plugin: |
  export default {}
`;

Deno.test("parseManifest() lists problems with their paths in JSON", () => {
  const text = `{
  "name": "demo",
  "version": 1,
  "repository": "r",
  "manifest": "m",
  "author": {
    "name": "A",
    "email": 5
  },
  "tags": ["a",
    7],
  "plugin": "export default {}"
}`;
  assertEquals(problemsOf(text, "json"), [
    "version: is of type number and not string, so put it in quotes",
    "author.email: is of type number and not string, so put it in quotes",
    "tags.1: is of type number and not string, so put it in quotes",
  ]);
});

Deno.test("parseManifest() lists problems with their paths in YAML", () => {
  const text = `# a comment
name: demo
version: 1.0
repository: r
author:
  name: [A]
tags:
  - a
  - 7
plugin: |
  name: 5
  export default {}
`;
  assertEquals(problemsOf(text, "yaml"), [
    "version: is of type number and not string, so put it in quotes",
    "manifest: is missing",
    "author.name: is of type array and not string",
    "tags.1: is of type number and not string, so put it in quotes",
  ]);
});

Deno.test("parseManifest() tells where JSON is broken", () => {
  assertEquals(problemsOf('{\n"name": "x",\n}', "json")[0]?.slice(0, 3), "@3:");
  assertStringIncludes(problemsOf('{\n"name": "x', "json")[0] ?? "", "@2:");
});

Deno.test("parseManifest() tells where YAML is broken", () => {
  const [first = ""] = problemsOf("name: x\ntags: [a, b\nversion: 1", "yaml");
  assertStringIncludes(first, "@3:");
});

Deno.test("parseManifest() refuses comments and trailing commas in JSON", () => {
  assert(
    problemsOf('{"name": "x", // no\n "version": "1" }', "json").length > 0,
  );
  assert(problemsOf('{"tags": ["a",]}', "json").length > 0);
});

Deno.test("parseManifest() refuses duplicate keys in both formats", () => {
  const twice = '{"name": "a", "author": {"name": "b",\n"name": "c"}}';
  assertEquals(problemsOf(twice, "json"), [
    "author.name@2: is a duplicate key",
  ]);
  assertEquals(problemsOf(`name: a\n${REST}name: b\n`, "yaml"), [
    "@7: is a duplicate key",
  ]);
});

Deno.test("parseManifest() refuses __proto__ keys in both formats", () => {
  assertEquals(problemsOf('{"author":\n{"__proto__": {"x": 1}}}', "json"), [
    "author.__proto__@2: is a forbidden key",
  ]);
  assertEquals(problemsOf("name: a\n__proto__:\n  x: 1\n", "yaml"), [
    "__proto__: is a forbidden key",
  ]);
  assertEquals(({} as { x?: number }).x, undefined);
});

Deno.test("parseManifest() refuses nesting without an end", () => {
  const deep = 50_000;
  const texts: [string, ManifestFormat][] = [
    ['{"a":'.repeat(deep) + "1" + "}".repeat(deep), "json"],
    ["[".repeat(deep), "json"],
    ["a: " + "[".repeat(deep) + "]".repeat(deep), "yaml"],
    ["- ".repeat(5_000) + "a", "yaml"],
    ["a: " + "{a: ".repeat(3_000) + "1" + "}".repeat(3_000), "yaml"],
    [
      Array.from({ length: 500 }, (_, i) => " ".repeat(i) + "a:").join("\n"),
      "yaml",
    ],
  ];
  for (const [text, format] of texts) {
    const [problem = ""] = problemsOf(text, format);
    assert(/nested deeper|too complex/.test(problem), problem);
  }
});

Deno.test("parseManifest() refuses an alias bomb", () => {
  const lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"];
  for (let i = 1; i < 10; i++) {
    const aliases = Array(10).fill(`*a${i - 1}`).join(",");
    lines.push(`a${i}: &a${i} [${aliases}]`);
  }
  const [problem = "", ...more] = problemsOf(lines.join("\n"), "yaml");
  assertStringIncludes(problem, "too complex");
  assertEquals(more, []);
});

Deno.test("parseManifest() refuses an alias of what it is in", () => {
  assert(problemsOf("a: &a [*a, *a]", "yaml")[0]?.includes("nested deeper"));
});

Deno.test("parseManifest() accepts a few aliases", () => {
  const text = `name: &n demo\nauthor: { name: *n }\n${REST}`;
  assertEquals(parseManifest(text, "yaml").manifest.author.name, "demo");
});

Deno.test("parseManifest() refuses more tokens than a manifest has", () => {
  const many = Array.from({ length: 100_000 }, (_, i) => `k${i}: 1`).join("\n");
  assert(problemsOf(many, "yaml")[0]?.includes("too complex"));
  assert(
    problemsOf(`[${"1,".repeat(100_000)}1]`, "json")[0]
      ?.includes("too complex"),
  );
});

Deno.test("parseManifest() reads code of several megabytes", () => {
  const code = `// ${"x".repeat(76)}\n`.repeat(50_000);
  const manifest = demoManifest({ plugin: code });
  const text = JSON.stringify(manifest);
  assertEquals(parseManifest(text, "json").manifest.plugin, code);
  const yaml =
    `name: a\nauthor: {}\nversion: "1"\nrepository: r\nmanifest: m\n` +
    `plugin: |\n  ${code.trimEnd().replaceAll("\n", "\n  ")}\n`;
  assertEquals(parseManifest(yaml, "yaml").manifest.plugin, code);
});

Deno.test("parseManifest() skips a byte order mark", () => {
  const text = `\uFEFF${JSON.stringify(demoManifest())}`;
  assertEquals(parseManifest(text, "json").manifest.version, "1.0.0");
  assertEquals(parseManifest(text, "yaml").manifest.version, "1.0.0");
});

Deno.test("parseManifest() reads scalars by the core schema of YAML 1.2", () => {
  const text = `name: a\nauthor: {}\n${REST}
day: 2020-01-01\nyes: no\nnothing: ~\nratio: 1.10\n`;
  const { manifest } = parseManifest(text, "yaml");
  const { day, yes, nothing, ratio } = manifest;
  assertEquals([day, yes, nothing, ratio], ["2020-01-01", "no", null, 1.1]);
});

Deno.test("parseManifest() asks for quotes where a version is a number", () => {
  const text = "name: 7\nauthor: {}\n" + REST.replace('"1.0.0"', "1.10");
  assertEquals(problemsOf(text, "yaml"), [
    "name: is of type number and not string, so put it in quotes",
    "version: is of type number and not string, so put it in quotes",
  ]);
});

Deno.test("parseManifest() refuses tags that are no data", () => {
  for (const value of ["!!js/function 'x'", "!!binary aGk=", "!x y"]) {
    const text = `name: a\nauthor: {}\n${REST}evil: ${value}\n`;
    assertStringIncludes(problemsOf(text, "yaml")[0] ?? "", "tag");
  }
});

Deno.test("parseManifest() refuses several documents, none, and no mapping", () => {
  for (
    const text of ["a: 1\n---\nb: 2\n", "", "# only\n", "- a", "text", "5"]
  ) {
    assert(problemsOf(text, "yaml").length > 0);
  }
  for (const text of ["", " ", "[]", "null", '"text"', "5"]) {
    assert(problemsOf(text, "json").length > 0);
  }
});

Deno.test("parseManifest() keeps unknown fields and warns of them", () => {
  const text = JSON.stringify(
    { ...demoManifest(), $schema: "s", colour: 1, author: { nick: "n" } },
    null,
    1,
  );
  const { manifest, warnings } = parseManifest(text, "json");
  assertEquals(manifest.colour, 1);
  assertEquals(warnings, [
    "colour: is an unknown field",
    "author.nick: is an unknown field",
  ]);
});

Deno.test("parseManifest() refuses a manifest that leads to no code", () => {
  const { plugin: _, ...manifest } = demoManifest();
  const [problem = ""] = problemsOf(JSON.stringify(manifest), "json");
  assertStringIncludes(problem, "plugin: is missing, and neither bundle");
});

Deno.test("parseManifest() refuses a signature without what it signs", () => {
  const signature = new Uint8Array(64).toBase64();
  const text = JSON.stringify(demoManifest({ signature }));
  assertEquals(problemsOf(text, "json"), [
    "integrity: is missing beside signature",
    "keyId: is missing beside signature",
  ]);
});

Deno.test("parseManifest() says that it got HTML", () => {
  for (const format of ["json", "yaml"] as const) {
    const [problem = ""] = problemsOf("<!DOCTYPE html><html></html>", format);
    assertStringIncludes(problem, "is an HTML page");
  }
});

Deno.test("parseManifest() spells out ten problems and counts the rest", () => {
  const text = JSON.stringify(demoManifest({ tags: Array(15).fill(1) }));
  const error = assertThrowsCode(
    () => parseManifest(text, "json", "https://example.com/m.json"),
    "INVALID_MANIFEST",
  ) as ValidationError;
  assertEquals(error.issues.length, 15);
  assertStringIncludes(error.message, "and 5 more");
  assertStringIncludes(error.message, '"https://example.com/m.json"');
});

Deno.test("parseManifest() refuses a broken escape once and at once", () => {
  for (const escape of ["\\q", "\\xZZ", "\\UFFFFFFFF", "\\u12"]) {
    const text = `name: x\nplugin: "a\n  ${escape.repeat(400_000)}"\n`;
    const [problem = "", ...more] = problemsOf(text, "yaml");
    assert(/@3: (cannot read double quoted|has an escape)/.test(problem));
    assertEquals(more, []);
  }
});

Deno.test("parseManifest() takes every escape of YAML", () => {
  const escapes = String
    .raw`"\0\a\b\t\n\v\f\r\e\ \"\/\\\N\_\L\P\x41\u0042\U0010FFFF"`;
  const text = `name: a\nauthor: {}\n${REST}all: ${escapes}\n`;
  assertEquals(
    parseManifest(text, "yaml").manifest.all,
    '\0\x07\b\t\n\v\f\r\x1b "/\\\x85\xa0\u2028\u2029AB\u{10FFFF}',
  );
});

Deno.test("parseManifest() keeps its messages short", () => {
  const long = "x".repeat(1_000_000);
  for (
    const [text, format] of [
      [`a: *${long}`, "yaml"],
      [JSON.stringify({ [long]: { __proto__x: 1 } }), "json"],
      [JSON.stringify({ ...demoManifest(), name: long }), "json"],
      [`{"${long}": 1, "${long}": 2}`, "json"],
    ] as const
  ) {
    const call = () => parseManifest(text, format);
    const { message } = assertThrowsCode(call, "INVALID_MANIFEST");
    assert(message.length < 2_000, message.slice(0, 200));
  }
  const { warnings } = parseManifest(
    JSON.stringify(demoManifest({ [long.slice(0, 100_000)]: 1 })),
    "json",
  );
  assert((warnings[0] ?? "").length < 200);
});
