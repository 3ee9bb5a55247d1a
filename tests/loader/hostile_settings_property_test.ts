/**
 * Whatever a module declares as its settings and tables, it is read or refused.
 *
 * @module
 */
import { assert } from "@std/assert";
import fc from "fast-check";
import { definitionOf } from "../../src/loader/mod.ts";
import { readKeptContributions } from "../../src/store/read_kept_contributions.ts";
import { ValidationError } from "../../src/shared/errors.ts";

const PLUGIN = { id: 1, name: "p", version: "1.0.0" };

const odd = fc.anything({ withNullPrototype: true, withBigInt: true });
const name = fc.oneof(
  fc.string(),
  fc.constantFrom("__proto__", "constructor", "toString", "name"),
);
const setting = fc.oneof(
  odd,
  fc.record({
    type: fc.oneof(
      fc.constantFrom("string", "number", "boolean", "enum", "secret", "json"),
      odd,
    ),
    label: odd,
    description: odd,
    default: odd,
    required: odd,
    options: fc.oneof(fc.array(odd), odd),
  }, { requiredKeys: [] }),
);
const schema = fc.record({
  properties: fc.oneof(odd, fc.dictionary(name, odd)),
  required: odd,
}, { requiredKeys: [] }).map((json) => ({
  "~standard": {
    version: 1,
    vendor: "x",
    validate: (value: unknown) => ({ value }),
    jsonSchema: { input: () => json },
  },
}));
const settings = fc.oneof(odd, fc.dictionary(name, setting), schema);
const table = fc.oneof(
  odd,
  fc.record({ name, columns: fc.oneof(odd, fc.dictionary(name, odd)) }),
);
const tables = fc.oneof(odd, fc.dictionary(name, table));

Deno.test("definitionOf() reads or refuses any settings and tables", () => {
  fc.assert(
    fc.property(settings, tables, (settings, tables) => {
      const definition = { name: "p", config: { settings, tables } };
      try {
        const { contributions } = definitionOf(
          { default: definition },
          PLUGIN,
        );
        // What is kept is what was read.
        const kept = readKeptContributions(JSON.stringify(contributions));
        assert(kept !== undefined, JSON.stringify(contributions));
        for (const field of kept.settings?.fields ?? []) {
          assert(field.type !== "secret" || field.default === undefined);
        }
      } catch (error) {
        assert(error instanceof ValidationError, String(error));
      }
    }),
    { numRuns: Number(Deno.env.get("FUZZ_RUNS") ?? 2_000) },
  );
});
