import { assertEquals, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import {
  checkIntegrity,
  isIntegrity,
  matchesIntegrity,
} from "../../src/install/trust/integrity.ts";
import { assertThrowsCode, CODE } from "./manifests.ts";

function digest(algorithm: string, code = CODE): string {
  const base64 = createHash(algorithm).update(code).digest("base64");
  return `${algorithm}-${base64}`;
}

Deno.test("matchesIntegrity() checks each algorithm", () => {
  for (const algorithm of ["sha256", "sha384", "sha512"]) {
    assertEquals(matchesIntegrity(CODE, digest(algorithm)), true);
    assertEquals(matchesIntegrity(`${CODE} `, digest(algorithm)), false);
  }
});

Deno.test("matchesIntegrity() lets the strongest algorithm decide", () => {
  const weakRight = `${digest("sha256")} ${digest("sha512", "other")}`;
  const strongRight = `${digest("sha256", "other")}\n${digest("sha512")}`;
  assertEquals(matchesIntegrity(CODE, weakRight), false);
  assertEquals(matchesIntegrity(CODE, strongRight), true);
});

Deno.test("matchesIntegrity() needs one of several equally strong digests", () => {
  const either = `${digest("sha384", "other")} ${digest("sha384")}?ct=js`;
  assertEquals(matchesIntegrity(CODE, either), true);
});

Deno.test("matchesIntegrity() covers a byte order mark", () => {
  assertEquals(matchesIntegrity(`\uFEFF${CODE}`, digest("sha256")), false);
});

Deno.test("isIntegrity() refuses what cannot be checked", () => {
  const bad = ["", "sha256-", "md5-1B2M2Y8AsgTpgAmY7PhCfg==", "sha256-abc"];
  for (const text of [...bad, digest("sha256").slice(0, -4), "sha256"]) {
    assertEquals(isIntegrity(text), false, text);
  }
});

Deno.test("checkIntegrity() names both digests", () => {
  const integrity = digest("sha256", "other");
  const error = assertThrowsCode(
    () => checkIntegrity({ name: "demo", integrity }, CODE),
    "INTEGRITY_MISMATCH",
  );
  assertStringIncludes(error.message, integrity);
  assertStringIncludes(error.message, digest("sha256"));
});
