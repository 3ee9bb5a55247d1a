import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ValidationError } from "../../src/shared/errors.ts";
import {
  intersectPermissions,
  missingPermissions,
  permissionFlags,
  readPermissions,
} from "../../src/sandbox/process/permissions.ts";

Deno.test("readPermissions() lists every problem by its path", () => {
  const error = assertThrows(
    () => readPermissions({ net: "x", nett: true, env: ["A,B"], read: [] }),
    ValidationError,
  );
  assertEquals(error.issues.map(({ path }) => path), [["net"], ["nett"], [
    "env",
  ]]);
});

Deno.test("readPermissions() reads Deno's terms", () => {
  assertEquals(
    readPermissions({ net: ["a.test:443"], sys: true, ffi: false, run: [] }),
    { net: ["a.test:443"], sys: true },
  );
});

for (
  const [asked, granted, both] of [
    [{ net: ["a.test:443"] }, {}, {}],
    [{}, { net: true }, {}],
    [{ net: true }, { net: ["a.test"] }, { net: ["a.test"] }],
    [{ net: ["a.test:443"] }, { net: true }, { net: ["a.test:443"] }],
    [{ net: ["a.test:443", "b.test"] }, { net: ["a.test"] }, {
      net: ["a.test:443"],
    }],
    [{ net: ["a.test"] }, { net: ["a.test:443"] }, { net: ["a.test:443"] }],
    [{ net: ["[::1]:80"] }, { net: ["[::1]"] }, { net: ["[::1]:80"] }],
    [{ read: ["/data/x"] }, { read: ["/data"] }, { read: ["/data/x"] }],
    [{ read: ["/data/../etc"] }, { read: ["/data"] }, {}],
    [{ read: ["/database"] }, { read: ["/data"] }, {}],
    [{ env: ["A"] }, { env: ["AB"] }, {}],
  ] as const
) {
  Deno.test(`intersectPermissions() of ${Deno.inspect(asked)} and ${Deno.inspect(granted)}`, () => {
    assertEquals<unknown>(intersectPermissions(asked, granted), both);
  });
}

Deno.test("missingPermissions() is empty exactly where all is granted", () => {
  const terms = fc.uniqueArray(
    fc.constantFrom("a.test", "a.test:1", "b.test:2"),
    { minLength: 1 },
  );
  fc.assert(fc.property(terms, terms, (asked, granted) => {
    const missing = missingPermissions({ net: asked }, { net: granted });
    const both = intersectPermissions({ net: asked }, { net: granted });
    const hasAll = asked.every((term) =>
      both.net !== true && both.net?.includes(term)
    );
    assertEquals(Object.keys(missing).length === 0, hasAll);
  }));
});

Deno.test("permissionFlags() refuses imports unless they are granted", () => {
  assertEquals(permissionFlags({}), [
    "--no-remote",
    "--deny-import",
    "--no-npm",
  ]);
  assertEquals(permissionFlags({ net: ["a.test", "b.test"], import: true }), [
    "--allow-net=a.test,b.test",
    "--allow-import",
  ]);
});
