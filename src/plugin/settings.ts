/**
 * What an operator can set of a plugin, and what is told about it.
 *
 * @module
 */
import type { SchemaOutput, StandardSchema } from "./standard_schema.ts";
import type { Untyped } from "./words.ts";

/** What kind of value a setting takes; a `secret` is a string kept encrypted. */
export type SettingType = "string" | "number" | "boolean" | "enum" | "secret";

/** One setting of a plugin. */
export interface SettingDeclaration {
  /** What kind of value it takes. */
  type: SettingType;
  /** What a form calls it. @default its name */
  label?: string;
  /** What it is for, in a sentence. */
  description?: string;
  /** The value that holds where none is set; a secret has none. */
  default?: string | number | boolean;
  /**
   * Whether the plugin's routes and schedules wait for a value: until there is
   * one they answer `SETTINGS_MISSING`.
   *
   * @default false
   */
  required?: boolean;
  /** The values that an `enum` takes. */
  options?: readonly string[];
}

/** The settings of a plugin by name. */
export type SettingDeclarations = Readonly<Record<string, SettingDeclaration>>;

/**
 * How a plugin says what can be set: by declarations, or by a Standard Schema of
 * an object. A schema that has a JSON Schema as well, such as one of zod 4, is
 * shown as a form, and marks a secret by `secret: true` in it:
 * `z.string().meta({ secret: true })`.
 */
export type SettingsConfig = SettingDeclarations | StandardSchema;

/** The values of a plugin's settings by name. */
export type SettingValues = Readonly<Record<string, Untyped>>;

/** The values of settings that were declared like this. */
export type InferSettings<S extends SettingsConfig> = S extends StandardSchema
  ? SchemaOutput<S>
  : S extends SettingDeclarations ? {
      readonly [K in keyof S]:
        | SettingValue<S[K]>
        | (S[K] extends { required: true } | { default: unknown } ? never
          : undefined);
    }
  : never;

/**
 * The values of the settings of a definition, whatever they are where it does not
 * say.
 */
export type DefinedSettings<S extends SettingsConfig> = SettingsConfig extends S
  ? SettingValues
  : InferSettings<S>;

/** The value of one setting. */
export type SettingValue<D extends SettingDeclaration> = D extends {
  type: "number";
} ? number
  : D extends { type: "boolean" } ? boolean
  : D extends { type: "enum"; options: readonly (infer O)[] } ? O
  : string;

/** One field of a form. */
export interface SettingField {
  /** The setting's name. */
  readonly name: string;
  /**
   * What kind of value it takes; `json` is any other that a schema describes,
   * such as a list.
   */
  readonly type: SettingType | "json";
  /** What to call it. */
  readonly label: string;
  /** What it is for. */
  readonly description?: string;
  /** The value that holds where none is set. */
  readonly default?: unknown;
  /** Whether the plugin waits for a value. */
  readonly required: boolean;
  /** The values to choose from. */
  readonly options?: readonly unknown[];
  /** Whether a value is set. */
  readonly isSet: boolean;
}

/** What a console needs to draw the form of a plugin's settings. */
export interface SettingsForm {
  /** The plugin. */
  readonly pluginId: number;
  /** Its name. */
  readonly plugin: string;
  /** The fields, in the order of the declaration. */
  readonly fields: readonly SettingField[];
}

/** What the hook of `settings:changed` receives. */
export interface SettingsChangedEvent {
  /** The names of the settings that have other values now. */
  changed: string[];
}
