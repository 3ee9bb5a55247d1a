/**
 * Finds the definition among the exports of a module.
 *
 * @module
 */
import type { ModuleNamespace } from "./plugin_importer.ts";
import { isObject } from "./findings.ts";

/** An object whose members are not known yet. */
export type Exported = Readonly<Record<string, unknown>>;

/**
 * Finds what a module defines: its default export or, where there is none, its
 * named exports. A builder that has not been built hands over what it has: the
 * manifest may say the rest.
 *
 * @param module The exports of the module.
 * @returns The definition, unchecked; undefined where there is none.
 */
export function exportedDefinition(
  module: ModuleNamespace,
): Exported | undefined {
  const exported = module.default ?? { ...module };
  if (!isObject(exported)) return undefined;
  const definition = isBuilder(exported) ? draftOf(exported) : exported;
  return isObject(definition) ? definition : undefined;
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
 * @param definition What the module exports.
 * @param id The id of the row.
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
