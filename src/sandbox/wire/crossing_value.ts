/**
 * Makes of an action's value what can cross to the host, with the meaning that
 * its JSON form has there: an object with a `toJSON()` becomes what that gives,
 * other instances their own properties, and functions are left out.
 *
 * @module
 */
import { refused } from "./byte_writer.ts";

/** What crosses as it is, since the host makes the same of it as the guest. */
const AS_THEY_ARE = [Date, RegExp, ArrayBuffer];

/**
 * Makes a value fit to cross.
 *
 * @returns The value, or a copy of it as plain data.
 * @throws {PluginError} `ACTION_FAILED` where it has no JSON form; also what
 * the plugin's getters and `toJSON()` throw.
 */
export function crossingValue(value: unknown): unknown {
  if (typeof value === "function" || typeof value === "symbol") {
    throw refused(`a ${typeof value} has no JSON form`);
  }
  const copy = new Copying().value(value, "");
  if (copy === undefined && value !== undefined) {
    throw refused("its toJSON() gives nothing");
  }
  return copy;
}

/** Stands for the copy of a value that is still being copied. */
const PENDING = Symbol("pending");

/** One value being copied. */
class Copying {
  /** By the original. */
  readonly #copies = new Map<object, unknown>();

  value(value: unknown, key: string): unknown {
    if (typeof value === "function" || typeof value === "symbol") {
      return undefined;
    }
    if (typeof value !== "object" || value === null) return value;
    if (this.#copies.has(value)) return this.#again(value);
    this.#copies.set(value, PENDING);
    const copy = this.#copy(value, key);
    this.#copies.set(value, copy);
    return copy;
  }

  /** Kept shared: whether that is too much to walk is for the host to say. */
  #again(value: object): unknown {
    const copy = this.#copies.get(value);
    if (copy === PENDING) throw refused("it is part of itself");
    return copy;
  }

  #copy(value: object, key: string): unknown {
    if (ArrayBuffer.isView(value)) return value;
    if (AS_THEY_ARE.some((Kind) => value instanceof Kind)) return value;
    const toJson: unknown = (value as { toJSON?: unknown }).toJSON;
    if (typeof toJson === "function") {
      const json: unknown = toJson.call(value, key);
      if (json !== value) return this.value(json, key);
    }
    if (Array.isArray(value)) return this.#list(value);
    if (value instanceof Map) return this.#map(value);
    if (value instanceof Set) {
      return new Set([...value].map((item) => this.value(item, "")));
    }
    if (isBoxed(value)) return value.valueOf();
    return this.#record(value as Readonly<Record<string, unknown>>);
  }

  #list(list: readonly unknown[]): unknown[] {
    return Array.from(
      list,
      (item, index) => this.value(item, String(index)),
    );
  }

  #map(map: ReadonlyMap<unknown, unknown>): Map<unknown, unknown> {
    const copy = new Map<unknown, unknown>();
    for (const [key, value] of map) {
      copy.set(this.value(key, ""), this.value(value, ""));
    }
    return copy;
  }

  #record(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const copy: Record<string, unknown> = Object.create(null);
    for (const key of Object.keys(value)) {
      const member = value[key];
      if (typeof member === "function" || typeof member === "symbol") continue;
      copy[key] = this.value(member, key);
    }
    return copy;
  }
}

function isBoxed(value: object): boolean {
  if (value instanceof BigInt) throw refused("a boxed bigint has no JSON form");
  return value instanceof Number || value instanceof String ||
    value instanceof Boolean;
}
