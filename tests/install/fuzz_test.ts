/**
 * Hands mutated manifests to the handler: 5,000 of them, or as many as
 * `FUZZ_RUNS` says. Nothing may be thrown, nothing that was refused may be
 * stored, and what is stored must pass the schema of rows.
 */
import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { stringify } from "@std/yaml";
import fc from "fast-check";
import { PluginError, PluginHandler } from "../../mod.ts";
import { validateRow } from "../../src/install/mod.ts";
import { serve } from "./loopback.ts";
import { demoManifest } from "./manifests.ts";

const RUNS = Number(Deno.env.get("FUZZ_RUNS") ?? 5_000);

const MANIFEST = demoManifest({
  language: "javascript",
  permissions: { net: ["example.com"] },
  engines: { dockstat: ">=0.1.0" },
  activation: "lazy",
});

/** A value changed somewhere, on any level. */
const changedField = fc.record({
  field: fc.constantFrom(...Object.keys(MANIFEST), "__proto__", "constructor"),
  value: fc.oneof(
    fc.jsonValue(),
    fc.constantFrom("", " ", "\u0000", "../..", "https://", "\uD800", 1e999),
  ),
});

/** A text changed somewhere: bytes cut, doubled, put in, turned over. */
const changedText = fc.record({
  at: fc.nat(2_000),
  length: fc.nat(40),
  put: fc.oneof(
    fc.string({ unit: "binary", maxLength: 8 }),
    fc.constantFrom(
      ..."{}[]\"'&*!|>%@`:,-?#\n\t\\",
      "&a [*a]",
      "<<: *x",
      "---\n",
      "!!binary",
      "\uFEFF",
      "%YAML 1.1\n",
    ),
  ),
});

const mutated = fc.record({
  yaml: fc.boolean(),
  fields: fc.array(changedField, { maxLength: 2 }),
  texts: fc.array(changedText, { maxLength: 3 }),
});

type Mutation = typeof mutated extends fc.Arbitrary<infer T> ? T : never;

function textOf({ yaml, fields, texts }: Mutation): string {
  const manifest: Record<string, unknown> = { ...MANIFEST };
  for (const { field, value } of fields) {
    Object.defineProperty(manifest, field, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  }
  let text = yaml
    ? stringify(manifest, { skipInvalid: true })
    : JSON.stringify(manifest, null, 1);
  for (const { at, length, put } of texts) {
    const start = at % (text.length + 1);
    text = text.slice(0, start) + put + text.slice(start + length);
  }
  return text;
}

Deno.test(`installFromManifestLink() survives ${RUNS} mutated manifests`, {
  permissions: { net: ["127.0.0.1"] },
}, async () => {
  let text = "";
  await using server = serve({
    "/m.json": () => new Response(text),
    "/m.yaml": () => new Response(text),
  });
  await using handler = new PluginHandler(":memory:", {
    install: { trial: false },
  });
  let accepted = 0;
  const property = fc.asyncProperty(mutated, async (mutation) => {
    text = textOf(mutation);
    const url = `${server.origin}/m.${mutation.yaml ? "yaml" : "json"}`;
    const result = await handler.installFromManifestLink(url);
    const rows = handler.getTable().select(["*"]).all();
    assertEquals(rows.length, result.success ? 1 : 0);
    if (!result.success) return assertInstanceOf(result.cause, PluginError);
    validateRow(rows[0]);
    accepted++;
    assert(handler.deletePlugin(result.id as number).success);
  });
  await fc.assert(property, { numRuns: RUNS });
  assert(accepted > 0 && accepted < RUNS, `accepted ${accepted}`);
});
