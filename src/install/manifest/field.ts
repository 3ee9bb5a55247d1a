/**
 * What a field of a manifest may hold: said once, for checking it and for the
 * JSON Schema that editors read. A schema library would be loaded at every
 * start, since rows that a host saves are checked by the same rules.
 *
 * @module
 */
import type { Issue } from "../../shared/errors.ts";
import { clip } from "./issues.ts";

/** A part of a JSON Schema. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a field may hold. */
export interface Field {
  /** The same for editors. */
  readonly schema: JsonSchema;
  /** Whether it may be left out. */
  readonly optional?: boolean;
  /** What is wrong with a value, each with its path from the value on. */
  readonly check: (value: unknown) => Issue[];
}

/** The fields of an object, by name. */
export type Fields = Readonly<Record<string, Field>>;

/** What a string has to be, besides one. */
export interface StringLimits {
  /** How many characters it may have. */
  readonly max: number;
  /** How many it must have. @default 0 */
  readonly min?: number;
  /** What it must look like, for editors. */
  readonly pattern?: string;
  /** What else is wrong with it; asked where its length is right. */
  readonly problem?: (text: string) => string | undefined;
}

/** A string. */
export function string(limits: StringLimits): Field {
  const { max, min = 0, pattern, problem } = limits;
  return {
    schema: {
      type: "string",
      ...(min > 0 && { minLength: min }),
      maxLength: max,
      ...(pattern !== undefined && { pattern }),
    },
    check(value) {
      if (typeof value !== "string") return wrongType(value, "string");
      if (value.length < min) return wrong("is empty");
      if (value.length > max) return wrong(`is longer than ${max} characters`);
      return wrong(problem?.(value));
    },
  };
}

/** One of a few strings. */
export function oneOf(...words: string[]): Field {
  return {
    schema: { type: "string", enum: words },
    check: (value) =>
      wrong(
        words.includes(value as string)
          ? undefined
          : `is none of ${words.join(", ")}`,
      ),
  };
}

/** An array of up to so many items. */
export function arrayOf(item: Field, maxItems: number): Field {
  return {
    schema: { type: "array", items: item.schema, maxItems },
    check(value) {
      if (!Array.isArray(value)) return wrongType(value, "array");
      if (value.length > maxItems) {
        return wrong(`has more than ${maxItems} items`);
      }
      return value.flatMap((element, at) => within(at, item.check(element)));
    },
  };
}

/** An object; fields that are not named may hold anything. */
export function object(fields: Fields): Field {
  return {
    schema: {
      type: "object",
      properties: Object.fromEntries(
        Object.entries(fields).map(([name, { schema }]) => [name, schema]),
      ),
      ...requiredOf(fields),
      additionalProperties: {},
    },
    check(value) {
      if (!isRecord(value)) return wrongType(value, "object");
      return Object.entries(fields).flatMap(([name, field]) => {
        const inner = Object.hasOwn(value, name) ? value[name] : undefined;
        if (inner === undefined && field.optional) return [];
        return within(name, field.check(inner));
      });
    },
  };
}

/** `true` or `false`. */
export const boolean: Field = {
  schema: { type: "boolean" },
  check: (value) =>
    typeof value === "boolean" ? [] : wrongType(value, "boolean"),
};

/** What either of two fields may hold; the first decides on the type's words. */
export function either(one: Field, other: Field): Field {
  return {
    schema: { anyOf: [one.schema, other.schema] },
    check(value) {
      const [first, second] = [one.check(value), other.check(value)];
      if (first.length === 0 || second.length === 0) return [];
      // What the type fits is what was meant.
      return second.some(({ path }) => path.length > 0) ? second : first;
    },
  };
}

/** The same, or `null`. */
export function nullable(field: Field): Field {
  return {
    schema: { anyOf: [field.schema, { type: "null" }] },
    check: (value) => value === null ? [] : field.check(value),
  };
}

/** The same, and it may be left out. */
export function optional(field: Field): Field {
  return { ...field, optional: true };
}

/** The same, with what an editor shows. */
export function described(description: string, field: Field): Field {
  return { ...field, schema: { ...field.schema, description } };
}

function requiredOf(fields: Fields): { required?: string[] } {
  const required = Object.keys(fields).filter((name) =>
    !fields[name]!.optional
  );
  return required.length > 0 ? { required } : {};
}

function wrong(message: string | undefined): Issue[] {
  return message === undefined ? [] : [{ message: clip(message), path: [] }];
}

function wrongType(value: unknown, expected: string): Issue[] {
  if (value === undefined) return wrong("is missing");
  const type = value === null
    ? "null"
    : Array.isArray(value)
    ? "array"
    : typeof value;
  const hint = expected === "string" && type === "number"
    ? ", so put it in quotes"
    : "";
  return wrong(`is of type ${type} and not ${expected}${hint}`);
}

function within(key: PropertyKey, issues: readonly Issue[]): Issue[] {
  return issues.map(({ message, path }) => ({ message, path: [key, ...path] }));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
