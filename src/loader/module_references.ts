/**
 * What the source text of a module reaches for: other modules, and Bun's own
 * parts of `import.meta`.
 *
 * @module
 */
// The WebAssembly build can only be made ready asynchronously.
import { parse } from "es-module-lexer/js";

/** Where text may name a module; tells most sources apart without the lexer. */
const SPECIFIER = /\b(?:from|import)\s*\(?\s*(["'`])([^"'`]*)\1/g;

const META_REQUIRE = /^\s*(?:\?\.|\.)\s*require\b(?!\s*=[^=])/;

/** What a module reaches for. */
export interface ModuleReferences {
  /** The specifiers of its imports, static and dynamic, as far as literal. */
  readonly specifiers: readonly string[];
  /** Those of its static imports and re-exports. */
  readonly required: readonly string[];
  /** Whether it uses `import.meta.require`. */
  readonly metaRequire: boolean;
}

/**
 * Finds what a module reaches for with an ES module lexer, so that text in
 * strings and comments does not count.
 *
 * @param code The source text.
 * @returns What it reaches for; undefined where the text does not parse.
 */
export function referencesOf(code: string): ModuleReferences | undefined {
  try {
    return read(code);
  } catch {
    return undefined;
  }
}

function read(code: string): ModuleReferences {
  const specifiers: string[] = [];
  const required: string[] = [];
  let metaRequire = false;
  for (const reference of parse(code)[0]) {
    if (reference.type === "import-meta") {
      metaRequire ||= META_REQUIRE.test(
        code.slice(reference.end, reference.end + 80),
      );
    } else if (typeof reference.specifier === "string") {
      specifiers.push(reference.specifier);
      if (reference.type !== "dynamic") required.push(reference.specifier);
    }
  }
  return { specifiers, required, metaRequire };
}

/**
 * Whether text may import what the runtime does not have at hand. It is quick,
 * and sees imports in strings and comments too.
 *
 * @param code The source text.
 * @returns Whether a look with the lexer is due.
 */
export function mayReachOut(code: string): boolean {
  for (const [, , specifier] of code.matchAll(SPECIFIER)) {
    if (reachesOut(specifier!)) return true;
  }
  return false;
}

/**
 * Whether a specifier names what has to be fetched or found.
 *
 * @param specifier The specifier.
 * @returns False for what the runtime has built in.
 */
export function reachesOut(specifier: string): boolean {
  return !specifier.startsWith("node:");
}
