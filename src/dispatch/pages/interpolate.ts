/**
 * Fills `{{…}}` bindings in with the values that they name.
 *
 * @module
 */
import { PluginError } from "../../shared/errors.ts";
import { fitsInto } from "../../shared/text/value_size.ts";

/** How many characters a value with its bindings filled in may have. */
const MAX_RESOLVED = 1024 * 1024;

/** What bindings can name. */
export interface BindingScope {
  /** `{{state.a.b}}`, and `{{a.b}}` for short. */
  readonly state?: unknown;
  /** `{{payload.x}}`, and `{{payload}}` for all of it. */
  readonly payload?: unknown;
  /** `{{result.data.id}}`, in what follows an action. */
  readonly result?: unknown;
}

const BINDING = /\{\{([^{}]+)\}\}/g;
const ONLY_BINDING = /^\s*\{\{([^{}]+)\}\}\s*$/;
const ROOTS: ReadonlySet<string> = new Set(["state", "payload", "result"]);

/**
 * Fills in every binding of a value, at any depth.
 *
 * A text that is one binding becomes the value itself, of whatever type; where
 * the value is missing, so is the property. A binding inside a text becomes
 * text, empty where the value is missing. `{{!path}}` is true where the value
 * is not. What a value contains is not searched for bindings again.
 *
 * @param template Text, or lists and objects that contain text.
 * @returns A copy with the values in it.
 * @throws {PluginError} `ACTION_FAILED` where it becomes too large: a short
 * template can name the same large value very often.
 */
export function resolveBindings(
  template: unknown,
  scope: BindingScope,
): unknown {
  const resolved = new Resolving(scope).value(template);
  if (!fitsInto(resolved, MAX_RESOLVED)) throw tooLarge();
  return resolved;
}

/** One template being filled in. */
class Resolving {
  readonly #scope: BindingScope;
  #left = MAX_RESOLVED;

  constructor(scope: BindingScope) {
    this.#scope = scope;
  }

  value(template: unknown): unknown {
    if (typeof template === "string") return this.#text(template);
    if (Array.isArray(template)) {
      return template.map((item) => this.value(item));
    }
    if (typeof template !== "object" || template === null) return template;
    return Object.fromEntries(
      Object.entries(template)
        .map(([key, value]) => [key, this.value(value)] as const)
        .filter(([, value]) => value !== undefined),
    );
  }

  #text(text: string): unknown {
    if (!text.includes("{{")) return text;
    const whole = ONLY_BINDING.exec(text);
    if (whole !== null) return evaluate(whole[1]!, this.#scope);
    return text.replaceAll(
      BINDING,
      (_, expression: string) => this.#part(expression),
    );
  }

  #part(expression: string): string {
    const value = evaluate(expression, this.#scope);
    if (!fitsInto(value, this.#left)) throw tooLarge();
    const part = toText(value);
    this.#left -= part.length;
    return part;
  }
}

function tooLarge(): PluginError {
  return new PluginError(
    "ACTION_FAILED",
    `Cannot fill in the bindings of a page: the result has more than ${MAX_RESOLVED} characters`,
  );
}

/**
 * Follows a path of property names, own properties only.
 *
 * @param path The names in order.
 * @returns What is there, or undefined.
 */
export function valueAt(root: unknown, path: readonly string[]): unknown {
  let value = root;
  for (const name of path) {
    if (typeof value !== "object" || value === null) return undefined;
    if (!Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

function evaluate(expression: string, scope: BindingScope): unknown {
  const trimmed = expression.trim();
  if (trimmed.startsWith("!")) return !lookUp(trimmed.slice(1).trim(), scope);
  return lookUp(trimmed, scope);
}

function lookUp(path: string, scope: BindingScope): unknown {
  const names = path.split(".");
  return ROOTS.has(names[0]!)
    ? valueAt(scope, names)
    : valueAt(scope.state, names);
}

function toText(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value !== "object") return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    // Cyclic or holding a bigint: a page must not fail over a label.
    return "";
  }
}
