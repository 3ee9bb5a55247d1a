/**
 * What the routes of `/api/v1` read alike.
 *
 * @module
 */
import { z } from "zod";

/** The name of a user or a key. */
export const nameSchema = z.string().trim().min(1).max(100);

/** A password to be set; a longer one would be work for nothing to hash. */
export const newPasswordSchema = z.string().min(10).max(500);

/** An id in a path. */
export const idSchema = z.object({ id: z.coerce.number().int().positive() });

/** Which part of a list is asked for. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.coerce.number().int().optional(),
});

/** What Hono knows of a validated body. */
export interface BodyOf<S extends z.ZodType> {
  /** What is sent. */
  in: { json: z.input<S> };
  /** What is read. */
  out: { json: z.output<S> };
}

/** What Hono knows of validated parameters. */
export interface ParametersOf<S extends z.ZodType> {
  /** What is sent. */
  in: { param: z.input<S> };
  /** What is read. */
  out: { param: z.output<S> };
}

/** What Hono knows of a validated query. */
export interface QueryOf<S extends z.ZodType> {
  /** What is sent. */
  in: { query: z.input<S> };
  /** What is read. */
  out: { query: z.output<S> };
}
