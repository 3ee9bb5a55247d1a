/**
 * Reads what an operator can set of a plugin: from declarations, or from the
 * JSON Schema of a Standard Schema.
 *
 * @module
 */
import type {
  SettingContribution,
  SettingsContribution,
} from "../../plugin/contributions.ts";
import { DECLARED_LIMITS } from "../../plugin/declared_limits.ts";
import { messageOf } from "../../shared/errors.ts";
import type { Findings } from "./findings.ts";
import { isObject, kindOf } from "../../shared/text/kind_of.ts";
import type { Path } from "../../shared/text/format_path.ts";
import { plainCopy } from "./plain_copy.ts";

const PATH: Path = ["config", "settings"];
const TYPES: readonly unknown[] = [
  "string",
  "number",
  "boolean",
  "enum",
  "secret",
  // Of a schema only; what a process says of its plugin is read again.
  "json",
];
/** What the declaration of a setting says. */
const FIELDS: ReadonlySet<string> = new Set([
  "type",
  "label",
  "description",
  "default",
  "required",
  "options",
]);
const LIMITS = {
  values: DECLARED_LIMITS.settingValues,
  length: DECLARED_LIMITS.expressionLength,
};

/** An object whose members are not known yet. */
type Loose = Readonly<Record<string, unknown>>;

/**
 * Reads `config.settings`.
 *
 * @param findings Receives what is wrong.
 * @returns The settings as plain data; undefined where there are none.
 */
export function readSettings(
  value: unknown,
  findings: Findings,
): SettingsContribution | undefined {
  if (value === undefined || value === null) return undefined;
  if (hasStandard(value)) return readSchema(value["~standard"], findings);
  const declared = plainCopy(value, PATH, { findings, limits: LIMITS });
  if (!isObject(declared)) {
    findings.issue(
      PATH,
      `must be an object of settings or a Standard Schema, and is ${
        kindOf(value)
      }`,
    );
    return undefined;
  }
  return { fields: readAll(declared, findings, readDeclaration) };
}

/** A schema may be a function, such as those of ArkType. */
function hasStandard(value: unknown): value is { "~standard": Loose } {
  return (typeof value === "object" || typeof value === "function") &&
    value !== null && "~standard" in value && isObject(value["~standard"]);
}

/** Reads one setting. */
type ReadOne = (
  name: string,
  setting: Loose,
  at: { readonly path: Path; readonly findings: Findings },
) => SettingContribution;

function readAll(
  settings: Loose,
  findings: Findings,
  readOne: ReadOne,
): SettingContribution[] {
  const entries = Object.entries(settings);
  const { settings: most, nameLength } = DECLARED_LIMITS;
  const where = { path: PATH, what: "settings" };
  if (findings.tooMany(entries.length, most, where)) return [];
  return entries.flatMap(([name, setting]) => {
    const path = [...PATH, name];
    const what = "characters in its name";
    if (findings.tooMany(name.length, nameLength, { path, what })) return [];
    if (isObject(setting)) return [readOne(name, setting, { path, findings })];
    findings.issue(path, `must be an object, and is ${kindOf(setting)}`);
    return [];
  });
}

const readDeclaration: ReadOne = (name, setting, { path, findings }) => {
  findings.unread(setting, FIELDS, path);
  const type = setting.type as SettingContribution["type"];
  if (!TYPES.includes(type)) {
    findings.issue(
      [...path, "type"],
      'must be "string", "number", "boolean", "enum" or "secret"',
    );
  }
  const options = Array.isArray(setting.options) ? setting.options : [];
  if (type === "enum" && options.length === 0) {
    findings.issue([...path, "options"], "must be an array of values");
  }
  const initial = setting.default ?? undefined;
  if (initial !== undefined && !fits(type, initial, options)) {
    findings.issue([...path, "default"], `must be a value of type "${type}"`);
  }
  if (type === "secret" && initial !== undefined) {
    findings.issue(
      [...path, "default"],
      "must not be there: whoever has the code would know the secret",
    );
  }
  return {
    name,
    type,
    ...described(name, setting.label, setting.description),
    ...(initial === undefined ? {} : { default: initial }),
    required: setting.required === true,
    ...(type === "enum" ? { options } : {}),
  };
};

function fits(
  type: SettingContribution["type"],
  value: unknown,
  options: readonly unknown[],
): boolean {
  if (type === "json") return true;
  if (type === "enum") return options.includes(value);
  const kind: string = typeof value;
  return kind === (type === "secret" ? "string" : type);
}

function described(name: string, label: unknown, description: unknown) {
  return {
    label: typeof label === "string" && label !== "" ? label : name,
    ...(typeof description === "string" ? { description } : {}),
  };
}

function readSchema(
  standard: Loose,
  findings: Findings,
): SettingsContribution | undefined {
  if (typeof standard.validate !== "function") {
    findings.issue(PATH, "must be a Standard Schema with a function validate");
    return undefined;
  }
  const schema = jsonSchemaOf(standard, findings);
  if (schema === undefined || !isObject(schema.properties)) {
    return { fields: [], hasSchema: true, isOpen: true };
  }
  const required = Array.isArray(schema.required) ? schema.required : [];
  const fields = readAll(
    schema.properties,
    findings,
    (name, property) =>
      readProperty(name, property, { isRequired: required.includes(name) }),
  );
  return { fields, hasSchema: true };
}

/** Without one a schema checks values, and says nothing about them. */
function jsonSchemaOf(standard: Loose, findings: Findings): Loose | undefined {
  try {
    const { jsonSchema } = standard;
    if (isObject(jsonSchema) && typeof jsonSchema.input === "function") {
      const schema = jsonSchema.input({ target: "draft-2020-12" });
      const copy = plainCopy(schema, PATH, { findings, limits: LIMITS });
      if (isObject(copy)) return copy;
    }
    findings.warn(
      PATH,
      "has no JSON Schema, so that there is no form for it and no secret in it",
    );
  } catch (error) {
    findings.warn(PATH, `has no JSON Schema: ${messageOf(error)}`);
  }
}

function readProperty(
  name: string,
  property: Loose,
  { isRequired }: { readonly isRequired: boolean },
): SettingContribution {
  const options = Array.isArray(property.enum) ? property.enum : undefined;
  const type = typeOf(property, options);
  const initial = type === "secret" ? undefined : property.default;
  return {
    name,
    type,
    ...described(
      name,
      property.label ?? property.title,
      property.description,
    ),
    ...(initial === undefined ? {} : { default: initial }),
    required: isRequired && property.default === undefined,
    ...(options === undefined || type === "secret" ? {} : { options }),
  };
}

function typeOf(
  { type, secret }: Loose,
  options: readonly unknown[] | undefined,
): SettingContribution["type"] {
  if (secret === true) return "secret";
  if (options !== undefined) return "enum";
  if (type === "integer") return "number";
  return type === "string" || type === "number" || type === "boolean"
    ? type
    : "json";
}
