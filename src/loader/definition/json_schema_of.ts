/**
 * Asks a schema for its JSON Schema, whatever library made it.
 *
 * @module
 */
import { isObject } from "../../shared/text/kind_of.ts";

type Loose = Readonly<Record<string, unknown>>;

/**
 * The JSON Schema of a Standard Schema: by its own method, as schemas of zod
 * and ArkType have one, or by what Standard JSON Schema defines. No library is
 * imported for it.
 *
 * @param schema The schema; a JSON Schema stays as it is.
 * @param side Whether what goes in or what comes out is wanted.
 * @returns The JSON Schema; undefined where there is none, which is no fault: a
 * date has none, for example.
 */
export function jsonSchemaOf(
  schema: unknown,
  side: "input" | "output",
): Loose | undefined {
  if (schema === null || schema === undefined) return undefined;
  try {
    const found = ask(Object(schema), side);
    if (!isObject(found)) return undefined;
    const { $schema: _, "~standard": __, ...rest } = found;
    return rest;
  } catch {
    return undefined;
  }
}

function ask(schema: Loose, side: "input" | "output"): unknown {
  const target = "draft-2020-12";
  if (typeof schema.toJSONSchema === "function") {
    return schema.toJSONSchema({ target, io: side, unrepresentable: "any" });
  }
  const standard = schema["~standard"];
  if (!isObject(standard)) return schema;
  const { jsonSchema } = standard;
  if (isObject(jsonSchema) && typeof jsonSchema[side] === "function") {
    return jsonSchema[side]({ target });
  }
  return typeof schema.toJsonSchema === "function"
    ? schema.toJsonSchema()
    : undefined;
}
