/**
 * Matches a method and a path against the routes of one plugin. Pure: it knows
 * nothing of plugins or requests.
 *
 * Segment by segment from the left, text beats a parameter and a parameter
 * beats a wildcard; a choice that leads nowhere is taken back. Of the routes
 * that match a path, the first in this order that serves the method answers.
 * Where none does, the methods of all of them are allowed.
 *
 * @module
 */
import type { HttpMethod } from "../plugin/plugin.ts";
import {
  parsePattern,
  type PatternSegment,
  restOfPath,
  splitPath,
} from "./path_segments.ts";

/**
 * The decoded parameters of a path by name; `*` holds what a wildcard matched,
 * as it was sent. One that is optional is absent where the path has none.
 */
export type RouteParams = Readonly<Record<string, string>>;

/** A route on its way into a table. */
export interface RouteEntry<T> {
  /** The path or pattern; its leading slash is optional. */
  readonly path: string;
  /** The methods that it serves. `GET` serves `HEAD` as well. */
  readonly methods: readonly HttpMethod[];
  /** What a match hands out. */
  readonly value: T;
}

/** What became of a path that some route matches. */
export type RouteMatch<T> =
  | {
    /** A route serves the path and the method. */
    readonly kind: "found";
    /** The value of the route. */
    readonly value: T;
    /** The decoded parameters. */
    readonly params: RouteParams;
  }
  | {
    /** Routes serve the path, but none of them the method. */
    readonly kind: "method-not-allowed";
    /** The methods that they serve, `HEAD` included. */
    readonly allow: readonly string[];
  };

/** A class whose instances inherit nothing, and that V8 lays out well. */
const Params = function () {} as unknown as {
  new (): Record<string, string>;
  prototype: object;
};
Params.prototype = Object.create(null);

/** The parameters of a path without any. */
export const NO_PARAMS: RouteParams = Object.freeze(new Params());

/** One route at the end of its path through the tree. */
interface Leaf<T> {
  readonly path: string;
  readonly methods: readonly string[];
  readonly value: T;
  /** The names of the parameters in order; undefined for unnamed ones. */
  readonly names: readonly (string | undefined)[];
  /** Whether the rest of the path goes to the parameter `*`. */
  readonly wild: boolean;
}

/** The routes that share the segments up to here. */
class Node<T> {
  readonly children: Map<string, Node<T>> = new Map();
  param: Node<T> | undefined;
  readonly leaves: Leaf<T>[] = [];
  readonly wildcards: Leaf<T>[] = [];
}

/** A search under way. */
interface Search<T> {
  readonly method: string;
  readonly path: string;
  readonly segments: readonly string[];
  /** The indexes of the segments that parameters took. */
  readonly taken: number[];
  /** The routes that match the path, but do not serve the method. */
  readonly others: Leaf<T>[];
}

/**
 * The routes of one plugin, ready to match.
 *
 * An exact route costs two lookups and allocates nothing; a pattern costs one
 * lookup for each segment, however many routes there are.
 */
export class RouteTable<T> {
  readonly #exact = new Map<string, Map<string, RouteMatch<T>>>();
  readonly #root = new Node<T>();
  readonly #collisions: string[] = [];

  /**
   * @param entries The routes. Of two that mean the same, the first one wins.
   */
  constructor(entries: Iterable<RouteEntry<T>>) {
    for (const entry of entries) this.#add(entry);
  }

  /** One message for each two routes that match the same requests. */
  get collisions(): readonly string[] {
    return this.#collisions;
  }

  /**
   * Finds the route of a request.
   *
   * @param method The method, upper case.
   * @param path The path; the leading slash is optional and a query string is
   * ignored.
   * @returns The route with its parameters, or the methods that the path
   * allows, or undefined where no route has this path.
   * @throws {PluginError} `INVALID_REQUEST` for a malformed percent escape.
   */
  match(method: string, path: string): RouteMatch<T> | undefined {
    return this.#exact.get(path)?.get(method) ?? this.#search(method, path);
  }

