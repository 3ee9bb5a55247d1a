/**
 * Guesses from the code which permissions a plugin needs.
 *
 * @module
 */
import { type Finding, warning } from "./finding.ts";
import { placeOf, type SourceText } from "./source_lines.ts";

/** What a use in the code needs. */
interface Use {
  readonly kind: string;
  /** What is reached, where the code says it. */
  readonly target?: string;
  readonly place: string;
}

/** What needs what; a group in the expression is what is reached. */
const USES: readonly (readonly [string, RegExp])[] = [
  ["net", /\bfetch\s*\(\s*["'`]https?:\/\/([^/"'`${}]+)/g],
  [
    "net",
    /\bnew\s+(?:WebSocket|EventSource)\s*\(\s*["'`]\w+:\/\/([^/"'`${}]+)/g,
  ],
  ["net", /(?<![.\w])fetch\s*\(\s*(?!["'`]https?:)/g],
  ["net", /\bDeno\.(?:connect|connectTls|listen|serve|resolveDns)\b/g],
  ["net", /\bfrom\s*["']node:(?:net|http|https|tls|dgram|dns)(?:\/\w+)?["']/g],
  ["env", /\bDeno\.env\.(?:get|has)\s*\(\s*["'`](\w+)["'`]/g],
  ["env", /\b(?:process|Bun)\.env\.([A-Za-z_]\w*)/g],
  ["env", /\b(?:Deno\.env\.toObject|process\.env\s*\[)/g],
  [
    "read",
    /\bDeno\.(?:readTextFile|readFile|readDir|open|stat|lstat|watchFs|realPath|readLink)(?:Sync)?\b/g,
  ],
  ["read", /\bfrom\s*["']node:fs(?:\/promises)?["']/g],
  [
    "write",
    /\bDeno\.(?:writeTextFile|writeFile|mkdir|remove|rename|create|truncate|copyFile|makeTemp\w+)(?:Sync)?\b/g,
  ],
  ["run", /\bDeno\.Command\b/g],
  ["run", /\bfrom\s*["']node:child_process["']/g],
  ["ffi", /\bDeno\.dlopen\b/g],
  [
    "sys",
    /\bDeno\.(?:hostname|osRelease|osUptime|loadavg|networkInterfaces|systemMemoryInfo|uid|gid)\b/g,
  ],
  ["sys", /\bfrom\s*["']node:os["']/g],
];

/** Warns of uses that the manifest asks no permission for. */
export function checkPermissions(
  sources: readonly SourceText[],
  asked: unknown,
): Finding[] {
  const seen = new Set<string>();
  return sources.flatMap(usesOf).filter(({ kind, target }) => {
    const key = `${kind} ${target}`;
    if (isAsked(Object(asked)[kind], target) || seen.has(key)) return false;
    seen.add(key);
    return true;
  }).map(({ kind, target, place }) => {
    const list = target === undefined ? "[…]" : `["${target}"]`;
    return warning(
      place,
      `seems to need a permission that the manifest does not ask for: ` +
        `"permissions": { "${kind}": ${list} }`,
    );
  });
}

function usesOf(source: SourceText): Use[] {
  const code = withoutComments(source.text);
  return USES.flatMap(([kind, pattern]) =>
    [...code.matchAll(pattern)].map(({ 1: target, index }) => ({
      kind,
      place: placeOf(source, index),
      ...(target === undefined ? {} : { target }),
    }))
  );
}

/** Keeps every line where it is. */
function withoutComments(text: string): string {
  const blank = (comment: string) => comment.replace(/[^\n]/g, " ");
  return text.replace(/\/\*[^]*?\*\//g, blank)
    .replace(/(^|[\s;{(])\/\/[^\n]*/g, blank);
}

function isAsked(asked: unknown, target: string | undefined): boolean {
  if (asked === true) return true;
  if (!Array.isArray(asked) || asked.length === 0) return false;
  if (target === undefined || target === "") return true;
  const [host] = target.split(":");
  return asked.includes(target) || asked.includes(host) ||
    asked.some((entry) => String(entry).split(":")[0] === host);
}
