/**
 * What the source text of a module reaches for: other modules, and Bun's own
 * parts of `import.meta`.
 *
 * @module
 */
import { isBareBuiltin } from "./builtin_modules.ts";

/**
 * Where text may import something or ask for `import.meta`; tells most sources
 * apart without the lexer, which takes about as long as the import itself.
 */
const WORTH_LEXING = /\bimport\b|\bfrom\s*(?:["']|\/[*/])|\bfunction\s+then\b/;

const META_REQUIRE = /^\s*(?:\?\.|\.)\s*require\b(?!\s*=[^=])/;
/** Members that tell of no place, or whose place may be anything. */
const META_ELSEWHERE = /^\s*(?:\?\.|\.)\s*(?:require|main|env|hot|url)\b/;
const META_URL = /^\s*(?:\?\.|\.)\s*url\b/;
/** What takes an address for a place on disk, or for the base of others. */
const NEEDS_PLACE =
  /\bcreateRequire\b|\bfileURLToPath\b|\bnew\s+URL\s*\([^()]*,|,\s*import\.meta\.url\b|\.pathname\b/;

const THEN_FUNCTION = /^export\s+(?:async\s+)?function\b/;

/** What a module reaches for. */
export interface ModuleReferences {
  /** The specifiers of its imports, static and dynamic, as far as literal. */
  readonly specifiers: readonly string[];
  /** Those of its static imports and re-exports. */
  readonly required: readonly string[];
  /** Where bare names of built-in modules begin in the text. */
  readonly bareBuiltins: readonly number[];
  /** Whether it looks at `import.meta` for a place that others are near to. */
  readonly metaPlace: boolean;
  /** Whether it uses `import.meta.require`. */
  readonly metaRequire: boolean;
  /** Whether it exports a function `then`: whoever imports it waits for that. */
  readonly exportsThen: boolean;
}

const NONE: ModuleReferences = {
  specifiers: [],
  required: [],
  bareBuiltins: [],
  metaPlace: false,
  metaRequire: false,
  exportsThen: false,
};

/**
 * Finds what a module reaches for with an ES module lexer, so that text in
 * strings and comments does not count.
 *
 * @returns What it reaches for; undefined where the text does not parse.
 */
export async function referencesOf(
  code: string,
): Promise<ModuleReferences | undefined> {
  if (!WORTH_LEXING.test(code)) return NONE;
  const parse = await lexer();
  try {
    return read(code, parse);
  } catch {
    return undefined;
  }
}

const PROBE = "plugin-handler:probe";

/** Whether a place in text is code, and not within a string or a comment. */
export async function isCode(before: string): Promise<boolean> {
  const parse = await lexer();
  try {
    return parse(`${before}\nimport "${PROBE}"`)[0].at(-1)?.specifier === PROBE;
  } catch {
    return false;
  }
}

type Parse = typeof import("es-module-lexer/js").parse;

/**
 * Loaded when the first source wants it: a start without such plugins is spared
 * it. The WebAssembly build would have to be made ready first.
 */
async function lexer(): Promise<Parse> {
  return (await import("es-module-lexer/js")).parse;
}

function read(code: string, parse: Parse): ModuleReferences {
  const specifiers: string[] = [];
  const required: string[] = [];
  const bareBuiltins: number[] = [];
  let metaPlace = false;
  let usesUrl = false;
  let metaRequire = false;
  const [references, exported] = parse(code);
  for (const reference of references) {
    if (reference.type === "import-meta") {
      const member = code.slice(reference.end, reference.end + 80);
      metaRequire ||= META_REQUIRE.test(member);
      usesUrl ||= META_URL.test(member);
      metaPlace ||= !META_ELSEWHERE.test(member);
    } else if (typeof reference.specifier === "string") {
      const { specifier, start, type } = reference;
      specifiers.push(specifier);
      const isDynamic = type === "dynamic";
      if (!isDynamic) required.push(specifier);
      // A dynamic import's place begins at the quote.
      if (isBareBuiltin(specifier)) {
        bareBuiltins.push(start + Number(isDynamic));
      }
    }
  }
  metaPlace ||= usesUrl && NEEDS_PLACE.test(code);
  const exportsThen = exported.some((it) =>
    it.type === "direct" && it.name === "then" &&
    THEN_FUNCTION.test(code.slice(it.exportStart, it.end))
  );
  return {
    specifiers,
    required,
    bareBuiltins,
    metaPlace,
    metaRequire,
    exportsThen,
  };
}

/**
 * Whether a specifier names what has to be fetched or found.
 *
 * @returns False for what the runtime has built in.
 */
export function reachesOut(specifier: string): boolean {
  return !specifier.startsWith("node:") && !isBareBuiltin(specifier);
}
