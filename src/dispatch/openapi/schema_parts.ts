/**
 * Puts JSON Schemas into an OpenAPI document.
 *
 * @module
 */
import type { JsonSchema } from "../../plugin/described_route.ts";

/**
 * The schemas of a document. One that refers to itself, or to its own
 * definitions, becomes a component: its references would otherwise start at the
 * root of the document.
 */
export class SchemaParts {
  readonly #components: Record<string, JsonSchema> = {};

  /** The schemas that the document's components hold. */
  get components(): Readonly<Record<string, JsonSchema>> {
    return this.#components;
  }

  /**
   * A schema, as it stands where it is used.
   *
   * @param name What to call it, where it becomes a component.
   * @returns The schema, or a reference to it.
   */
  place(schema: JsonSchema, name: string): JsonSchema {
    if (!refers(schema)) return schema;
    const free = this.#freeName(name.replace(/[^A-Za-z0-9._-]/g, "_"));
    const at = `#/components/schemas/${free}`;
    this.#components[free] = rebased(schema, at) as JsonSchema;
    return { $ref: at };
  }

  #freeName(wanted: string): string {
    let name = wanted;
    for (let count = 2; name in this.#components; count++) {
      name = `${wanted}_${count}`;
    }
    return name;
  }
}

function refers(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, inside]) =>
    key === "$ref" || refers(inside)
  );
}

function rebased(value: unknown, at: string): unknown {
  if (Array.isArray(value)) return value.map((item) => rebased(item, at));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inside]) =>
      key === "$ref" && typeof inside === "string" && inside.startsWith("#")
        ? [key, at + inside.slice(1)]
        : [key, rebased(inside, at)]
    ),
  );
}
