/**
 * Checks the input of a chain against schemas of any Standard Schema library.
 *
 * @module
 */
import {
  type Issue,
  messageOf,
  PluginError,
  ValidationError,
} from "../../shared/errors.ts";
import type {
  PluginIdentity,
  StandardIssue,
  StandardResult,
  StandardSchema,
  Untyped,
  Validators,
} from "../../plugin/plugin.ts";
import { clip } from "../../shared/text/clip.ts";
import { fieldsOf } from "../../shared/fields.ts";
import type { ChainInput } from "../plugin_runner.ts";

/** What a value is, for the error. */
export interface ValidationSubject {
  /** Which part of the request it is: the first step of every issue's path. */
  readonly part: "body" | "query" | "params";
  /** The plugin that asked for it. */
  readonly plugin: PluginIdentity;
}

/** The parts of a request that have a schema, as their schemas read them. */
export interface ValidatedParts {
  /** The body. */
  readonly body?: Untyped;
  /** The query string. */
  readonly query?: Untyped;
  /** The parameters of the pattern. */
  readonly params?: Untyped;
}

/** The schemas of a route and of its actions. */
export interface ChainValidators {
  /** Those of the route. */
  readonly route?: Validators;
  /** Those of each action, in order. */
  readonly steps: readonly (Validators | undefined)[];
}

/** Checks an input; the result holds the parts for each action. */
export type CheckInput = (
  input: ChainInput,
) => readonly ValidatedParts[] | Promise<readonly ValidatedParts[]>;

/** One schema for one part of the input. */
interface Check {
  readonly part: ValidationSubject["part"];
  readonly schema: StandardSchema;
}

/**
 * Compiles the schemas of a route and its actions into one check. An action
 * sees what its own schema made of the input as it came, else what the route's
 * schema made of it. Actions that share a schema share its work.
 *
 * @returns The check, synchronous as long as the schemas are; undefined where
 * there are no schemas.
 */
export function compileValidation(
  validators: ChainValidators,
  plugin: PluginIdentity,
): CheckInput | undefined {
  const checks: Check[] = [];
  const [route, ...steps] = [validators.route, ...validators.steps]
    .map((it) => indexChecks(it, checks));
  if (checks.length === 0) return undefined;
  const plans = steps.map((step) => Object.entries({ ...route, ...step }));
  return (input) => {
    const values = checks.map(({ part, schema }) =>
      validateInput(schema, partOf(input, part), { part, plugin })
    );
    return values.some((it) => it instanceof Promise)
      ? Promise.all(values).then((all) => assemble(plans, all))
      : assemble(plans, values);
  };
}

const PARTS = ["params", "query", "body"] as const;

/** Adds new checks to the list; gives the place of each part's check. */
function indexChecks(
  validators: Validators | undefined,
  checks: Check[],
): Record<string, number> {
  return Object.fromEntries(PARTS.flatMap((part) => {
    const schema = validators?.[part];
    if (schema === undefined) return [];
    const known = checks.findIndex((it) =>
      it.part === part && it.schema === schema
    );
    return [[part, known >= 0 ? known : checks.push({ part, schema }) - 1]];
  }));
}

/** What each action sees, by the places of its checks. */
function assemble(
  plans: readonly (readonly [string, number][])[],
  values: readonly unknown[],
): ValidatedParts[] {
  return plans.map((plan) => {
    const parts: Record<string, unknown> = {};
    for (const [part, place] of plan) parts[part] = values[place];
    return parts;
  });
}

/**
 * Checks a value, at once where the schema does.
 *
 * @param where What the value is, for the error.
 * @returns The value as the schema reads it, or a promise of it.
 * @throws {ValidationError} `VALIDATION_FAILED` with the issues by path; as a
 * rejection where the schema is asynchronous.
 * @throws {PluginError} `ACTION_FAILED` where the schema itself throws.
 */
export function validateInput(
  schema: StandardSchema,
  value: unknown,
  where: ValidationSubject,
): unknown {
  let result: StandardResult<unknown> | Promise<StandardResult<unknown>>;
  try {
    result = schema["~standard"].validate(value);
  } catch (cause) {
    throw broken(cause, where);
  }
  if (!(result instanceof Promise)) return accept(result, where);
  const checked = result.then((it) => accept(it, where), (cause) => {
    throw broken(cause, where);
  });
  // Another part may fail first, and nobody waits for this one any more.
  checked.catch(() => {});
  return checked;
}

function partOf(input: ChainInput, part: ValidationSubject["part"]): unknown {
  if (part === "query") {
    return fieldsOf(new URL(input.request.url).searchParams);
  }
  // Some schemas take nothing but plain objects.
  return part === "params" ? { ...input.params } : input.body;
}

function accept(
  result: StandardResult<unknown>,
  where: ValidationSubject,
): unknown {
  const { part, plugin } = where;
  const { value, issues } = readResult(result, where);
  if (issues === undefined) return value;
  throw new ValidationError(
    "VALIDATION_FAILED",
    `Cannot accept the ${part} for plugin "${plugin.name}": ${
      describe(issues)
    }`,
    { issues, pluginId: plugin.id },
  );
}

/** Nobody reads more of them. */
const MAX_ISSUES = 100;
const MAX_STEPS = 50;

/** The result is an object of the plugin's, whose getters may throw. */
function readResult(
  result: StandardResult<unknown>,
  where: ValidationSubject,
): { readonly value?: unknown; readonly issues?: Issue[] } {
  try {
    const { issues } = result;
    if (issues === undefined) return { value: result.value };
    const first = issues.slice(0, MAX_ISSUES);
    return { issues: first.map((issue) => toIssue(issue, where.part)) };
  } catch (cause) {
    throw broken(cause, where);
  }
}

function toIssue(issue: StandardIssue, part: string): Issue {
  const path = (issue.path ?? []).slice(0, MAX_STEPS).map((step) =>
    typeof step === "object" ? step.key : step
  );
  const message = clip(String(issue.message), MAX_ISSUE_LENGTH);
  return { message, path: [part, ...path] };
}

const MAX_ISSUE_LENGTH = 1_000;

/** The first issue in full: a message must stay readable. */
function describe(issues: readonly Issue[]): string {
  const [first] = issues;
  if (first === undefined) return "its schema refuses it";
  const text = `${first.path.map(String).join(".")}: ${first.message}`;
  return issues.length === 1 ? text : `${text} (and ${issues.length - 1} more)`;
}

function broken(cause: unknown, where: ValidationSubject): PluginError {
  const { part, plugin } = where;
  return new PluginError(
    "ACTION_FAILED",
    `Cannot check the ${part} for plugin "${plugin.name}": its schema threw: ${
      messageOf(cause)
    }`,
    { pluginId: plugin.id, cause },
  );
}
