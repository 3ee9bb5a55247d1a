import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { readJson } from "../../src/shared/document/json.ts";

function problemOf(text: string): string {
  const [issue] = readJson(text).issues;
  assert(issue, text);
  const { path, line, column, message } = issue;
  return `${path.join(".")}@${line}:${column} ${message}`;
}

Deno.test("readJson() reads what JSON.stringify() writes", () => {
  fc.assert(fc.property(fc.json(), (text) => {
    const parsed = JSON.parse(text);
    if (text.includes('"__proto__"')) return;
    assertEquals(readJson(text), { value: parsed, issues: [] });
  }));
});

Deno.test("readJson() refuses exactly what JSON.parse() refuses", () => {
  const signs = fc.constantFrom(
    ...'{}[],:"\\ \n1-e.tfn',
    "true",
    '"a"',
    "null",
  );
  const text = fc.array(signs, { maxLength: 12 }).map((it) => it.join(""));
  fc.assert(
    fc.property(text, (text) => {
      const { issues } = readJson(text);
      const isDuplicate = issues[0]?.message === "is a duplicate key";
      assertEquals(issues.length === 0 || isDuplicate, isJson(text), text);
    }),
    { numRuns: 2_000 },
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

Deno.test("readJson() tells where a text is broken, also where V8 does not", () => {
  const texts = {
    '{"a": 1,}': "@1:9 expected double-quoted property name",
    '{\n"a": 1 "b"': "@2:8 expected ',' or '}' after property value",
    "[1,\n  2,]": "@2:5 unexpected token ']'",
    "\n\n  @": "@3:3 unexpected token '@'",
    "// no": "@1:1 unexpected token '/'",
    "[1": "@1:3 expected ',' or ']' after array element",
    "": "@1:1 unexpected end of JSON input",
    '["a\\q"]': "@1:5 bad escaped character",
    "{} x": "@1:4 unexpected non-whitespace character after JSON",
  };
  for (const [text, problem] of Object.entries(texts)) {
    assertEquals(problemOf(text), problem);
  }
});

Deno.test("readJson() refuses a key that is there twice, however it is written", () => {
  const permissions = '{"permissions":{"net":true},\n"permissions":{}}';
  assertEquals(problemOf(permissions), "permissions@2:1 is a duplicate key");
  assertEquals(
    problemOf('{"a":[0,{"b":1,"\\u0062":2}]}'),
    "a.1.b@1:16 is a duplicate key",
  );
  assertEquals(readJson('[{"a":1},{"a":{"a":"\\"a\\":"}}]').issues, []);
});

Deno.test("readJson() refuses __proto__ at any depth", () => {
  const text = '{"a":[{"__proto__":{"b":1}}]}';
  assertEquals(problemOf(text), "a.0.__proto__@1:8 is a forbidden key");
});

Deno.test("readJson() refuses what is too deep or too much before it parses", () => {
  const texts = [
    '{"a":'.repeat(1_000_000),
    "[".repeat(2_000_000),
    `[${"1,".repeat(2_000_000)}1]`,
    `[${'"\\\\",'.repeat(1_000_000)}1]`,
  ];
  for (const text of texts) {
    assert(/too complex|nested deeper/.test(problemOf(text)));
  }
});

Deno.test("readJson() takes a long string, whatever is in it", () => {
  for (const part of ["x", "\\", '"', "\n", "{["]) {
    const value = { plugin: part.repeat(1_000_000) };
    assertEquals(readJson(JSON.stringify(value)).issues, []);
  }
});