  #add(entry: RouteEntry<T>): void {
    const segments = parsePattern(entry.path);
    this.#insert(entry, segments);
    const last = segments.at(-1);
    if (last?.kind === "param" && last.optional) {
      this.#insert(entry, segments.slice(0, -1));
    }
  }

  #insert(entry: RouteEntry<T>, segments: readonly PatternSegment[]): void {
    const wild = segments.at(-1)?.kind === "wildcard";
    const node = this.#nodeOf(wild ? segments.slice(0, -1) : segments);
    const siblings = wild ? node.wildcards : node.leaves;
    const methods = this.#claim(entry, siblings);
    if (methods.length === 0) return;
    siblings.push({
      path: entry.path,
      methods,
      value: entry.value,
      names: segments.flatMap((it) => it.kind === "param" ? [it.name] : []),
      wild,
    });
    const plain = plainPath(segments);
    if (plain !== undefined) this.#addExact(plain, methods, entry.value);
  }

  /** The methods that no earlier route of the same shape serves. */
  #claim(entry: RouteEntry<T>, siblings: readonly Leaf<T>[]): string[] {
    return withHead(entry.methods).filter((method) => {
      const earlier = siblings.find((it) => it.methods.includes(method));
      if (earlier !== undefined && method !== "HEAD") {
        this.#collisions.push(
          `Route "${entry.path}" never answers ${method}: "${earlier.path}" matches the same paths`,
        );
      }
      return earlier === undefined;
    });
  }

  #addExact(path: string, methods: readonly string[], value: T): void {
    const found = Object.freeze(
      { kind: "found", value, params: NO_PARAMS } as const,
    );
    for (const key of [path, path.slice(1)]) {
      const byMethod = this.#exact.get(key) ?? new Map();
      for (const method of methods) byMethod.set(method, found);
      this.#exact.set(key, byMethod);
    }
  }

  #nodeOf(segments: readonly PatternSegment[]): Node<T> {
    let node = this.#root;
    for (const segment of segments) {
      if (segment.kind !== "static") {
        node = node.param ??= new Node();
        continue;
      }
      let next = node.children.get(segment.text);
      if (next === undefined) {
        node.children.set(segment.text, next = new Node());
      }
      node = next;
    }
    return node;
  }

  #search(method: string, path: string): RouteMatch<T> | undefined {
    const segments = splitPath(path);
    const search = { method, path, segments, taken: [], others: [] };
    return walk(this.#root, 0, search) ?? notAllowed(search.others);
  }
}

function walk<T>(
  node: Node<T>,
  depth: number,
  search: Search<T>,
): RouteMatch<T> | undefined {
  const segment = search.segments[depth];
  if (segment === undefined) {
    return pick(node.leaves, depth, search) ??
      pick(node.wildcards, depth, search);
  }
  const child = node.children.get(segment);
  if (child !== undefined) {
    const found = walk(child, depth + 1, search);
    if (found !== undefined) return found;
  }
  if (node.param !== undefined) {
    search.taken.push(depth);
    const found = walk(node.param, depth + 1, search);
    if (found !== undefined) return found;
    search.taken.pop();
  }
  return pick(node.wildcards, depth, search);
}

/** The leaf that serves the method; the others are kept for `Allow`. */
function pick<T>(
  leaves: readonly Leaf<T>[],
  depth: number,
  search: Search<T>,
): RouteMatch<T> | undefined {
  for (const leaf of leaves) {
    if (leaf.methods.includes(search.method)) {
      return found(leaf, depth, search);
    }
    search.others.push(leaf);
  }
}

function found<T>(
  leaf: Leaf<T>,
  depth: number,
  search: Search<T>,
): RouteMatch<T> {
  const params = new Params();
  leaf.names.forEach((name, index) => {
    if (name === undefined) return;
    params[name] = search.segments[search.taken[index]!]!;
  });
  if (leaf.wild) params["*"] = restOfPath(search.path, depth);
  return { kind: "found", value: leaf.value, params };
}

function notAllowed<T>(leaves: readonly Leaf<T>[]): RouteMatch<T> | undefined {
  if (leaves.length === 0) return undefined;
  const allow = [...new Set(leaves.flatMap((leaf) => leaf.methods))];
  return { kind: "method-not-allowed", allow };
}

function withHead(methods: readonly string[]): string[] {
  return [
    ...new Set(
      methods.flatMap((it) => it === "GET" ? ["GET", "HEAD"] : [it]),
    ),
  ];
}

/** The path as requests usually write it, where it needs no decoding. */
function plainPath(segments: readonly PatternSegment[]): string | undefined {
  const texts: string[] = [];
  for (const segment of segments) {
    if (segment.kind !== "static" || /[%/?#]|^\.\.?$/.test(segment.text)) {
      return undefined;
    }
    texts.push(segment.text);
  }
  return `/${texts.join("/")}`;
}
