/**
 * Checks a value against a schema of any Standard Schema library.
 *
 * @module
 */
import { type Issue, ValidationError } from "../errors.ts";
import type {
  StandardIssue,
  StandardResult,
  StandardSchema,
} from "../plugin.ts";

/** What a validation error says about the value. */
export interface ValidationSubject {
  /** Which part of the request it is: the first step of every issue's path. */
  readonly part: "body" | "query" | "params";
  /** The plugin that asked for it. */
  readonly pluginId: number;
  /** The plugin's name. */
  readonly pluginName: string;
}

/**
 * Checks a value, at once where the schema does.
 *
 * @param schema The schema.
 * @param value The value.
 * @param where What the value is, for the error.
 * @returns The value as the schema reads it, or a promise of it.
 * @throws {ValidationError} `VALIDATION_FAILED` with the issues by path; as a
 * rejection where the schema is asynchronous.
 */
export function validateInput(
  schema: StandardSchema,
  value: unknown,
  where: ValidationSubject,
): unknown {
  const result = schema["~standard"].validate(value);
  return result instanceof Promise
    ? result.then((it) => accept(it, where))
    : accept(result, where);
}

function accept(
  result: StandardResult<unknown>,
  where: ValidationSubject,
): unknown {
  if (result.issues === undefined) return result.value;
  const issues = result.issues.map((issue) => toIssue(issue, where.part));
  throw new ValidationError(
    "VALIDATION_FAILED",
    `Cannot accept the ${where.part} for plugin "${where.pluginName}": ${
      describe(issues)
    }`,
    { issues, pluginId: where.pluginId },
  );
}

function toIssue(issue: StandardIssue, part: string): Issue {
  const path = (issue.path ?? []).map((step) =>
    typeof step === "object" ? step.key : step
  );
  return { message: issue.message, path: [part, ...path] };
}

/** The first issue in full: a message must stay readable. */
function describe(issues: readonly Issue[]): string {
  const [first] = issues;
  if (first === undefined) return "its schema refuses it";
  const text = `${first.path.map(String).join(".")}: ${first.message}`;
  return issues.length === 1 ? text : `${text} (and ${issues.length - 1} more)`;
}
