/**
 * Finds the definition among the exports of a module.
 *
 * @module
 */
import type { ModuleNamespace } from "../importer/plugin_importer.ts";
import { isThenable } from "../../async/thenable.ts";
import { isObject, kindOf } from "../../shared/text/kind_of.ts";

/** An object whose members are not known yet. */
export type Exported = Readonly<Record<string, unknown>>;

/**
 * Finds what a module defines: its default export or, where there is none, its
 * named exports. A builder that has not been built hands over what it has: the
 * manifest may say the rest.
 *
 * @returns The definition, unchecked; undefined where there is none.
 */
export function exportedDefinition(
  module: ModuleNamespace,
): Exported | undefined {
  const exported = exportOf(module);
  if (!isObject(exported)) return undefined;
  const definition = isBuilder(exported) ? draftOf(exported) : exported;
  return isObject(definition) ? definition : undefined;
}

/** What bundlers make of a CommonJS module holds its default export once more. */
function exportOf(module: ModuleNamespace): unknown {
  const exported = module.default ?? { ...module };
  return isObject(exported) && exported.__esModule === true &&
      isObject(exported.default)
    ? exported.default
    : exported;
}

/**
 * What is wrong with the exports of a module that define no plugin, and what to
 * do about it.
 *
 * @returns The text, to be read after the plugin's name.
 */
export function describeExports(module: ModuleNamespace): string {
  const exported = exportOf(module);
  if (typeof exported === "function") return describeFunction(exported);
  if (isThenable(exported)) {
    return exported instanceof Promise
      ? "its default export is a promise; export what it resolves to, as in export default await plugin"
      : 'its definition has a method "then", so that whoever awaits it would wait forever; rename the method';
  }
  if (!isObject(exported)) {
    return `its default export is ${
      kindOf(exported)
    }; export an object with name, version, config, events`;
  }
  if (Object.keys(module).length === 0) {
    return "it exports nothing; export the definition as default, and bundle a CommonJS module (module.exports) as an ES module";
  }
  return "it exports no definition; export one as default, or name, version, config, events as named exports";
}

// deno-lint-ignore ban-types -- of whatever kind the plugin has exported
function describeFunction(exported: Function): string {
  return /^class\b/.test(Function.prototype.toString.call(exported))
    ? "its default export is a class; export an instance of it"
    : "its default export is a function; call it, and export what it returns";
}

interface Builder extends Exported {
  readonly build: () => unknown;
}

/** A builder's own `name` is a method. */
function isBuilder(value: Exported): value is Builder {
  return typeof value.build === "function" && typeof value.name !== "string";
}

/** Other builders than this package's have `build()` only. */
function draftOf(builder: Builder): unknown {
  return typeof builder.draft === "function"
    ? builder.draft()
    : builder.build();
}

/**
 * Gives a definition the id of its row: in place where that is possible, so
 * that the plugin's own methods see it, and on a copy of what is frozen.
 *
 * @returns The definition, or a copy with the same prototype whose methods run
 * on the original, since its private members are not on the copy.
 */
export function withId(definition: Exported, id: number): Exported {
  if (Reflect.set(definition, "id", id) && definition.id === id) {
    return definition;
  }
  const copy: Exported = Object.create(
    Object.getPrototypeOf(definition),
    membersOf(definition),
  );
  return Object.defineProperty(copy, "id", {
    value: id,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

/** The members of an object and of its classes, bound to the object. */
function membersOf(original: Exported): PropertyDescriptorMap {
  const members: PropertyDescriptorMap = {};
  let holder: object | null = original;
  while (holder !== null && holder !== Object.prototype) {
    for (const key of Reflect.ownKeys(holder)) {
      if (key === "constructor" || Object.hasOwn(members, key)) continue;
      const { enumerable } = Object.getOwnPropertyDescriptor(holder, key)!;
      const value = Reflect.get(original, key);
      Object.defineProperty(members, key, {
        value: {
          value: typeof value === "function" ? value.bind(original) : value,
          writable: true,
          enumerable,
          configurable: true,
        },
        enumerable: true,
      });
    }
    holder = Object.getPrototypeOf(holder);
  }
  return members;
}
