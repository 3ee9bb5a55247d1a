import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { digestOf } from "../../src/shared/digest.ts";

Deno.test("digestOf() gives the subresource integrity of the text", () => {
  assertEquals(
    digestOf(""),
    "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
  );
  assertEquals(
    digestOf("abc"),
    "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
  );
});

Deno.test("digestOf() hashes the UTF-8 bytes that Web Crypto hashes", async () => {
  const text = fc.string({ unit: "binary" });
  await fc.assert(fc.asyncProperty(text, async (it) => {
    const bytes = new TextEncoder().encode(it);
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    assertEquals(digestOf(it), `sha256-${btoa(String.fromCharCode(...hash))}`);
  }));
});
