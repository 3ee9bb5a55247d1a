/**
 * Reads definitions for the loader's tests.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { ValidationError } from "../../src/shared/errors.ts";
import { definitionOf, type ReadDefinition } from "../../src/loader/mod.ts";

/** Whose definition it is. */
export const PLUGIN = { id: 7, name: "my-plugin", version: "1.0.0" };

/** Reads a default export. */
export function read(definition: unknown): ReadDefinition {
  return definitionOf({ default: definition }, PLUGIN);
}

/** What a default export contributes. */
export function contributionsOf(
  definition: unknown,
): ReadDefinition["contributions"] {
  return read(definition).contributions;
}

/** The issues for which a default export is refused. */
export function issuesOf(definition: unknown): string[] {
  const error = assertThrows(() => read(definition), ValidationError);
  assertEquals([error.code, error.pluginId], ["INVALID_PLUGIN", 7]);
  return error.issues.map(({ path, message }) =>
    `${path.map(String).join("|")} ${message}`
  );
}
