import { assert, assertEquals } from "@std/assert";
import { compare, parse } from "@std/semver";
import fc from "fast-check";
import { compareVersions } from "../../src/shared/version_order.ts";

const number = fc.oneof(fc.nat(12), fc.constantFrom(9007199254740991, 0));
const identifier = fc.oneof(
  fc.nat(12).map(String),
  fc.constantFrom("alpha", "beta", "rc", "x-1", "-", "A"),
);
const prerelease = fc.array(identifier, { maxLength: 3 }).map((it) =>
  it.length > 0 ? `-${it.join(".")}` : ""
);
const build = fc.constantFrom("", "+build.5", "+a");
const semantic = fc.tuple(number, number, number, prerelease, build)
  .map(([a, b, c, pre, build]) => `${a}.${b}.${c}${pre}${build}`);
const dotted = fc.array(number, { minLength: 1, maxLength: 6 })
  .map((numbers) => numbers.join("."));
const version = fc.oneof(semantic, dotted, fc.string({ maxLength: 8 }));

Deno.test("compareVersions() orders semantic versions as the specification does", () => {
  fc.assert(
    fc.property(semantic, semantic, (a, b) => {
      const order = compareVersions(a, b);
      assert(order !== undefined);
      assertEquals(Math.sign(order), compare(parse(a), parse(b)), `${a} ${b}`);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("compareVersions() is an order, where there is one", () => {
  const sign = (a: string, b: string) => {
    const order = compareVersions(a, b);
    return order === undefined ? undefined : Math.sign(order);
  };
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      const [ab, ba] = [sign(a, b), sign(b, a)];
      assertEquals(ab, ba === undefined ? undefined : 0 - ba);
      if (ab === undefined || sign(b, c) === undefined) return;
      if (ab <= 0 && sign(b, c)! <= 0) {
        assert(sign(a, c)! <= 0, `${a} ${b} ${c}`);
      }
    }),
    { numRuns: 5_000 },
  );
});

Deno.test("compareVersions() compares dotted numbers of other lengths", () => {
  const ascending = ["1", "1.0.0.1", "1.2", "1.2.0.3", "1.10", "2-rc.1", "2"];
  for (const [at, version] of ascending.entries()) {
    for (const later of ascending.slice(at + 1)) {
      assert(compareVersions(version, later)! < 0, `${version} ${later}`);
    }
  }
  assertEquals(compareVersions("1.2", "v1.2.0"), 0);
  const huge = "9".repeat(100);
  assert(compareVersions(`1.${huge}`, `1.1${huge}`)! < 0);
});

Deno.test("compareVersions() knows no order of anything else", () => {
  for (
    const text of [
      "",
      "nightly",
      "1.x",
      "1..2",
      "1.2.3-",
      "1.2-+",
      " 1",
      "٣.0",
      "1.".repeat(150) + "1",
    ]
  ) {
    assertEquals(compareVersions(text, "1.0.0"), undefined, text);
    assertEquals(compareVersions("1.0.0", text), undefined, text);
  }
});
