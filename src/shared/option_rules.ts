/**
 * Checks a host's options against rules, one for each name. A schema library
 * would do as well, but it would be loaded at every start.
 *
 * @module
 */
import { messageOf, PluginError } from "./errors.ts";

/** What one option may be. */
export interface OptionRule {
  /** What is allowed, to be read after "allowed is". */
  readonly allowed: string;
  /** Whether a value is allowed. */
  readonly accepts: (value: unknown) => boolean;
  /** The rules of the options inside, where it is an object of options. */
  readonly inside?: OptionRules;
  /** Whether its value must not be shown. */
  readonly secret?: boolean;
}

/** The rules of a set of options. */
export type OptionRules = Readonly<Record<string, OptionRule>>;

/** One rule for each option of a type: none can be forgotten. */
export type RulesOf<Options> = Readonly<
  Record<keyof Required<Options> & string, OptionRule>
>;

/** `true` or `false`. */
export const aBoolean: OptionRule = {
  allowed: "true or false",
  accepts: (value) => typeof value === "boolean",
};

/** A string with something in it. */
export const aString: OptionRule = {
  allowed: "a string that is not empty",
  accepts: (value) => typeof value === "string" && value !== "",
};

/** A list of strings. */
export const strings: OptionRule = {
  allowed: "an array of strings",
  accepts: (value) =>
    Array.isArray(value) && value.every((item) => typeof item === "string"),
};

/** A function. */
export const aFunction: OptionRule = {
  allowed: "a function",
  accepts: (value) => typeof value === "function",
};

/** How long something waits. */
export const milliseconds: OptionRule = {
  allowed: "milliseconds from 0 on, or Infinity",
  accepts: (value) => typeof value === "number" && value >= 0,
};

/** A time limit that 0 and `Infinity` turn off. */
export const optionalLimit: OptionRule = {
  allowed: "milliseconds from 0 on, where 0 and Infinity stand for no limit",
  accepts: (value) => typeof value === "number" && value >= 0,
};

/** A time limit that `Infinity` turns off. */
export const aLimit: OptionRule = {
  allowed: "milliseconds from 1 on, or Infinity for no limit",
  accepts: (value) => typeof value === "number" && value >= 1,
};

/**
 * A whole number.
 *
 * @param max The largest; `Infinity` includes `Infinity` itself.
 */
export function count(min: number, max = Infinity): OptionRule {
  return {
    allowed: max === Infinity
      ? `a whole number from ${min} on, or Infinity`
      : `a whole number from ${min} to ${max}`,
    accepts: (value) =>
      typeof value === "number" && value >= min && value <= max &&
      (Number.isSafeInteger(value) || value === Infinity),
  };
}

/** One of a few words. */
export function oneOf(...words: string[]): OptionRule {
  const quoted = words.map((word) => `"${word}"`);
  return {
    allowed: `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`,
    accepts: (value) => words.includes(value as string),
  };
}

/** An object of options. */
export function options(inside: OptionRules): OptionRule {
  return { allowed: "an object of options", accepts: isRecord, inside };
}

/**
 * Checks options.
 *
 * @param given What the host set; an option that is `undefined` is not set.
 * @throws {PluginError} `INVALID_OPTIONS`, naming the option, its value and
 * what is allowed.
 */
export function checkOptions(
  given: unknown,
  rules: OptionRules,
  parent = "",
): void {
  if (!isRecord(given)) {
    throw refuse("Cannot use the options", {
      state: `they are ${shown(given)}`,
      allowed: "an object of options",
    });
  }
  for (const [name, value] of entriesOf(given, parent)) {
    const path = parent === "" ? name : `${parent}.${name}`;
    const what = `Cannot use option "${path}"`;
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) {
      const state = "there is no such option";
      const known = Object.keys(rules).sort();
      throw refuse(what, { state, allowed: known.join(", ") });
    }
    if (value === undefined) continue;
    if (!rule.accepts(value)) {
      const state = rule.secret ? "its value is none" : `it is ${shown(value)}`;
      throw refuse(what, { state, allowed: rule.allowed });
    }
    if (rule.inside !== undefined) checkOptions(value, rule.inside, path);
  }
}

/**
 * The options that are set.
 *
 * @returns The same without those that are `undefined`.
 */
export function withoutUndefined<O extends object>(given: O): Partial<O> {
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as Partial<O>;
}

/** A value for a message. */
export function shown(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(
        value.length > 60 ? `${value.slice(0, 60)}…` : value,
      );
    case "bigint":
      return `${value}n`;
    case "object":
      if (value === null) return "null";
      return Array.isArray(value) ? "an array" : "an object";
    case "function":
    case "symbol":
      return `a ${typeof value}`;
    default:
      return String(value);
  }
}

/** A date, a map or a promise has no options: it got there by mistake. */
function isRecord(value: unknown): value is Record<string, unknown> {
  return Object.prototype.toString.call(value) === "[object Object]";
}

/** Options may be read by code of the host's, which may throw. */
function entriesOf(
  given: Readonly<Record<string, unknown>>,
  parent: string,
): [string, unknown][] {
  try {
    return Object.entries(given);
  } catch (cause) {
    const what = parent === "" ? "the options" : `option "${parent}"`;
    throw new PluginError(
      "INVALID_OPTIONS",
      `Cannot use ${what}: reading what is inside throws: ${messageOf(cause)}`,
      { cause },
    );
  }
}

function refuse(
  what: string,
  { state, allowed }: { readonly state: string; readonly allowed: string },
): PluginError {
  return new PluginError(
    "INVALID_OPTIONS",
    `${what}: ${state}; allowed is ${allowed}`,
  );
}
