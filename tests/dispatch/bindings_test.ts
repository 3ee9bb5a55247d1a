import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { resolveBindings } from "../../src/dispatch/pages/interpolate.ts";

const SCOPE = {
  state: { a: { b: [1, { c: "deep" }] }, flag: false, n: 0, when: null },
  payload: { x: { y: 2 } },
  result: { data: { id: 7 } },
};

function resolve(template: unknown): unknown {
  return resolveBindings(template, SCOPE);
}

Deno.test("resolveBindings() keeps the type of a text that is one binding", () => {
  assertEquals(resolve("{{state.a.b}}"), [1, { c: "deep" }]);
  assertEquals(resolve(" {{ payload }} "), { x: { y: 2 } });
  assertEquals(resolve("{{payload.x.y}}"), 2);
  assertEquals(resolve("{{state.n}}"), 0);
  assertEquals(resolve("{{state.when}}"), null);
  assertEquals(resolve("{{result.data.id}}"), 7);
});

Deno.test("resolveBindings() reads a bare path from the state", () => {
  assertEquals(resolve("{{a.b.1.c}}"), "deep");
  assertEquals(resolve("{{a.b.length}}"), 2);
});

Deno.test("resolveBindings() negates", () => {
  assertEquals(resolve("{{!state.flag}}"), true);
  assertEquals(resolve("{{!missing}}"), true);
  assertEquals(resolve("{{!state.a}}"), false);
});

Deno.test("resolveBindings() makes text of bindings inside text", () => {
  assertEquals(resolve("n={{n}}, id={{result.data.id}}!"), "n=0, id=7!");
  assertEquals(resolve("[{{missing}}{{when}}]"), "[]");
  assertEquals(resolve("{{payload.x}}."), '{"y":2}.');
});

Deno.test("resolveBindings() drops properties whose value is missing", () => {
  assertEquals(resolve({ a: "{{missing}}", b: ["{{n}}"], c: 1 }), {
    b: [0],
    c: 1,
  });
});

Deno.test("resolveBindings() follows own properties only", () => {
  for (
    const path of [
      "constructor",
      "__proto__",
      "state.constructor.name",
      "payload.__proto__",
      "state.a.b.map",
      "toString",
      "payload.x.y.toFixed",
    ]
  ) {
    assertEquals(resolve(`{{${path}}}`), undefined);
  }
});

Deno.test("resolveBindings() does not read values for bindings again", () => {
  const scope = { state: { a: "{{b}}", b: "$& {{a}}" } };
  assertEquals(resolveBindings("{{a}}", scope), "{{b}}");
  assertEquals(resolveBindings("<{{b}}>", scope), "<$& {{a}}>");
});

Deno.test("resolveBindings() leaves what is no binding as it is", () => {
  for (const text of ["{{}}", "{{", "}}", "{x}", "{{{}}}", ""]) {
    assertEquals(resolve(text), text);
  }
  assertEquals(resolve(7), 7);
  assertEquals(resolve(null), null);
});

const key = fc.constantFrom(
  "a",
  "b",
  "c",
  "__proto__",
  "constructor",
  "length",
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom<unknown>(0, 1, "", "text", true, null),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.array(fc.tuple(key, tie("value")), { maxLength: 3 })
      .map((it) => Object.fromEntries(it)),
  ),
}));
const path = fc.array(fc.oneof(key, fc.constantFrom("0", "1")), {
  minLength: 1,
  maxLength: 4,
});

/** Walks along the own properties, written down the long way. */
function walk(root: unknown, path: readonly string[]): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return root;
  const own = typeof root === "object" && root !== null
    ? Object.getOwnPropertyDescriptors(root) as Record<
      string,
      PropertyDescriptor
    >
    : {};
  const entry = Object.entries(own).find(([it]) => it === name) ??
    (Array.isArray(root) && name === "length"
      ? ["length", { value: root.length }] as const
      : undefined);
  return entry === undefined ? undefined : walk(entry[1].value, rest);
}

Deno.test("resolveBindings() agrees with walking along own properties", () => {
  fc.assert(
    fc.property(
      value,
      path,
      fc.constantFrom("state.", "payload.", ""),
      (root, path, prefix) => {
        const scope = { state: root, payload: root };
        const expected = walk(root, path);
        const binding = `{{${prefix}${path.join(".")}}}`;
        assertEquals(resolveBindings(binding, scope), expected);
        const text = expected === undefined || expected === null
          ? ""
          : typeof expected === "object"
          ? JSON.stringify(expected)
          : String(expected);
        assertEquals(resolveBindings(`<${binding}>`, scope), `<${text}>`);
      },
    ),
    { numRuns: 5000 },
  );
});
