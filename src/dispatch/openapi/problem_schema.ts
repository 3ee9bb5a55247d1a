/**
 * Describes problem details, which every error is answered with.
 *
 * @module
 */

/** The schema of problem details (RFC 9457). */
export const PROBLEM_SCHEMA = {
  type: "object",
  required: ["type", "title", "status"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    instance: { type: "string" },
    code: { type: "string" },
    pluginId: { type: "integer" },
    action: { type: "string" },
    issues: {
      type: "array",
      items: {
        type: "object",
        required: ["message", "path"],
        properties: {
          message: { type: "string" },
          path: { type: "array", items: { type: ["string", "number"] } },
        },
      },
    },
  },
} as const;

/** The response of an error. */
export const PROBLEM_RESPONSE = {
  description: "An error, as problem details",
  content: {
    "application/problem+json": {
      schema: { $ref: "#/components/schemas/Problem" },
    },
  },
} as const;
