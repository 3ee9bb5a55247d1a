/**
 * Makes the values of a plugin's settings out of what is stored of them: where
 * the plugin's own code checks them, in the process that runs it.
 *
 * @module
 */
import type {
  SettingContribution,
  SettingsContribution,
} from "../plugin/contributions.ts";
import { clip } from "../shared/text/clip.ts";
import { type Issue, messageOf, PluginError } from "../shared/errors.ts";
import type {
  PluginIdentity,
  SettingValues,
  StandardIssue,
  StandardSchema,
} from "../plugin/plugin.ts";

/** What is stored of a plugin's settings, by name. */
export type StoredSettings = Readonly<Record<string, unknown>>;

/** What could not be settled. */
export interface SettledReport {
  /** The settings without which the plugin's chains do not run. */
  readonly missing: readonly string[];
  /** What is stored, and is not what this version takes. */
  readonly warnings: readonly string[];
}

/** Settings as a plugin gets them. */
export interface SettledSettings extends SettledReport {
  /** The values. */
  readonly values: SettingValues;
}

/** Says that nothing of the settings is in the way. */
export const NOTHING_MISSING: SettledReport = { missing: [], warnings: [] };

/** The values of a plugin that declares no settings. */
export const NO_VALUES: SettingValues = Object.freeze({});

/**
 * Settles settings. What is stored and does not fit stays stored; the plugin
 * gets the default in its place.
 *
 * @param schema What the plugin checks it with, where it has a schema.
 * @returns The values, and what is wrong with them.
 */
export async function settleSettings(
  contribution: SettingsContribution,
  stored: StoredSettings,
  schema: StandardSchema | undefined,
): Promise<SettledSettings> {
  const known = knownOf(contribution, stored);
  return schema === undefined
    ? settleFields(contribution.fields, known)
    : await settleWithSchema(schema, known, secretsOf(contribution));
}

/**
 * What is wrong with one value.
 *
 * @returns What it must be; undefined where it is.
 */
export function settingProblem(
  { type, options = [] }: SettingContribution,
  value: unknown,
): string | undefined {
  switch (type) {
    case "number":
      return typeof value === "number" && Number.isFinite(value)
        ? undefined
        : "must be a number";
    case "boolean":
      return typeof value === "boolean" ? undefined : "must be true or false";
    case "enum":
      return options.includes(value)
        ? undefined
        : `must be one of ${
          options.map((it) => JSON.stringify(it)).join(", ")
        }`;
    case "json":
      return undefined;
    default:
      return typeof value === "string" ? undefined : "must be a string";
  }
}

/**
 * What a schema says of values.
 *
 * @returns What is wrong; empty where nothing is.
 */
export async function schemaIssues(
  schema: StandardSchema,
  values: StoredSettings,
): Promise<readonly StandardIssue[]> {
  const { issues = [] } = await validate(schema, values);
  return issues;
}

/** An issue of a schema as a path of names and numbers, no longer than is read. */
export function settingIssue({ message, path = [] }: StandardIssue): Issue {
  return {
    message: clip(String(message), MAX_ISSUE),
    path: path.slice(0, MAX_STEPS).map((step) => {
      const key = typeof step === "object" ? step.key : step;
      return typeof key === "number" ? key : clip(String(key), MAX_ISSUE);
    }),
  };
}

/** Nobody reads more of them, nor more of one. */
const MAX_ISSUES = 100;
const MAX_ISSUE = 1_000;
const MAX_STEPS = 50;

/** The error of a chain whose plugin waits for settings. */
export function settingsMissing(
  { id, name }: PluginIdentity,
  missing: readonly string[],
): PluginError {
  const names = missing.map((it) => JSON.stringify(it)).join(", ");
  return new PluginError(
    "SETTINGS_MISSING",
    `Cannot run plugin "${name}": it waits for a value of ${names}; call setSettings(${id}, …)`,
    { pluginId: id },
  );
}

function knownOf(
  { fields, isOpen }: SettingsContribution,
  stored: StoredSettings,
): StoredSettings {
  if (isOpen) return stored;
  return Object.fromEntries(
    fields.filter(({ name }) => Object.hasOwn(stored, name))
      .map(({ name }) => [name, stored[name]]),
  );
}

function settleFields(
  fields: readonly SettingContribution[],
  stored: StoredSettings,
): SettledSettings {
  const warnings: string[] = [];
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    const { name } = field;
    const value = Object.hasOwn(stored, name) ? stored[name] : undefined;
    const problem = value === undefined
      ? undefined
      : settingProblem(field, value);
    if (problem !== undefined) warnings.push(unfit(name, problem));
    values[name] = value === undefined || problem !== undefined
      ? field.default
      : value;
  }
  const missing = fields
    .filter(({ name, required }) => required && isEmpty(values[name]))
    .map(({ name }) => name);
  return { values: Object.freeze(values), missing, warnings };
}

/** Forms send empty strings for what is left out. */
function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** What a schema says of them may quote them. */
function secretsOf({ fields }: SettingsContribution): ReadonlySet<string> {
  return new Set(
    fields.filter(({ type }) => type === "secret").map(({ name }) => name),
  );
}

async function settleWithSchema(
  schema: StandardSchema,
  stored: StoredSettings,
  secrets: ReadonlySet<string>,
): Promise<SettledSettings> {
  const warnings: string[] = [];
  let given = stored;
  for (;;) {
    const { value, issues } = await validate(schema, given);
    if (issues === undefined) {
      return { values: frozen(value), missing: [], warnings };
    }
    const unfits = issues.filter((issue) =>
      Object.hasOwn(given, String(firstOf(issue)))
    );
    warnings.push(...unfits.map((it) => {
      const name = firstOf(it);
      const problem = clip(String(it.message), MAX_ISSUE);
      return unfit(name, secrets.has(name) ? "a secret" : problem);
    }));
    if (unfits.length === 0) {
      const missing = [...new Set(issues.map(firstOf))];
      return { values: frozen(given), missing, warnings };
    }
    const without = new Set(unfits.map(firstOf));
    given = Object.fromEntries(
      Object.entries(given).filter(([name]) => !without.has(name)),
    );
  }
}

function frozen(value: unknown): SettingValues {
  return Object.freeze({ ...Object(value) });
}

function firstOf({ path }: StandardIssue): string {
  const [first] = path ?? [];
  if (first === undefined) return "settings";
  return String(typeof first === "object" ? first.key : first);
}

async function validate(
  schema: StandardSchema,
  values: StoredSettings,
): Promise<{ value?: unknown; issues?: readonly StandardIssue[] }> {
  try {
    // The schema may change what it is handed.
    const result = await schema["~standard"].validate(structuredClone(values));
    return result.issues === undefined
      ? { value: result.value }
      : { issues: [...result.issues].slice(0, MAX_ISSUES) };
  } catch (error) {
    return { issues: [{ message: `its schema threw: ${messageOf(error)}` }] };
  }
}

function unfit(name: string, problem: string): string {
  return `setting ${
    JSON.stringify(name)
  } has a value that this version does not take (${problem}), and counts as not set`;
}
