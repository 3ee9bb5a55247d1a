/**
 * The part of Standard Schema (https://standardschema.dev) that a validator
 * must have. The specification asks for it to be copied rather than depended
 * on; zod, valibot and arktype fit it as they are.
 *
 * @module
 */

/** A schema of any library that implements Standard Schema, version 1. */
export interface StandardSchema<TInput = unknown, TOutput = TInput> {
  /** What the specification defines. */
  readonly "~standard": StandardSchemaProps<TInput, TOutput>;
}

/** What a {@linkcode StandardSchema} carries. */
export interface StandardSchemaProps<TInput = unknown, TOutput = TInput> {
  /** The version of the specification. */
  readonly version: 1;
  /** The library that made the schema. */
  readonly vendor: string;
  /** Checks a value. */
  readonly validate: (
    value: unknown,
  ) => StandardResult<TOutput> | Promise<StandardResult<TOutput>>;
  /** The types; never there at run time. */
  readonly types?:
    | { readonly input: TInput; readonly output: TOutput }
    | undefined;
}

/** What a check found: the value as the schema reads it, or what is wrong. */
export type StandardResult<TOutput> =
  | { readonly value: TOutput; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** One thing that is wrong with a value. */
export interface StandardIssue {
  /** What is wrong. */
  readonly message: string;
  /** Where, as keys or as objects that hold a key, from the outside in. */
  readonly path?:
    | readonly (PropertyKey | { readonly key: PropertyKey })[]
    | undefined;
}

/** The type of the values that a schema lets through. */
export type SchemaOutput<S extends StandardSchema> = NonNullable<
  S["~standard"]["types"]
>["output"];
