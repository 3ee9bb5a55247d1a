import { assertEquals } from "@std/assert";
import { digestOf } from "../../src/shared/digest.ts";
import type { ValidationError } from "../../src/shared/errors.ts";
import { validateRow } from "../../src/install/mod.ts";
import { assertThrowsCode, CODE, demoManifest } from "./manifests.ts";

const ROW = {
  name: "demo",
  version: "1.0.0",
  repository: "r",
  manifest: "m",
  author: {},
  plugin: CODE,
};

Deno.test("validateRow() fills what the original leaves out", () => {
  const { row, extras } = validateRow(ROW);
  assertEquals(row, {
    ...ROW,
    repoType: "default",
    description: null,
    tags: null,
  });
  assertEquals(extras, {
    language: "javascript",
    manifestFields: {},
    sourceUrl: null,
    etag: null,
    signature: "unsigned",
    origin: "host",
  });
});

Deno.test("validateRow() keeps the id and puts extra fields beside the row", () => {
  const { row, extras } = validateRow({
    ...demoManifest(),
    id: 7,
    language: "typescript",
    permissions: { net: ["example.com"] },
    colour: "red",
  });
  assertEquals(row.id, 7);
  assertEquals(extras.language, "typescript");
  assertEquals(extras.manifestFields, {
    permissions: { net: ["example.com"] },
    colour: "red",
  });
});

Deno.test("validateRow() takes null for what may be missing", () => {
  const { row } = validateRow({
    ...ROW,
    id: null,
    tags: null,
    description: null,
  });
  assertEquals("id" in row, false);
});

Deno.test("validateRow() lists every problem of a row", () => {
  const error = assertThrowsCode(
    () => validateRow({ ...ROW, name: "", plugin: "", tags: "a", id: 0 }),
    "INVALID_PLUGIN",
  ) as ValidationError;
  const paths = error.issues.map(({ path }) => path.join(".")).sort();
  assertEquals(paths, ["id", "name", "plugin", "tags"]);
});

Deno.test("validateRow() refuses what is no row", () => {
  for (const value of [undefined, null, "row", 5, [], {}]) {
    assertThrowsCode(() => validateRow(value), "INVALID_PLUGIN");
  }
});

Deno.test("validateRow() refuses code that is not what integrity promises", () => {
  const integrity = digestOf(CODE);
  assertEquals(validateRow({ ...ROW, integrity }).row.plugin, CODE);
  assertThrowsCode(
    () => validateRow({ ...ROW, integrity, plugin: `${CODE} ` }),
    "INTEGRITY_MISMATCH",
  );
});

Deno.test("validateRow() takes nobody's word for a signature", () => {
  const signature = new Uint8Array(64).toBase64();
  const { extras } = validateRow({ ...ROW, signature, keyId: "a" });
  assertEquals(extras.signature, "untrusted");
});
