import { assert, assertEquals } from "@std/assert";
import { tryParseRange } from "@std/semver";
import fc from "fast-check";
import { isRange } from "../../src/install/manifest/version_range.ts";
import { isInRange } from "../../src/install/manifest/is_in_range.ts";

const part = fc.oneof(fc.nat(20).map(String), fc.constantFrom("x", "X", "*"));
const version = fc.tuple(
  fc.constantFrom("", "v"),
  fc.array(part, { minLength: 1, maxLength: 3 }),
  fc.constantFrom("", "-rc.1", "-a", "+build.5", "-0.x+7"),
).map(([v, parts, rest]) =>
  `${v}${parts.join(".")}${parts.length === 3 ? rest : ""}`
);
const comparator = fc.tuple(
  fc.constantFrom("", "=", "<", "<=", ">", ">=", "^", "~", "~>"),
  fc.constantFrom("", " "),
  version,
).map(([operator, space, version]) =>
  `${operator}${operator === "" ? "" : space}${version}`
);
const range = fc.array(
  fc.oneof(
    fc.array(comparator, { minLength: 1, maxLength: 3 }).map((it) =>
      it.join(" ")
    ),
    fc.tuple(version, version).map(([a, b]) => `${a} - ${b}`),
  ),
  { minLength: 1, maxLength: 3 },
).map((parts) => parts.join(" || "));

Deno.test("isRange() takes what npm calls a range", () => {
  fc.assert(fc.property(range, (text) => assert(isRange(text), text)), {
    numRuns: 2_000,
  });
});

Deno.test("isRange() takes nothing that the library cannot read", () => {
  const signs = fc.constantFrom(
    ..."0123xX*.-+<>=^~| v",
    "||",
    "1.2.3",
    " - ",
    "rc",
    "newest",
  );
  const text = fc.array(signs, { maxLength: 10 }).map((it) => it.join(""));
  fc.assert(
    fc.property(fc.oneof(text, range), (text) => {
      if (isRange(text)) assert(tryParseRange(text) !== undefined, text);
    }),
    { numRuns: 5_000 },
  );
});

Deno.test("isRange() refuses other texts, and long ones at once", () => {
  for (
    const text of [
      "",
      " ",
      "newest",
      "1..2",
      "^",
      "||",
      "1 ||",
      "01.2",
      "1.2.3.4",
      "1,2",
      ">= <",
      "1||".repeat(1_600_000),
      " ".repeat(5_000_000),
    ]
  ) assertEquals(isRange(text), false, text.slice(0, 20));
});

Deno.test("isInRange() compares semantic versions, and nothing else", () => {
  assert(isInRange("1.2.3", "^1.2"));
  assert(isInRange("0.1.0", ">= 0.1 <2 || 5.x"));
  assert(!isInRange("2.0.0", "^1.2"));
  assert(!isInRange("nightly", "*"));
  assert(!isInRange("1.2", "*"));
  assert(!isInRange("1.0.0", "newest"));
});
